//! Everything that is compiled for this machine: linted and built in one go.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::run::{output, program};

/// What separates the arguments that `cargo clippy` hands to its driver.
const SEPARATOR: &str = "__CLIPPY_HACKERY__";

/// A program with tests.
pub struct TestProgram {
    /// The name of the crate, or of the file of tests.
    pub name: String,
    executable: PathBuf,
    manifest: PathBuf,
}

impl TestProgram {
    /// Prepares it to run as cargo would: in the folder of its package.
    pub fn command(&self) -> Command {
        let mut command = program(&self.executable.to_string_lossy());
        let folder = self.manifest.parent().map(PathBuf::from).unwrap_or_default();
        command.env("CARGO_MANIFEST_DIR", &folder).current_dir(folder);
        command
    }
}

/// What cargo tells of one product.
#[derive(Deserialize)]
struct Message {
    executable: Option<PathBuf>,
    manifest_path: Option<PathBuf>,
    profile: Option<Profile>,
    target: Option<Target>,
}

#[derive(Deserialize)]
struct Profile {
    test: bool,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

/// Builds every program and test, and returns those with tests.
///
/// `cargo clippy` only checks, so that a build after it compiles everything again, dependencies too.
/// Its driver is a whole compiler; in the place of rustc it lints what it builds.
pub fn build() -> Result<Vec<TestProgram>> {
    let sysroot = output(program("rustc").args(["--print", "sysroot"]))?;
    let driver = format!("clippy-driver{}", std::env::consts::EXE_SUFFIX);
    let mut cargo = program("cargo");
    cargo.args(["build", "--workspace", "--all-targets"]);
    cargo.arg("--message-format=json-render-diagnostics");
    cargo.env("RUSTC_WORKSPACE_WRAPPER", PathBuf::from(sysroot.trim()).join("bin").join(driver));
    cargo.env("CLIPPY_ARGS", format!("-D{SEPARATOR}warnings{SEPARATOR}"));
    let built = cargo.stdout(Stdio::piped()).stderr(Stdio::inherit()).output()?;
    anyhow::ensure!(built.status.success(), "the build ended with {}", built.status);
    let mut found = Vec::new();
    for line in String::from_utf8_lossy(&built.stdout).lines() {
        let message: Message = serde_json::from_str(line).context("what cargo tells")?;
        let is_test = message.profile.is_some_and(|profile| profile.test);
        if let (true, Some(executable), Some(manifest), Some(target)) =
            (is_test, message.executable, message.manifest_path, message.target)
        {
            found.push(TestProgram { name: target.name, executable, manifest });
        }
    }
    Ok(found)
}
