//! Rebuilds the tables of domains and mailboxes from packages that package-lock.json pins.
//!
//! A new version of a package is taken by changing its number in package.json and running
//! `cargo xtask lists refresh`: the difference is shown, and nothing is written when it looks wrong.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Result, bail};

use crate::run::{output, program, step};
use crate::tools;

type Table = BTreeSet<String>;

/// The largest share of a table that one refresh may add or remove.
const CHANGE_MAX: f64 = 0.05;

/// One table and where it comes from.
struct Source {
    /// The file that is rebuilt.
    path: &'static str,
    /// An expression of JavaScript whose value is the list.
    list: &'static str,
}

const FREE: Source = Source {
    path: "domain/data/free_providers.txt",
    list: "require('email-providers/common.json')",
};
const DISPOSABLE: Source = Source {
    path: "public/lists/disposable_domains.txt",
    list: "require('disposable-email-domains-js/dist/dict/disposable_email_blocklist.json')",
};
const ROLES: Source =
    Source { path: "public/lists/roles.txt", list: "require('role-based-email-addresses')" };
const TOP_LEVEL: Source = Source {
    path: "public/lists/top_level_domains.txt",
    list: "require('tlds').map(require('node:url').domainToASCII)",
};

/// Providers that the package leaves out.
const MORE_PROVIDERS: [&str; 13] = [
    "aol.de",
    "email.com",
    "fastmail.com",
    "googlemail.com",
    "hotmail.fr",
    "live.nl",
    "outlook.de",
    "outlook.fr",
    "pm.me",
    "posteo.de",
    "tuta.io",
    "tutanota.com",
    "ymail.com",
];
/// Portals and companies on the package's list that give mailboxes to nobody but their staff.
const NO_PROVIDERS: [&str; 19] = [
    "37.com",
    "3ammagazine.com",
    "4mg.com",
    "about.com",
    "albawaba.com",
    "alibaba.com",
    "altavista.com",
    "ancestry.com",
    "angelfire.com",
    "beer.com",
    "bigfoot.com",
    "bolt.com",
    "discovery.com",
    "example.com",
    "facebook.com",
    "geocities.com",
    "go.com",
    "theglobe.com",
    "xoom.com",
];
/// A list that calls one of these disposable is broken, whatever else it says.
const NEVER_DISPOSABLE: [&str; 24] = [
    "adobe.com",
    "amazon.com",
    "apple.com",
    "bbc.co.uk",
    "bosch.com",
    "cisco.com",
    "cloudflare.com",
    "debian.org",
    "github.com",
    "google.com",
    "hubspot.com",
    "ibm.com",
    "intel.com",
    "linkedin.com",
    "microsoft.com",
    "mozilla.org",
    "oracle.com",
    "salesforce.com",
    "sap.com",
    "shopify.com",
    "siemens.com",
    "stripe.com",
    "toyota.com",
    "wikipedia.org",
];

/// `refresh [--accept]` rebuilds every table; `--accept` takes a change over the limit.
pub fn run(arguments: &[String]) -> Result<()> {
    let accept = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["refresh"] => false,
        ["refresh", "--accept"] => true,
        _ => bail!("the command is `cargo xtask lists refresh [--accept]`"),
    };
    tools::install_npm_packages()?;
    let relays = table_of("domain/data/relays.txt")?;
    let disposable: Table = read(&DISPOSABLE)?.difference(&relays).cloned().collect();
    let mut free = read(&FREE)?;
    free.extend(MORE_PROVIDERS.map(str::to_owned));
    free.retain(|name| !NO_PROVIDERS.contains(&name.as_str()) && !disposable.contains(name));
    let trusted = MORE_PROVIDERS.iter().chain(&NEVER_DISPOSABLE);
    if let Some(name) = trusted.into_iter().find(|name| disposable.contains(**name)) {
        bail!("the new list calls {name} disposable; nothing was written");
    }
    let rebuilt = [
        (&DISPOSABLE, disposable),
        (&FREE, free),
        (&ROLES, read(&ROLES)?),
        (&TOP_LEVEL, read(&TOP_LEVEL)?),
    ];
    for (source, table) in &rebuilt {
        let share = show_difference(source.path, table)?;
        if share > CHANGE_MAX && !accept {
            bail!(
                "{} would change by {:.1} %, more than {} %; look at the difference, then add --accept. Nothing was written",
                source.path,
                share * 100.0,
                CHANGE_MAX * 100.0
            );
        }
    }
    step("writing the tables", || {
        for (source, table) in &rebuilt {
            fs::write(
                source.path,
                table.iter().map(|line| format!("{line}\n")).collect::<String>(),
            )?;
        }
        let lengths = ["run", "-q", "-p", "plumbline-phone", "--bin", "lengths"];
        Ok(fs::write("public/lists/phone_lengths.txt", output(program("cargo").args(lengths))?)?)
    })
}

fn read(source: &Source) -> Result<Table> {
    // Through a file: Node drops what a pipe does not take at once.
    let file = "build/list.json";
    fs::create_dir_all("build")?;
    let script = format!("fs.writeFileSync('{file}', JSON.stringify({}))", source.list);
    output(program("node").args(["-e", &script]))?;
    let names: Vec<String> = serde_json::from_str(&fs::read_to_string(file)?)?;
    let table: Table = names.iter().map(|name| name.trim().to_ascii_lowercase()).collect();
    if table.len() < 100 || table.iter().any(|name| name.is_empty() || !name.is_ascii()) {
        bail!("{} is not the list it was; nothing was written", source.list);
    }
    Ok(table)
}

fn table_of(path: &str) -> Result<Table> {
    if !Path::new(path).exists() {
        return Ok(Table::new());
    }
    Ok(fs::read_to_string(path)?.lines().map(str::to_owned).collect())
}

/// Prints what comes and goes, and returns its share of the old table.
fn show_difference(path: &str, new: &Table) -> Result<f64> {
    const SHOWN: usize = 20;
    let old = table_of(path)?;
    let (come, gone): (Vec<_>, Vec<_>) =
        (new.difference(&old).collect(), old.difference(new).collect());
    println!("{path}: {} entries, {} come, {} go", new.len(), come.len(), gone.len());
    for (sign, names) in [("+", come.as_slice()), ("-", gone.as_slice())] {
        for name in names.iter().take(SHOWN) {
            println!("  {sign} {name}");
        }
        if names.len() > SHOWN {
            println!("  {sign} … and {} more", names.len() - SHOWN);
        }
    }
    let moved = come.len() + gone.len();
    Ok(if old.is_empty() { 0.0 } else { moved as f64 / old.len() as f64 })
}
