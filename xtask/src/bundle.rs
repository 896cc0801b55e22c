//! Builds what is served: the Worker, the widget, the dashboard and the files beside them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use sha2::{Digest, Sha256};
use wasm_bindgen_cli_support::Bindgen;

use crate::run::{finish, output, program, run, step};
use crate::tools;

/// The WASM features that rustc emits; wasm-opt has to be told, since stripping drops the section
/// that names them.
const WASM_FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-simd",
];
const TARGET: &str = "wasm32-unknown-unknown";
const SIMD_TARGET_DIR: &str = "target/simd";

/// Builds everything into `dist/` and `build/worker/`.
pub fn build_all() -> Result<()> {
    tools::install_for_build()?;
    step("compiling what scores a whole book, for many numbers at once", || {
        let mut cargo = program("cargo");
        cargo.args(["build", "--release", "--target", TARGET]);
        cargo.args(["-p", "plumbline-what-if", "-p", "plumbline-scorer"]);
        // A folder of their own: in one, each build would undo what the other one made.
        cargo.args(["--target-dir", SIMD_TARGET_DIR]);
        cargo.env("CARGO_ENCODED_RUSTFLAGS", flags(&["-Ctarget-feature=+simd128"]));
        finish(&mut cargo)?;
        fs::create_dir_all(artifact(""))?;
        for name in ["what_if", "plumbline_scorer"] {
            let plain = Path::new(SIMD_TARGET_DIR).join(TARGET).join("release");
            fs::copy(plain.join(format!("{name}.wasm")), artifact(&format!("{name}_simd.wasm")))?;
        }
        Ok(())
    })?;
    step("compiling to WASM (about 90 s the first time)", || {
        // One command for all: apart, they would rebuild each other's dependencies.
        let mut cargo = program("cargo");
        cargo.args(["build", "--release", "--target", TARGET]);
        for package in ["app", "capture", "desk", "workshop", "phone", "scorer", "what-if"] {
            cargo.args(["-p", &format!("plumbline-{package}")]);
        }
        cargo.env("CARGO_ENCODED_RUSTFLAGS", flags(&[]));
        finish(&mut cargo)
    })?;
    step("bundling the numbering plans", build_phone)?;
    step("bundling the Worker, the widget and the dashboard", || {
        std::thread::scope(|scope| {
            let worker = scope.spawn(build_worker);
            build_site()?;
            worker.join().map_err(|_| anyhow!("the bundler of the Worker ended"))?
        })
    })?;
    step("writing the API document", build_openapi)
}

/// What rustc is told. Paths that panics name are shortened: they differ between machines, and every byte
/// is shipped. And Leptos holds each part of a screen behind a pointer, so that none is compiled into
/// those around it: an eighth less of every program.
fn flags(more: &[&str]) -> String {
    let home = std::env::var("CARGO_HOME").map(PathBuf::from).ok();
    let home =
        home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo"))).unwrap_or_default();
    let registry = home.join("registry/src");
    let mut flags = vec!["--cfg=erase_components".to_owned()];
    for entry in fs::read_dir(registry).into_iter().flatten().flatten() {
        flags.push(format!("--remap-path-prefix={}/=", entry.path().display()));
    }
    flags.extend(more.iter().map(|flag| (*flag).to_owned()));
    // Cargo separates the flags in this variable by the unit separator.
    flags.join("\u{1f}")
}

fn artifact(name: &str) -> PathBuf {
    Path::new("target").join(TARGET).join("release").join(name)
}

fn wasm_opt(file: &Path, extra: &[&str]) -> Result<()> {
    let mut command = program("wasm-opt");
    // The stack comes first in memory and grows down, so its lowest kilobyte is never a valid address.
    // `-Oz`, `--gufa` and `--converge` cost minutes, and compressed the result is not smaller.
    let passes = ["-Os", "--low-memory-unused"];
    command.args(passes).args(WASM_FEATURES).args(extra).arg(file).arg("-o").arg(file);
    output(&mut command).map(drop)
}

