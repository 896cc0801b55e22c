//! Measures: bytes, rows, CPU beside a peer in the same run, keystrokes, kills.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

use crate::run::{finish, output, program, root, step};
use crate::{budget, bundle, serve, tools};

/// Runs every measure and prints a table; with `scores`, those of the engine alone, with `learn` those of the
/// learner, with `clean` those of list cleaning. What needs a peer, or a file of outcomes, says so when it is not there.
pub fn run(arguments: &[String]) -> Result<()> {
    match arguments {
        [] => all(),
        [only] if only == "scores" => scores(),
        [only] if only == "learn" => outcomes(),
        [only] if only == "clean" => cleaning_alone(),
        other => anyhow::bail!(
            "bench takes nothing, `scores`, `learn` or `clean`, not `{}`",
            other.join(" ")
        ),
    }
}

fn all() -> Result<()> {
    bundle::build_all()?;
    let chromium = tools::chromium()?;
    step("building the test programs", || {
        finish(program("cargo").args(["build", "-q", "-p", "plumbline-e2e", "--bin", "resolver"]))?;
        tools::build_seed()?;
        bundle::build_scorer()
    })?;
    let (page, embed) = serve::fetch_from_fresh_deployment(&["/f/demo", "/embed.js?form=demo"])?;
    println!("bytes (brotli; Worker gzip)");
    for size in budget::measure(&page, &embed)? {
        println!("  {:14} {:>8} of {:>8}", size.name, size.bytes, size.max);
    }
    let (resolver, url) = start_resolver()?;
    let measured = step("rows and keystrokes of a book of 100,000 leads", || {
        serve::with_deployment(
            &[
                "--seed",
                "100000",
                "--doh",
                &url,
                "--faults",
                "--rate",
                "1000000",
                "--lookups",
                "1000000",
            ],
            |served| {
                println!("rows");
                for (what, cost) in rows(&served.origin, &served.key)? {
                    println!("  {what:32} {cost}");
                }
                let mut node = program("node");
                node.arg("tests/bench/keystroke.mjs")
                    .arg(&served.origin)
                    .env("CHROMIUM_PATH", &chromium);
                finish(&mut node)?;
                finish(program("node").arg("tests/bench/checks.mjs").arg(&served.origin))?;
                for name in ["what-if", "what-if-simd"] {
                    let glue = Path::new("build").join(name).join(name);
                    std::fs::copy(glue.with_extension("js"), glue.with_extension("mjs"))?;
                }
                let mut node = program("node");
                node.arg("tests/bench/studio.mjs").arg(&served.link);
                finish(node.env("CHROMIUM_PATH", &chromium))
            },
        )
    });
    measured?;
    step("address syntax", || {
        let mut native = program("cargo");
        native.args(["run", "-q", "--release", "-p", "plumbline-scorer", "--example", "syntax"]);
        let native = output(&mut native)?;
        // Node takes a script for a module by its name.
        std::fs::copy("build/scorer-web/scorer.js", "build/scorer-web/scorer.mjs")?;
        finish(program("node").arg("tests/bench/syntax.mjs").arg(native.trim()))
    })?;
    step("an import and a search for duplicates (about three minutes)", || {
        serve::with_deployment(&["--doh", &url], |served| {
            let mut node = program("node");
            node.arg("tests/bench/book.mjs").arg(&served.link).env("CHROMIUM_PATH", &chromium);
            finish(&mut node)
        })
    })?;
    scores()?;
    outcomes()?;
    match peers()? {
        Some(peers) => {
            step("CPU beside hand-written JavaScript, and kills", || {
                finish(program("node").arg("tests/bench/edge.mjs").arg(&peers).arg(&url))
            })?;
            cleaning(&peers, &url)?;
        }
        None => println!("CPU: no peers beside the project, nothing to compare with"),
    }
    stop(resolver)
}

/// List cleaning with nothing else, on the bundle as it was built last.
fn cleaning_alone() -> Result<()> {
    finish(program("cargo").args(["build", "-q", "-p", "plumbline-e2e", "--bin", "resolver"]))?;
    bundle::build_scorer()?;
    let (resolver, url) = start_resolver()?;
    match peers()? {
        Some(peers) => cleaning(&peers, &url)?,
        None => println!("cleaning: no peers beside the project, nothing to compare with"),
    }
    stop(resolver)
}

