//! Trunk, the inner loop of the dashboard, with every tool that it asks for at hand.

use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result, bail};

use crate::run::{finish, program, root, step};
use crate::{bindgen, tools};

/// The newest trunk that our Rust compiles.
const VERSION: &str = "0.21.14";

/// Runs trunk, which may be installed or not: no other command needs it.
pub fn run(arguments: &[String]) -> Result<()> {
    if !is_installed() {
        bail!(
            "trunk is not installed; `cargo install trunk --locked --version {VERSION}` compiles it in about ten minutes"
        );
    }
    tools::install_for_build()?;
    finish(command()?.args(arguments))
}

/// Builds the dashboard as trunk does, if trunk is there, and says so if it is not.
pub fn check() -> Result<()> {
    if !is_installed() {
        eprintln!("• trunk is not installed, so Trunk.toml is not tried");
        return Ok(());
    }
    step("the dashboard as trunk builds it", || {
        finish(command()?.args(["build", "--offline", "--locked", "--quiet"]))
    })
}

fn is_installed() -> bool {
    program("trunk").arg("--version").output().is_ok_and(|output| output.status.success())
}

/// Prepares trunk with our own `wasm-bindgen` on its path: it takes a tool from there only at the
/// very version that Trunk.toml names, and downloads it otherwise.
fn command() -> Result<Command> {
    let folder = root().join("build/tools");
    fs::create_dir_all(&folder)?;
    let name = format!("{}{}", bindgen::NAME, env::consts::EXE_SUFFIX);
    fs::copy(env::current_exe()?, folder.join(name))?;
    let mut trunk = program("trunk");
    let path = trunk.get_envs().find_map(|(name, value)| value.filter(|_| name == "PATH"));
    let path = path.context("the path to the tools")?;
    let path = env::join_paths(std::iter::once(folder).chain(env::split_paths(path)))?;
    trunk.env("PATH", path);
    Ok(trunk)
}
