//! The commands of the project: `cargo xtask help` lists them.

mod bench;
mod bindgen;
mod budget;
mod bundle;
mod deploy;
mod lists;
mod native;
mod run;
mod serve;
mod test;
mod tidy;
mod tools;
mod trunk;

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Result, bail};

const HELP: &str = "\
cargo xtask <command>

  dev      set everything up and serve it on this machine
             --port N      the port (8787)
             --state DIR   where data is kept (.plumbline)
             --doh URL     the DNS-over-HTTPS resolver (two public ones); given twice, the
                           second is asked where the first fails or is slow
             --seed N      add N sample leads
  test     the whole gate: format, lints, native tests, workerd, Chromium
  check    its fast first half
  build    build the Worker, the widget and the dashboard
  budget   weigh what was built against xtask/budget.toml
  bench    measure bytes, CPU, rows and faults, as a table; `bench scores` the engine
                           alone, `bench learn` the learner
  corpora DIR [--misses]   score the rules on a folder of test sets
  score --model FILE --leads FILE   score leads (JSON, one a line) by a model: checksum, mean, speed
  learn --data FILE --outcome COLUMN [--order file|random] [--exclude COLUMNS] [--exclude-protected]
        [--keep COLUMNS] [--month COLUMN] [--window advised|all]
                           learn points from closed leads, and say how far to trust them
  lists refresh            rebuild the tables of domains from the pinned packages
  tidy     check the arrows between crates and other house rules
  api-key NAME [--state DIR] [--scopes LIST]   make an API key
  sign-in-link [--state DIR] [--port N]        make a new one-time sign-in link
  trunk serve                                  the dashboard's inner loop, beside `dev`
  deploy --dry-run                             show what a deployment would upload
";

fn main() -> ExitCode {
    let own = std::env::args().next().unwrap_or_default();
    let is_bindgen = Path::new(&own).file_stem().is_some_and(|name| name == bindgen::NAME);
    match if is_bindgen { bindgen::run() } else { command() } {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn command() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().unwrap_or_default();
    let rest: Vec<String> = arguments.collect();
    std::env::set_current_dir(run::root())?;
    match command.as_str() {
        "dev" => serve::dev(&serve::Options::parse(&rest)?),
        "serve" => serve::serve(&serve::Options::parse(&rest)?),
        "test" => test::all(),
        "check" => test::check(),
        "budget" => test::budget(),
        "build" => bundle::build_all(),
        "bench" => bench::run(&rest),
        "tidy" => tidy::all(),
        "api-key" => serve::make_api_key(&serve::Options::parse(&rest)?),
        "sign-in-link" => serve::print_sign_in_link(&serve::Options::parse(&rest)?),
        "corpora" => test::corpora(&rest),
        "score" => bench::score(&rest),
        "learn" => bench::learn(&rest),
        "lists" => lists::run(&rest),
        "deploy" => deploy::run(&rest),
        "trunk" => trunk::run(&rest),
        "help" | "" | "--help" => {
            print!("{HELP}");
            Ok(())
        }
        other => bail!("there is no command {other}; `cargo xtask help` lists them"),
    }
}