/// Writes the glue and the module of `artifact`, the names of its imports cut short: they stand in
/// both, and the hashes in them are made not to compress.
fn bindgen(
    name: &str,
    out: &Path,
    artifact: &Path,
    set: impl FnOnce(&mut Bindgen) -> Result<()>,
) -> Result<()> {
    fresh(out)?;
    let mut bindgen = Bindgen::new();
    bindgen.input_path(artifact).out_name(name).typescript(false);
    set(&mut bindgen)?;
    let mut generated = bindgen.generate_output().map_err(|error| anyhow!("{error:#}"))?;
    let mut renamed = Vec::new();
    for (index, import) in generated.wasm_mut().imports.iter_mut().enumerate() {
        if import.name.starts_with("__wb") {
            let short = format!("i{index}");
            renamed.push((std::mem::replace(&mut import.name, short.clone()), short));
        }
    }
    generated.emit(out).map_err(|error| anyhow!("{error:#}"))?;
    let glue = out.join(format!("{name}.js"));
    let mut text = fs::read_to_string(&glue)?;
    for (long, short) in renamed {
        // A property of the import object, or a function that the glue exports.
        let forms = [
            (format!("{long}: "), format!("{short}: ")),
            (format!("function {long}("), format!("function {short}(")),
        ];
        let Some((from, to)) = forms.iter().find(|(from, _)| text.contains(from)) else {
            bail!(
                "the glue of {name} does not name its import {long}: wasm-bindgen writes it otherwise now"
            );
        };
        text = text.replacen(from, to, 1);
    }
    Ok(fs::write(glue, text)?)
}

/// Builds the module that both the Worker and the browser start when a number is typed.
fn build_phone() -> Result<()> {
    let glue = Path::new("build/phone");
    bindgen("phone", glue, &artifact("plumbline_phone.wasm"), web)?;
    wasm_opt(&glue.join("phone_bg.wasm"), &[])
}

/// Builds the script of the Worker with its modules beside it. Those of the owner are scripts of their
/// own, each imported when the first request for it comes.
fn build_worker() -> Result<()> {
    let out = Path::new("build/worker");
    fresh(out)?;
    let glue = Path::new("build/worker-glue");
    fresh(glue)?;
    for (name, artifact_name) in [
        ("index", "plumbline_capture.wasm"),
        ("desk", "plumbline_desk.wasm"),
        ("workshop", "plumbline_workshop.wasm"),
    ] {
        let own = Path::new("build").join(format!("{name}-glue"));
        bindgen(name, &own, &artifact(artifact_name), |bindgen| {
            bindgen.module(true).map_err(|error| anyhow!("{error:#}"))?;
            bindgen.reset_state_function(true).force_enable_abort_handler(true);
            Ok(())
        })?;
        wasm_opt(&own.join(format!("{name}_bg.wasm")), &["--enable-exception-handling"])?;
        copy_folder(&own, glue)?;
        fs::copy(own.join(format!("{name}_bg.wasm")), out.join(format!("{name}_bg.wasm")))?;
    }
    fs::copy("edge/js/worker.js", glue.join("worker.js"))?;
    fs::copy("build/phone/phone.js", glue.join("phone.js"))?;
    fs::copy("build/phone/phone_bg.wasm", out.join("phone_bg.wasm"))?;
    bundle_worker("worker.js", "index.js")?;
    bundle_worker("desk.js", "desk.js")?;
    bundle_worker("workshop.js", "workshop.js")
}

fn bundle_worker(entry: &str, name: &str) -> Result<()> {
    esbuild(&[
        &format!("build/worker-glue/{entry}"),
        "--bundle",
        "--format=esm",
        "--minify",
        "--external:*.wasm",
        "--external:./desk.js",
        "--external:./workshop.js",
        "--external:cloudflare:*",
        &format!("--outfile=build/worker/{name}"),
    ])?;
    let script = Path::new("build/worker").join(name);
    // `import source` is not in workerd yet; a plain import of a module of type CompiledWasm is
    // the same thing there.
    let text = fs::read_to_string(&script)?.replace("import source ", "import ");
    Ok(fs::write(&script, text)?)
}

/// Puts SQLite beside the programs and returns the path of its script; the workshop loads it when
/// somebody wants the whole state as a file.
fn build_sqlite() -> Result<String> {
    let module = fs::read("node_modules/sql.js/dist/sql-wasm-browser.wasm")?;
    let module_name = format!("app/sqlite-{}.wasm", hash(&module));
    fs::create_dir_all("dist/app")?;
    fs::write(Path::new("dist").join(&module_name), module)?;
    let define = define("SQLITE_WASM", &module_name);
    esbuild(&[
        "app/js/sqlite.js",
        "--bundle",
        "--format=esm",
        "--minify",
        &define,
        "--outfile=build/sqlite.js",
    ])?;
    put_script("sqlite", Path::new("build/sqlite.js"))
}

/// Puts the hints beside the widget, which fetches them on the first touch, and returns their path.
fn build_hints() -> Result<String> {
    let mut cargo = program("cargo");
    cargo.args(["run", "-q", "-p", "plumbline-api", "--bin", "hints", "--"]);
    finish(cargo.args(["public/lists", "build/hints.bin"]))?;
    put_file("hints", "bin", Path::new("build/hints.bin"))
}

