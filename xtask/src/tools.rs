//! The tools that are not written in Rust: installed at pinned versions, or asked for.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::run::{finish, output, program, run, step};

/// Compiles the program that makes sample leads, optimized: it is asked for a hundred thousand.
pub fn build_seed() -> Result<()> {
    let mut cargo = program("cargo");
    finish(cargo.args(["build", "-q", "--release", "-p", "plumbline-e2e", "--bin", "seed"]))
}

/// Installs the npm packages of package-lock.json when they are not those already there.
pub fn install_npm_packages() -> Result<()> {
    let lock = std::fs::read("package-lock.json")?;
    let stamp = Path::new("node_modules/.plumbline-lock");
    if std::fs::read(stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    step("installing the npm tools of package-lock.json (about 15 s)", || {
        if output(Command::new("npm").arg("--version")).is_err() {
            bail!("npm is not there: install Node.js 20 or newer, with npm, and run this again");
        }
        let mut npm = Command::new("npm");
        finish(
            npm.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
                .env_remove("NODE_OPTIONS"),
        )
    })?;
    Ok(std::fs::write(stamp, lock)?)
}

/// Adds the WASM target to the toolchain when it is missing.
pub fn install_wasm_target() -> Result<()> {
    let target = "wasm32-unknown-unknown";
    let installed = output(Command::new("rustup").args(["target", "list", "--installed"]));
    match installed {
        Ok(list) if list.lines().any(|line| line == target) => Ok(()),
        Ok(_) => step("adding the WASM target (a few seconds)", || {
            run("rustup", ["target", "add", target])
        }),
        Err(_) => {
            bail!("rustup is not there: install it, since the project pins its toolchain with it")
        }
    }
}

/// Returns Chromium, installing it on Debian and Ubuntu.
pub fn chromium() -> Result<PathBuf> {
    let names = ["CHROMIUM_PATH"].into_iter().filter_map(std::env::var_os).map(PathBuf::from);
    let known = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    let mac = PathBuf::from("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome");
    let find = || {
        names
            .clone()
            .chain(known.iter().filter_map(|name| on_path(name)))
            .chain([mac.clone()])
            .find(|path| path.exists())
    };
    if find().is_none() {
        install_debian_packages("Chromium", &["chromium"])?;
    }
    match find() {
        Some(path) => Ok(path),
        None => bail!("Chromium is not there: install it, or name it in CHROMIUM_PATH"),
    }
}

/// Makes sure that unbound and dnsdist are there, installing them on Debian and Ubuntu.
///
/// Returns whether they are: elsewhere they are asked for, and the story that needs them says so.
pub fn real_resolver() -> Result<(PathBuf, PathBuf)> {
    if on_path("unbound").is_none() || on_path("dnsdist").is_none() {
        install_debian_packages("the resolvers unbound and dnsdist", &["unbound", "dnsdist"])?;
    }
    match (on_path("unbound"), on_path("dnsdist")) {
        (Some(unbound), Some(dnsdist)) => Ok((unbound, dnsdist)),
        _ => bail!(
            "unbound and dnsdist are needed for the test against a real resolver: install both"
        ),
    }
}

fn install_debian_packages(what: &str, packages: &[&str]) -> Result<()> {
    let Some(apt) = on_path("apt-get") else { return Ok(()) };
    step(&format!("installing {what} (about 20 s)"), || {
        let root = output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
        let apt_get = || {
            if root {
                Command::new(&apt)
            } else {
                let mut sudo = Command::new("sudo");
                sudo.arg("-n").arg(&apt);
                sudo
            }
        };
        output(apt_get().args(["update", "-q"]))?;
        // The packages would start services of their own; this keeps them from it.
        let mut install = apt_get();
        install.args(["install", "-y", "-q", "--no-install-recommends"]).args(packages);
        output(install.env("DEBIAN_FRONTEND", "noninteractive").env("RUNLEVEL", "1")).map(drop)
    })
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    folders.push("/usr/sbin".into());
    folders.into_iter().map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// Everything that a build needs.
pub fn install_for_build() -> Result<()> {
    install_wasm_target()?;
    install_npm_packages()
}