/// Addresses a second beside a Worker that asks one bare question a domain, and a library for Node.
fn cleaning(peers: &Path, resolver: &str) -> Result<()> {
    let clean = root().join("build/peers/clean");
    if !clean.join("node_modules").exists() {
        bundle::copy_folder(&root().join("../shared/peers/clean"), &clean)?;
        let mut npm = program("npm");
        npm.args(["install", "--no-audit", "--no-fund", "--loglevel=error"]);
        step("installing the peer of cleaning", || finish(npm.current_dir(&clean)))?;
    }
    std::fs::copy("build/scorer-web/scorer.js", "build/scorer-web/scorer.mjs")?;
    step("cleaning a list of 20,000 addresses", || {
        let mut node = program("node");
        finish(node.arg("tests/bench/clean.mjs").arg(peers).arg(&clean).arg(resolver))
    })
}

fn scores() -> Result<()> {
    match scoring_peer()? {
        Some(peer) => step("scores of 100,000 leads", || score_everywhere(&peer)),
        None => {
            println!("scores: no peers beside the project, no leads to score");
            Ok(())
        }
    }
}

/// What is learned from outcomes whose drift is known, in the order of time.
fn outcomes() -> Result<()> {
    let file = root().join("../shared/corpora/outcomes/uci-bank-full.csv");
    if !file.exists() {
        println!("outcomes: no file beside the project, nothing to learn from");
        return Ok(());
    }
    step("learning from 45,211 calls of a bank", || {
        let file = file.to_string_lossy().into_owned();
        learn(&["--data".to_owned(), file, "--outcome".to_owned(), "y".to_owned()])
    })
}

fn rows(origin: &str, key: &str) -> Result<Vec<(String, String)>> {
    let read = |what: &str, arguments: &[&str]| -> Result<(String, String)> {
        let mut curl = program("curl");
        curl.args(["-s", "-o", "/dev/null", "-D", "-"]).args(arguments);
        let head = output(&mut curl)?;
        let line =
            head.lines().find(|line| line.to_ascii_lowercase().starts_with("server-timing:"));
        let cost =
            line.and_then(|line| line.split('"').nth(1)).context("a Server-Timing header")?;
        Ok((what.to_owned(), cost.to_owned()))
    };
    let post = format!("{origin}/api/v1/forms/demo/submissions");
    let body = r#"{"answers":{"name":"Bench","email":"bench@good.co"}}"#;
    let submit = |what: &str, key: &str| {
        let key = format!("idempotency-key: {key}");
        read(what, &["-H", "content-type: application/json", "-H", &key, "-d", body, &post])
    };
    let bearer = format!("authorization: Bearer {key}");
    let list = |what: &str, query: &str| {
        read(what, &["-H", &bearer, &format!("{origin}/api/v1/leads?limit=50&{query}")])
    };
    submit("", "warm")?;
    Ok(vec![
        submit("submit", "bench-1")?,
        submit("the same again", "bench-1")?,
        list("newest 50 of 100,000, key read too", "sort=newest")?,
        list("most urgent 50, key read too", "sort=priority")?,
        list("50 by words, key read too", "q=keller")?,
    ])
}

/// Scores any pair of model and leads, natively.
pub fn score(arguments: &[String]) -> Result<()> {
    finish(native_tool("score").args(arguments))
}

/// Learns a point card from a file of closed leads.
pub fn learn(arguments: &[String]) -> Result<()> {
    finish(native_tool("learn").args(arguments))
}

/// The program that scores or learns from files, built for speed.
fn native_tool(name: &str) -> Command {
    let package = format!("plumbline-{name}");
    let mut cargo = program("cargo");
    cargo.args(["run", "-q", "--profile", "native", "-p", &package, "--bin", name, "--"]);
    cargo
}

/// The peers of scoring: rule engines for JavaScript, with a model and leads.
struct ScoringPeer {
    folder: PathBuf,
    model: String,
    leads: String,
}

/// What the scores of those leads by that model fold into, in every engine that scores them rightly.
const CHECKSUM: &str = "checksum 3714577253,";