/// Builds a program with the worker that runs it beside a page, and returns the path of the worker.
/// `name` has underscores, as its files below `app/` have; what is served has hyphens. `script` is the
/// worker below `app/js/`.
fn build_worker_program(name: &str, script: &str) -> Result<String> {
    let shown = name.replace('_', "-");
    let program = build_browser_program(&shown, &format!("{name}.wasm"), &[])?;
    let wanted = format!("./{}-program.js", script.replace('_', "-"));
    let script = fs::read_to_string(format!("app/js/{script}_worker.js"))?;
    let script = script.replace(&wanted, &format!("/{program}"));
    let placed = format!("build/{name}_worker.js");
    fs::write(&placed, script)?;
    let bundled = format!("build/{shown}-worker.js");
    let outfile = format!("--outfile={bundled}");
    esbuild(&[&placed, "--format=esm", "--minify", &outfile])?;
    put_script(&format!("{shown}-worker"), Path::new(&bundled))
}

/// Puts a script below `dist/` under the hash of what it says.
fn put_script(name: &str, from: &Path) -> Result<String> {
    put_file(name, "js", from)
}

/// Puts a file below `dist/` under the hash of what it holds.
fn put_file(name: &str, extension: &str, from: &Path) -> Result<String> {
    let bytes = fs::read(from)?;
    let path = format!("app/{name}-{}.{extension}", hash(&bytes));
    fs::create_dir_all("dist/app")?;
    fs::write(Path::new("dist").join(&path), bytes)?;
    Ok(path)
}

/// Lets a script know where another one is.
fn define(name: &str, path: &str) -> String {
    format!("--define:{name}=\"/{path}\"")
}

/// Bundles one browser program and returns the path of its script below `dist/`.
fn build_browser_program(name: &str, artifact_name: &str, defines: &[String]) -> Result<String> {
    let glue = Path::new("build").join(name);
    bindgen(name, &glue, &artifact(artifact_name), web)?;
    // The design page is ours alone; nobody waits for its bytes.
    if name != "design" {
        wasm_opt(&glue.join(format!("{name}_bg.wasm")), &[])?;
    }
    put_program(name, defines)
}

/// Puts a program whose glue and module are built below `dist/`, and returns the path of its script.
fn put_program(name: &str, defines: &[String]) -> Result<String> {
    let glue = Path::new("build").join(name);
    let wasm = glue.join(format!("{name}_bg.wasm"));
    let wasm_name = format!("{name}-{}.wasm", hash(&fs::read(&wasm)?));
    fs::create_dir_all("dist/app")?;
    fs::copy(&wasm, Path::new("dist/app").join(&wasm_name))?;
    // The entry names its module by hash, so both may be cached for ever.
    let entry = glue.join("entry.js");
    fs::write(
        &entry,
        format!(
            "import init, * as program from './{name}.js';\nexport const ready = init({{ module_or_path: new URL('./{wasm_name}', import.meta.url) }});\nexport {{ program }};\n"
        ),
    )?;
    let bundle = glue.join("bundle.js");
    let (entry, outfile) = (entry.to_string_lossy(), format!("--outfile={}", bundle.display()));
    let mut arguments = vec![&*entry, "--bundle", "--format=esm", "--minify", "--target=es2022"];
    arguments.extend(["--external:/app/*", outfile.as_str()]);
    arguments.extend(defines.iter().map(String::as_str));
    esbuild(&arguments)?;
    put_script(name, &bundle)
}

fn build_site() -> Result<()> {
    fresh(Path::new("dist"))?;
    copy_folder(Path::new("public"), Path::new("dist"))?;
    let sqlite = build_sqlite()?;
    let beside = [
        define("SQLITE_PATH", &sqlite),
        define("MATCHER_PATH", &build_worker_program("matcher", "matcher")?),
        define("WHAT_IF_PATH", &build_worker_program("what_if", "what_if")?),
        define("WHAT_IF_SIMD_PATH", &build_worker_program("what_if_simd", "what_if")?),
    ];
    let hints = define("HINTS_PATH", &build_hints()?);
    let phone = define("PHONE_PATH", &put_program("phone", &[])?);
    let widget = build_browser_program("widget", "widget.wasm", &[hints, phone])?;
    esbuild(&["style/main.css", "--bundle", "--minify", "--outfile=build/main.css"])?;
    let css = fs::read("build/main.css")?;
    let css_name = format!("app/main-{}.css", hash(&css));
    fs::write(Path::new("dist").join(&css_name), css)?;
    esbuild(&["style/form.css", "--minify", "--outfile=dist/form.css"])?;
    esbuild(&[
        "app/js/embed.js",
        "--bundle",
        "--minify",
        "--format=iife",
        "--target=es2022",
        &format!("--define:WIDGET_PATH=\"/{widget}\""),
        "--outfile=dist/embed-loader.js",
    ])?;
    for name in ["dashboard", "book", "studio", "workshop", "design"] {
        build_page(name, &css_name, &beside)?;
    }
    fs::rename("dist/dashboard.html", "dist/index.html")?;
    Ok(())
}

