//! House rules that no compiler checks.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::run::step;

/// Checks them all.
pub fn all() -> Result<()> {
    step("checking the house rules", || {
        let mut faults = Vec::new();
        check_arrows(&mut faults)?;
        check_owners(&mut faults)?;
        check_bindings(&mut faults)?;
        check_colors(&mut faults)?;
        check_wasm_bindgen_versions(&mut faults)?;
        if faults.is_empty() { Ok(()) } else { bail!("{}", faults.join("\n  ")) }
    })
}

/// Which of our crates each crate may use.
const ARROWS: [(&str, &[&str]); 16] = [
    ("domain", &[]),
    ("domain/engine", &[]),
    ("domain/learner", &[]),
    ("api", &["plumbline-domain"]),
    ("edge", &["plumbline-domain", "plumbline-api", "plumbline-scorer"]),
    ("edge/capture", &["plumbline-edge"]),
    ("edge/desk", &["plumbline-edge"]),
    ("edge/workshop", &["plumbline-edge"]),
    ("app", &["plumbline-domain", "plumbline-api", "plumbline-learner", "plumbline-what-if"]),
    (
        "app/what_if",
        &[
            "plumbline-domain",
            "plumbline-api",
            "plumbline-engine",
            "plumbline-learner",
            "plumbline-scorer",
        ],
    ),
    ("phone", &[]),
    ("tests", &["plumbline-domain", "plumbline-api", "plumbline-scorer"]),
    ("tests/scorer", &["plumbline-domain", "plumbline-engine"]),
    ("tests/learn", &["plumbline-learner"]),
    ("tests/score", &["plumbline-engine"]),
    ("tests/corpora", &["plumbline-domain", "plumbline-e2e", "plumbline-phone"]),
];

fn check_arrows(faults: &mut Vec<String>) -> Result<()> {
    for (folder, allowed) in ARROWS {
        let manifest: toml::Table = toml::from_str(&read(&format!("{folder}/Cargo.toml"))?)?;
        for section in ["dependencies", "dev-dependencies"] {
            let Some(used) = manifest.get(section).and_then(toml::Value::as_table) else {
                continue;
            };
            for name in used.keys().filter(|name| name.starts_with("plumbline")) {
                if !allowed.contains(&name.as_str()) {
                    faults.push(format!("{folder} may not depend on {name}"));
                }
            }
        }
    }
    Ok(())
}

/// Words that only one place may use.
const OWNERS: [(&str, &str, &[&str]); 4] = [
    ("edge/src", "env.d1(", &["edge/src/bindings.rs"]),
    (
        "edge/src",
        ".prepare(",
        &["edge/src/store.rs", "edge/src/store/", "edge/src/statement_tests.rs"],
    ),
    ("app/src", "js_sys::", &["app/src/browser.rs"]),
    ("app/src", "window()", &["app/src/browser.rs"]),
];

fn check_owners(faults: &mut Vec<String>) -> Result<()> {
    for (folder, word, owners) in OWNERS {
        for file in files(Path::new(folder), "rs")? {
            let shown = file.to_string_lossy().replace('\\', "/");
            let owned = owners.iter().any(|owner| shown.starts_with(owner));
            if !owned && fs::read_to_string(&file)?.contains(word) {
                faults.push(format!(
                    "{shown} uses {word}, which belongs to {}",
                    owners.join(" and ")
                ));
            }
        }
    }
    for file in files(Path::new("."), "rs")? {
        if file.file_name().is_some_and(|name| name == "mod.rs") {
            faults.push(format!("{} should be a file beside its folder", file.display()));
        }
    }
    Ok(())
}

