//! The wasm-bindgen command as far as trunk calls it, at the version that the crates are pinned to:
//! trunk would otherwise have to download it, or somebody to compile it for minutes.

use std::path::PathBuf;

use anyhow::{Context, Result, anyhow, bail};
use lexopt::prelude::*;
use wasm_bindgen_cli_support::Bindgen;

/// The name that this program answers to as well.
pub const NAME: &str = "wasm-bindgen";

/// Reads the command line and writes the glue that it asks for.
pub fn run() -> Result<()> {
    let mut parser = lexopt::Parser::from_env();
    let (mut input, mut folder): (Option<PathBuf>, Option<PathBuf>) = (None, None);
    let mut bindgen = Bindgen::new();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("version") | Short('V') => {
                println!("wasm-bindgen {}", wasm_bindgen_shared::version());
                return Ok(());
            }
            Long("target") => match parser.value()?.string()?.as_str() {
                "web" => drop(bindgen.web(true).map_err(|error| anyhow!("{error:#}"))?),
                other => bail!("only --target web is known here, not {other}"),
            },
            Long("out-dir") => folder = Some(parser.value()?.into()),
            Long("out-name") => drop(bindgen.out_name(&parser.value()?.string()?)),
            Long("no-typescript") => drop(bindgen.typescript(false)),
            Long("keep-debug") => drop(bindgen.keep_debug(true)),
            Long("debug") => drop(bindgen.debug(true)),
            Value(path) => input = Some(path.into()),
            other => return Err(other.unexpected().into()),
        }
    }
    let folder = folder.context("--out-dir says where to write")?;
    bindgen.input_path(input.context("name the WASM file")?);
    bindgen.generate(folder).map_err(|error| anyhow!("{error:#}"))
}