/// Natively, and as WASM with the instructions for many numbers at once and without them; then the peers, and one
/// lead with all that is said of it.
fn score_everywhere(peer: &ScoringPeer) -> Result<()> {
    let ScoringPeer { folder, model, leads } = peer;
    let rightly = |command: &mut Command| -> Result<String> {
        let said = output(command)?;
        print!("{said}");
        anyhow::ensure!(said.contains(CHECKSUM), "the scores are not those of every other engine");
        Ok(said)
    };
    let native = rightly(native_tool("score").args(["--model", model, "--leads", leads]))?;
    for (name, has_simd) in [("score-simd", true), ("score-plain", false)] {
        bundle::build_score(name, has_simd)?;
        rightly(program("node").args(["tests/bench/score.mjs", name, model, leads]))?;
    }
    let mut node = program("node");
    let peers = output(node.args(["bench.mjs", leads.as_str()]).current_dir(folder))?;
    print!("{peers}");
    if let (Some(ours), Some((name, theirs))) = (millions(&native), fastest_engine(&peers)) {
        println!(
            "natively {:.0} times as fast as {name}, the fastest rule engine of these",
            ours * 1e6 / theirs
        );
    }
    let mut one = program("cargo");
    one.args(["run", "-q", "--release", "-p", "plumbline-scorer", "--example", "one_lead"]);
    finish(&mut one)
}

/// Reads how many million leads a second were scored.
fn millions(said: &str) -> Option<f64> {
    said.split_once("scored ")?.1.split(' ').next()?.parse().ok()
}

/// Reads the fastest of the peers that is an engine for rules, and how many leads a second it scores: not what
/// somebody wrote by hand.
fn fastest_engine(peers: &str) -> Option<(String, f64)> {
    let row = |line: &str| {
        let mut cells = line.split('│').map(|cell| cell.trim().trim_matches('\''));
        let name = cells.nth(2)?;
        let rate: f64 = cells.nth(1)?.parse().ok()?;
        let is_engine = !name.starts_with("plain JS") && !name.starts_with("JSON.parse");
        is_engine.then(|| (name.to_owned(), rate))
    };
    peers.lines().filter_map(row).max_by(|one, other| one.1.total_cmp(&other.1))
}

/// Returns the peers of scoring with what they pin, where they are.
fn scoring_peer() -> Result<Option<ScoringPeer>> {
    let source = root().join("../shared/peers/scoring");
    if !source.exists() {
        return Ok(None);
    }
    let folder = root().join("build/peers/scoring");
    if !folder.join("node_modules").exists() {
        bundle::copy_folder(&source, &folder)?;
        let mut npm = program("npm");
        npm.args(["install", "--no-audit", "--no-fund", "--loglevel=error"]);
        step("installing the peers of scoring", || finish(npm.current_dir(&folder)))?;
    }
    let leads = root().join("build/peers/leads.ndjson").display().to_string();
    if !Path::new(&leads).exists() {
        std::fs::create_dir_all(root().join("build/peers"))?;
        let mut node = program("node");
        output(node.arg(source.join("gen.mjs")).args(["100000", "42", &leads]))?;
    }
    let model = folder.join("model.json").display().to_string();
    Ok(Some(ScoringPeer { folder, model, leads }))
}

fn start_resolver() -> Result<(Child, String)> {
    let mut child =
        program("target/debug/resolver").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut url = String::new();
    BufReader::new(child.stdout.take().context("its output")?).read_line(&mut url)?;
    Ok((child, url.trim().to_owned()))
}

fn stop(mut resolver: Child) -> Result<()> {
    drop(resolver.stdin.take());
    resolver.wait()?;
    Ok(())
}

/// Copies the peers, where they are, and installs what they pin.
fn peers() -> Result<Option<PathBuf>> {
    let source = root().join("../shared/peers/edge-hono");
    if !source.exists() {
        return Ok(None);
    }
    let target = root().join("build/peers/edge-hono");
    if !target.join("dist/plain.js").exists() {
        step("installing the peers", || {
            bundle::copy_folder(&source, Path::new(&target))?;
            let mut npm = program("npm");
            finish(
                npm.args(["install", "--no-audit", "--no-fund", "--loglevel=error"])
                    .current_dir(&target),
            )?;
            finish(program("npm").args(["run", "build"]).current_dir(&target))
        })?;
    }
    Ok(Some(target))
}
