//! How many bytes everything is, against what it may be.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use flate2::Compression;
use flate2::write::GzEncoder;

/// One measured size.
pub struct Size {
    /// Its line in budget.toml.
    pub name: &'static str,
    /// The bytes it has.
    pub bytes: usize,
    /// The bytes it may have.
    pub max: usize,
}

/// Measures what was built. `form_page` and `embed` come from a running server.
pub fn measure(form_page: &[u8], embed: &[u8]) -> Result<Vec<Size>> {
    let limits: toml::Table = toml::from_str(&fs::read_to_string("xtask/budget.toml")?)?;
    let loader = fs::read("dist/embed-loader.js")?;
    let tasks: [(&'static str, Weighing<'_>); 14] = [
        ("form_page_br", Box::new(|| Ok(brotli(form_page)? + brotli(&loader)?))),
        ("embed_br", Box::new(|| brotli(embed))),
        ("widget_br", Box::new(|| total(&app_files("widget-")?, brotli))),
        ("hints_br", Box::new(|| total(&app_files("hints-")?, brotli))),
        ("dashboard_br", Box::new(|| program("dashboard", "index"))),
        ("book_br", Box::new(|| program("book", "book"))),
        ("studio_br", Box::new(|| program("studio", "studio"))),
        ("what_if_br", Box::new(|| total(&what_if_files(false)?, brotli))),
        ("what_if_simd_br", Box::new(|| total(&what_if_files(true)?, brotli))),
        ("workshop_br", Box::new(|| program("workshop", "workshop"))),
        ("capture_gz", Box::new(|| total(&worker_files("index"), gzip))),
        ("desk_gz", Box::new(|| total(&worker_files("desk"), gzip))),
        ("workshop_gz", Box::new(|| total(&worker_files("workshop"), gzip))),
        ("phone_br", Box::new(|| brotli(&fs::read("build/phone/phone_bg.wasm")?))),
    ];
    // Brotli takes seconds for each, so all are weighed at once.
    std::thread::scope(|scope| {
        let weighed = tasks.map(|(name, weigh)| (name, scope.spawn(weigh)));
        weighed
            .into_iter()
            .map(|(name, weighed)| {
                let bytes = weighed.join().map_err(|_| anyhow!("weighing {name} broke off"))??;
                let max = limits.get(name).and_then(toml::Value::as_integer).context(name)?;
                Ok(Size { name, bytes, max: usize::try_from(max)? })
            })
            .collect()
    })
}

type Weighing<'a> = Box<dyn FnOnce() -> Result<usize> + Send + 'a>;

/// Fails when anything is over its budget, naming it.
pub fn check(sizes: &[Size]) -> Result<()> {
    for size in sizes {
        eprintln!("  {:14} {:>8} of {:>8} bytes", size.name, size.bytes, size.max);
    }
    match sizes.iter().find(|size| size.bytes > size.max) {
        Some(size) => bail!("{} is {} bytes over its budget", size.name, size.bytes - size.max),
        None => Ok(()),
    }
}

/// A program with its document and the style that all share.
fn program(name: &str, document: &str) -> Result<usize> {
    let mut files = app_files(&format!("{name}-"))?;
    files.extend(app_files("main-")?);
    files.push(format!("dist/{document}.html").into());
    total(&files, brotli)
}

fn worker_files(name: &str) -> [PathBuf; 2] {
    [".js", "_bg.wasm"].map(|ending| format!("build/worker/{name}{ending}").into())
}

/// The files of what scores a whole book, for many numbers at once or without that.
fn what_if_files(has_simd: bool) -> Result<Vec<PathBuf>> {
    let mut files = app_files("what-if-")?;
    files.retain(|file| file.to_string_lossy().contains("what-if-simd-") == has_simd);
    Ok(files)
}

fn app_files(prefix: &str) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(Path::new("dist/app")).context("dist/app: build first")? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(prefix) {
            files.push(entry.path());
        }
    }
    Ok(files)
}

fn total(files: &[PathBuf], size: impl Fn(&[u8]) -> Result<usize>) -> Result<usize> {
    files.iter().map(|file| size(&fs::read(file)?)).sum()
}

fn brotli(bytes: &[u8]) -> Result<usize> {
    let mut out = Vec::new();
    let params = brotli::enc::BrotliEncoderParams { quality: 11, ..Default::default() };
    brotli::BrotliCompress(&mut &*bytes, &mut out, &params)?;
    Ok(out.len())
}

fn gzip(bytes: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}
