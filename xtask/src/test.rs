//! The whole gate, and its fast first half.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::native::{self, TestProgram};
use crate::run::{finish, program, root, step};
use crate::{budget, bundle, serve, tidy, tools, trunk};

/// What the runners counted.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    passed: u32,
    failed: u32,
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// The program that adds sample leads.
const SEED: &str = "target/debug/seed";

/// Runs everything that needs neither workerd nor a browser.
pub fn check() -> Result<()> {
    report(first_half()?.0)
}

/// Runs everything.
pub fn all() -> Result<()> {
    let (mut counts, stories) = first_half()?;
    if counts.failed > 0 {
        return report(counts);
    }
    tools::install_for_build()?;
    bundle::build_all()?;
    counts.add(check_budget()?);
    trunk::check()?;
    let chromium = tools::chromium()?;
    let resolvers = tools::real_resolver()?;
    bundle::build_scorer()?;
    let xtask = std::env::current_exe()?;
    counts.add(step("API stories against workerd", || {
        let mut stories = stories.command();
        stories.env("PLUMBLINE_XTASK", &xtask).env("PLUMBLINE_SEED", root().join(SEED));
        counted(&mut stories, cargo_line)
    })?);
    if counts.failed > 0 {
        return report(counts);
    }
    counts.add(step("browser stories in Chromium", || {
        let mut playwright = program("playwright");
        playwright.args(["test", "--config", "tests/ui/playwright.config.ts"]);
        playwright.env("PLUMBLINE_XTASK", &xtask).env("CHROMIUM_PATH", &chromium);
        playwright.env("UNBOUND_PATH", &resolvers.0).env("DNSDIST_PATH", &resolvers.1);
        playwright.env("PLUMBLINE_RESOLVER", root().join("target/debug/resolver"));
        playwright.env("PLUMBLINE_SEED", root().join(SEED));
        counted(&mut playwright, playwright_line)
    })?);
    report(counts)
}

/// Weighs what was built last.
pub fn budget() -> Result<()> {
    check_budget().map(drop)
}

/// Scores the rules, and the Worker that was built last, on a folder of test sets.
pub fn corpora(arguments: &[String]) -> Result<()> {
    let mut cargo = program("cargo");
    cargo.args(["run", "-q", "--release", "-p", "plumbline-corpora", "--"]);
    finish(cargo.args(arguments).env("PLUMBLINE_XTASK", std::env::current_exe()?))
}

/// Returns what was counted, and the program that needs a Worker.
fn first_half() -> Result<(Counts, TestProgram)> {
    tools::install_wasm_target()?;
    let own = ["--manifest-path", "xtask/Cargo.toml"];
    step("format", || {
        finish(program("cargo").args(["fmt", "--all", "--check"]))?;
        finish(program("cargo").args(["fmt", "--check"]).args(own))
    })?;
    tidy::all()?;
    step("lints, build commands", || {
        let mut clippy = program("cargo");
        finish(clippy.args(["clippy", "-q"]).args(own).args(["--", "-D", "warnings"]))
    })?;
    let programs = step("every native program, with lints", native::build)?;
    let (mut stories, others): (Vec<_>, Vec<_>) =
        programs.into_iter().partition(|program| program.name == "api");
    // What is compiled for the browser alone is not among them.
    step("lints, WASM", || {
        let mut clippy = program("cargo");
        clippy.args(["clippy", "-q", "--target", "wasm32-unknown-unknown"]);
        for package in [
            "plumbline-app",
            "plumbline-capture",
            "plumbline-desk",
            "plumbline-workshop",
            "plumbline-what-if",
        ] {
            clippy.args(["-p", package]);
        }
        finish(clippy.args(["--", "-D", "warnings"]))
    })?;
    let counts = step("native tests", || {
        let mut counts = Counts::default();
        for program in &others {
            counts.add(counted(&mut program.command(), cargo_line)?);
        }
        Ok(counts)
    })?;
    Ok((counts, stories.pop().context("the API stories were not built")?))
}

/// Measures a running deployment against the budget: two sizes are only known once it answers.
fn check_budget() -> Result<Counts> {
    step("bytes against their budget", || {
        let (page, embed) =
            serve::fetch_from_fresh_deployment(&["/f/demo", "/embed.js?form=demo"])?;
        budget::check(&budget::measure(&page, &embed)?)?;
        Ok(Counts { passed: 1, failed: 0 })
    })
}

/// Runs a test runner, shows what it prints, and adds up what `read` finds in it. A failure is counted;
/// whoever asked goes no further, so that the last line is the sum.
fn counted(command: &mut Command, read: fn(&str) -> Option<Counts>) -> Result<Counts> {
    let mut child = command.stdout(Stdio::piped()).spawn().context("cannot start the runner")?;
    let mut counts = Counts::default();
    let lines = BufReader::new(child.stdout.take().context("its output")?).lines();
    for line in lines {
        let line = line?;
        if let Some(found) = read(&line) {
            counts.add(found);
        }
        println!("{line}");
    }
    if !child.wait()?.success() {
        // A runner that breaks off has counted nothing of what broke it.
        counts.failed = counts.failed.max(1);
    }
    Ok(counts)
}

/// `test result: ok. 3 passed; 0 failed; …`
fn cargo_line(line: &str) -> Option<Counts> {
    let rest = line.strip_prefix("test result: ")?;
    let number = |word: &str| -> Option<u32> {
        let before = rest.split(word).next()?;
        before.trim().rsplit(' ').next()?.parse().ok()
    };
    Some(Counts { passed: number(" passed")?, failed: number(" failed")? })
}

/// `  12 passed (34.5s)` or `  1 failed`
fn playwright_line(line: &str) -> Option<Counts> {
    let mut words = line.split_whitespace();
    let count = words.next()?.parse().ok()?;
    match words.next()? {
        "passed" => Some(Counts { passed: count, failed: 0 }),
        "failed" => Some(Counts { passed: 0, failed: count }),
        _ => None,
    }
}

fn report(counts: Counts) -> Result<()> {
    println!("{} passed, {} failed", counts.passed, counts.failed);
    if counts.failed > 0 { bail!("tests failed") } else { Ok(()) }
}