/// Bundles a program with the page that starts it.
fn build_page(name: &str, css_name: &str, defines: &[String]) -> Result<()> {
    let program = build_browser_program(name, &format!("{name}.wasm"), defines)?;
    esbuild(&[
        "app/js/dashboard.js",
        "--minify",
        &format!("--define:PROGRAM_PATH=\"/{program}\""),
        "--format=esm",
        "--outfile=build/start.js",
    ])?;
    let start = fs::read(Path::new("build/start.js"))?;
    let start_name = format!("app/{name}-start-{}.js", hash(&start));
    fs::write(Path::new("dist").join(&start_name), start)?;

    let template = fs::read_to_string("app/index.html").context("app/index.html")?;
    let head = format!(
        "<link rel=\"stylesheet\" href=\"/{css_name}\"><link rel=\"modulepreload\" href=\"/{program}\"><script type=\"module\" src=\"/{start_name}\"></script>"
    );
    let html = cut_trunk_links(&template).replace("</head>", &format!("{head}</head>"));
    Ok(fs::write(format!("dist/{name}.html"), html)?)
}

/// The page is written for `trunk serve`; what only trunk reads is left out here.
fn cut_trunk_links(html: &str) -> String {
    html.lines().filter(|line| !line.contains("data-trunk")).collect::<Vec<_>>().join("\n")
}

fn build_openapi() -> Result<()> {
    let mut cargo = program("cargo");
    cargo.args(["run", "-q", "-p", "plumbline-api", "--features", "openapi", "--bin", "openapi"]);
    let document: serde_json::Value = serde_json::from_str(&output(&mut cargo)?)?;
    Ok(fs::write("dist/openapi.json", serde_json::to_vec(&document)?)?)
}

/// Bundles the scorer that the equality test runs in Chromium and in workerd.
pub fn build_scorer() -> Result<()> {
    let artifact = artifact("plumbline_scorer.wasm");
    bindgen("scorer", Path::new("build/scorer-web"), &artifact, web)?;
    let simd = self::artifact("plumbline_scorer_simd.wasm");
    bindgen("scorer", Path::new("build/scorer-web-simd"), &simd, web)?;
    bindgen("scorer", Path::new("build/scorer-module"), &artifact, |bindgen| {
        bindgen.module(true).map(drop).map_err(|error| anyhow!("{error:#}"))
    })?;
    let glue = Path::new("build/scorer-module/scorer.js");
    let text = fs::read_to_string(glue)?.replace("import source ", "import ");
    Ok(fs::write(glue, text)?)
}

/// Bundles the engine with a reader of models and leads for a bench, with or without the instructions
/// that work on many numbers at once.
pub fn build_score(name: &str, has_simd: bool) -> Result<()> {
    let target = Path::new("target").join(name);
    let mut cargo = program("cargo");
    cargo.args(["build", "-q", "--profile", "native", "--lib", "--target", TARGET]);
    cargo.args(["-p", "plumbline-score", "--target-dir"]).arg(&target);
    let flags = if has_simd { "-Ctarget-feature=+simd128" } else { "" };
    finish(cargo.env("CARGO_ENCODED_RUSTFLAGS", flags))?;
    let out = Path::new("build").join(name);
    let artifact = target.join(TARGET).join("native/plumbline_score.wasm");
    bindgen("score", &out, &artifact, web)?;
    // Node takes a script for a module by its name.
    Ok(fs::rename(out.join("score.js"), out.join("score.mjs")).map(drop)?)
}

fn web(bindgen: &mut Bindgen) -> Result<()> {
    bindgen.web(true).map(drop).map_err(|error| anyhow!("{error:#}"))
}

fn esbuild(arguments: &[&str]) -> Result<()> {
    run("esbuild", arguments.iter().copied().chain(["--log-level=warning", "--allow-overwrite"]))
}

fn fresh(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    Ok(fs::create_dir_all(folder)?)
}

/// Copies a folder with everything in it.
pub fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

fn hash(bytes: &[u8]) -> String {
    short_hex(&Sha256::digest(bytes))
}

/// Returns as much of a hash as tells one file from another.
pub fn short_hex(hash: &[u8]) -> String {
    hash.iter().take(5).map(|byte| format!("{byte:02x}")).collect()
}