/// Every binding that the code names is in wrangler.toml, and the other way round.
fn check_bindings(faults: &mut Vec<String>) -> Result<()> {
    let code = read("edge/src/bindings.rs")?;
    let config: toml::Table = toml::from_str(&read("wrangler.toml")?)?;
    let mut named = BTreeSet::new();
    collect_bindings(&toml::Value::Table(config), &mut named);
    for name in &named {
        if !code.contains(&format!("\"{name}\"")) {
            faults.push(format!(
                "wrangler.toml binds {name}, which edge/src/bindings.rs does not use"
            ));
        }
    }
    for call in ["d1", "kv", "assets", "rate_limiter", "durable_object"] {
        for part in code.split(&format!(".{call}(\"")).skip(1) {
            let name = part.split('"').next().unwrap_or_default();
            if !named.contains(name) {
                faults.push(format!(
                    "edge/src/bindings.rs uses {name}, which wrangler.toml does not bind"
                ));
            }
        }
    }
    Ok(())
}

fn collect_bindings(value: &toml::Value, named: &mut BTreeSet<String>) {
    match value {
        toml::Value::Table(table) => {
            for (key, value) in table {
                match value.as_str() {
                    Some(name) if key == "binding" => {
                        named.insert(name.to_owned());
                    }
                    _ => collect_bindings(value, named),
                }
            }
            // Rate limits and objects call it a name.
            let unnamed = table.contains_key("namespace_id") || table.contains_key("class_name");
            if let (true, Some(name)) = (unnamed, table.get("name").and_then(toml::Value::as_str)) {
                named.insert(name.to_owned());
            }
        }
        toml::Value::Array(list) => list.iter().for_each(|value| collect_bindings(value, named)),
        _ => {}
    }
}

/// Colors are named once, in the tokens.
fn check_colors(faults: &mut Vec<String>) -> Result<()> {
    for file in files(Path::new("style"), "css")? {
        // The form stands in other people's pages, without our tokens.
        let exempt = ["tokens.css", "form.css"].iter().any(|name| file.ends_with(name));
        let text = fs::read_to_string(&file)?;
        let raw = text.lines().find(|line| {
            line.contains("oklch(")
                || line.contains("rgb")
                || line.contains("hsl(")
                || has_hex_color(line)
        });
        if let (false, Some(line)) = (exempt, raw) {
            faults.push(format!(
                "{}: a raw color outside tokens.css: {}",
                file.display(),
                line.trim()
            ));
        }
    }
    Ok(())
}

fn has_hex_color(line: &str) -> bool {
    line.split('#').skip(1).any(|rest| {
        let digits = rest.bytes().take_while(u8::is_ascii_hexdigit).count();
        matches!(digits, 3 | 6 | 8) && line.contains(':')
    })
}

/// The library that writes the glue has to be of the version that made the module.
fn check_wasm_bindgen_versions(faults: &mut Vec<String>) -> Result<()> {
    let version = |lock: &str, package: &str| -> Result<String> {
        let lock: toml::Table = toml::from_str(&read(lock)?)?;
        let packages = lock.get("package").and_then(toml::Value::as_array).context("packages")?;
        let found = packages
            .iter()
            .find(|entry| entry.get("name").and_then(toml::Value::as_str) == Some(package));
        let version = found.and_then(|entry| entry.get("version")).and_then(toml::Value::as_str);
        Ok(version.unwrap_or_default().to_owned())
    };
    let crates = version("Cargo.lock", "wasm-bindgen")?;
    let library = version("xtask/Cargo.lock", "wasm-bindgen-cli-support")?;
    if crates != library {
        faults.push(format!(
            "wasm-bindgen is {crates} in Cargo.lock and {library} in xtask/Cargo.lock"
        ));
    }
    Ok(())
}

fn read(path: &str) -> Result<String> {
    fs::read_to_string(path).with_context(|| path.to_owned())
}

fn files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if !["target", "node_modules", ".git", "dist", "build", ".plumbline"]
                .contains(&name.as_str())
            {
                found.extend(files(&path, extension)?);
            }
        } else if path.extension().is_some_and(|own| own == extension) {
            found.push(path);
        }
    }
    Ok(found)
}
