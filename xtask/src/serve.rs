//! Serves the deployment on this machine: workerd with D1 on disk, exactly as wrangler.toml says.

use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, anyhow, bail};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::bundle;
use crate::run::{finish, output, program, root, step};

/// The seconds after which a start is called failed.
const START_SECONDS_MAX: u64 = 60;

/// What the commands around a local deployment take.
#[derive(Debug)]
pub struct Options {
    /// The port; 0 takes a free one.
    pub port: u16,
    /// Where data is kept.
    pub state: PathBuf,
    /// The resolver, instead of the one in wrangler.toml.
    pub doh: Vec<String>,
    /// How many sample leads to add.
    pub seed: u32,
    /// Submissions per 10 seconds and visitor network, instead of what wrangler.toml says.
    pub rate: Option<u32>,
    /// How many leads of one network a form stores in a day.
    pub quota: Option<u32>,
    /// New domains per minute and visitor network, likewise.
    pub lookups: Option<u32>,
    /// Whether the routes that break on purpose exist.
    pub faults: bool,
    /// Whether to stop once standard input closes, so that no test leaves a server behind.
    pub until_stdin_closes: bool,
    /// The scopes of a new API key.
    pub scopes: String,
    /// The rest: the name of an API key.
    pub name: Option<String>,
}

impl Options {
    /// Reads the command line.
    pub fn parse(arguments: &[String]) -> Result<Self> {
        use lexopt::prelude::*;
        let mut options = Self {
            port: 8787,
            state: root().join(".plumbline"),
            doh: Vec::new(),
            seed: 0,
            rate: None,
            quota: None,
            lookups: None,
            faults: false,
            until_stdin_closes: false,
            scopes: "leads:read leads:write checks".to_owned(),
            name: None,
        };
        let mut parser = lexopt::Parser::from_args(arguments);
        while let Some(argument) = parser.next()? {
            match argument {
                Long("port") => options.port = parser.value()?.parse()?,
                Long("state") => options.state = std::path::absolute(parser.value()?)?,
                Long("doh") => options.doh.push(parser.value()?.string()?),
                Long("seed") => options.seed = parser.value()?.parse()?,
                Long("quota") => options.quota = Some(parser.value()?.parse()?),
                Long("rate") => options.rate = Some(parser.value()?.parse()?),
                Long("lookups") => options.lookups = Some(parser.value()?.parse()?),
                Long("faults") => options.faults = true,
                Long("until-stdin-closes") => options.until_stdin_closes = true,
                Long("scopes") => options.scopes = parser.value()?.string()?.replace(',', " "),
                Value(name) if options.name.is_none() => options.name = Some(name.string()?),
                other => return Err(other.unexpected().into()),
            }
        }
        Ok(options)
    }
}

/// Sets everything up, then serves until it is interrupted.
pub fn dev(options: &Options) -> Result<()> {
    bundle::build_all()?;
    serve(options)
}

/// Serves what was built.
pub fn serve(options: &Options) -> Result<()> {
    let port = match options.port {
        0 => TcpListener::bind("127.0.0.1:0")?.local_addr()?.port(),
        port if TcpStream::connect(("127.0.0.1", port)).is_ok() => {
            bail!("port {port} is taken: end what runs there, or choose another with --port")
        }
        port => port,
    };
    let config = prepare(options)?;
    step("applying the migrations", || migrate(&config))?;
    if options.seed > 0 {
        step(&format!("adding {} sample leads", options.seed), || seed(options))?;
    }
    let token = new_sign_in_token(&config)?;
    let mut server = start(&config, port)?;
    println!("sign in once: {}", link(port, &token));
    println!("ready http://127.0.0.1:{port}");
    if options.until_stdin_closes {
        let mut rest = Vec::new();
        std::io::stdin().read_to_end(&mut rest)?;
        return stop(&mut server);
    }
    let status = server.wait()?;
    if status.success() { Ok(()) } else { bail!("the server ended with {status}") }
}

/// Serves a fresh deployment for as long as it takes to read two paths of it.
pub fn fetch_from_fresh_deployment(paths: &[&str; 2]) -> Result<(Vec<u8>, Vec<u8>)> {
    let state = std::env::temp_dir().join(format!("plumbline-budget-{}", std::process::id()));
    let options = Options::parse(&["--state".to_owned(), state.to_string_lossy().into_owned()])?;
    let config = prepare(&options)?;
    migrate(&config)?;
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let mut server = start(&config, port)?;
    let read = fetch(port, paths[0]).and_then(|first| Ok((first, fetch(port, paths[1])?)));
    stop(&mut server)?;
    std::fs::remove_dir_all(state)?;
    read
}

/// A deployment that is being served.
pub struct Deployment {
    /// Its address.
    pub origin: String,
    /// An API key that reads leads.
    pub key: String,
    /// A link that signs in once.
    pub link: String,
}

/// Serves a fresh deployment with `options` while `work` uses it.
pub fn with_deployment(
    options: &[&str],
    work: impl FnOnce(&Deployment) -> Result<()>,
) -> Result<()> {
    let state = std::env::temp_dir().join(format!("plumbline-bench-{}", std::process::id()));
    let mut arguments: Vec<String> = options.iter().map(|&option| option.to_owned()).collect();
    arguments.extend(["--state".to_owned(), state.to_string_lossy().into_owned()]);
    let options = Options::parse(&arguments)?;
    let config = prepare(&options)?;
    migrate(&config)?;
    seed(&options)?;
    let key = new_api_key(&config, "bench", "leads:read")?;
    let token = new_sign_in_token(&config)?;
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let mut server = start(&config, port)?;
    let origin = format!("http://127.0.0.1:{port}");
    let done = work(&Deployment { origin, key, link: link(port, &token) });
    stop(&mut server)?;
    std::fs::remove_dir_all(state)?;
    done
}

/// Reads the body of one answer.
fn fetch(port: u16, path: &str) -> Result<Vec<u8>> {
    use std::io::Write;
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    write!(stream, "GET {path} HTTP/1.0\r\nhost: 127.0.0.1:{port}\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").context("an answer")?;
    if !answer.starts_with(b"HTTP/1.1 200") && !answer.starts_with(b"HTTP/1.0 200") {
        bail!("{path} did not answer 200");
    }
    Ok(answer.split_off(end + 4))
}

/// The generated configuration of one local deployment.
struct Config {
    file: PathBuf,
    data: PathBuf,
}

impl Config {
    fn wrangler(&self, arguments: &[&str]) -> Command {
        let mut command = program("wrangler");
        command.args(arguments).arg("--config").arg(&self.file).env("CI", "1");
        // The first answers SQL from any program of this machine, the second keeps every address that is
        // asked for, search words included, after their person was erased.
        command.env("X_LOCAL_EXPLORER", "false").env("X_LOCAL_OBSERVABILITY", "false");
        command
    }

    fn migrate_in(&self, data: &Path) -> Result<()> {
        let mut command = self.wrangler(&["d1", "migrations", "apply", "plumbline", "--local"]);
        output(command.arg("--persist-to").arg(data)).map(drop)
    }

    fn execute(&self, sql: &str) -> Result<String> {
        let mut command =
            self.wrangler(&["d1", "execute", "plumbline", "--local", "--json", "--command", sql]);
        output(command.arg("--persist-to").arg(&self.data))
    }
}

/// Writes the configuration for this machine: wrangler.toml with absolute paths and local secrets.
fn prepare(options: &Options) -> Result<Config> {
    std::fs::create_dir_all(&options.state)
        .with_context(|| format!("making {}", options.state.display()))?;
    close_to_others(&options.state)?;
    let text = std::fs::read_to_string("wrangler.toml")?;
    let mut config: Value = toml::from_str(&text)?;
    let absolute = |path: &str| root().join(path).to_string_lossy().into_owned();
    for path in ["/main", "/base_dir", "/assets/directory", "/d1_databases/0/migrations_dir"] {
        let place =
            config.pointer_mut(path).with_context(|| format!("wrangler.toml has no {path}"))?;
        *place = Value::String(absolute(place.as_str().unwrap_or_default()));
    }
    let signing_key = kept_secret(&options.state.join("signing-key"))?;
    let vars = config.pointer_mut("/vars").and_then(Value::as_object_mut).context("vars")?;
    vars.insert("SIGNING_KEY".into(), json!(signing_key));
    if let Some(url) = options.doh.first() {
        // Whoever names a resolver wants to ask no other.
        let fallback = options.doh.get(1).map_or("", String::as_str);
        vars.insert("DOH_URL".into(), json!(url));
        vars.insert("DOH_FALLBACK_URL".into(), json!(fallback));
    }
    // Tests send what a town does.
    if let Some(quota) = options.quota.or(options.rate) {
        vars.insert("NETWORK_DAY_MAX".into(), json!(quota.to_string()));
        vars.insert("FORM_DAY_MAX".into(), json!(quota.saturating_mul(2).to_string()));
    }
    if options.faults {
        vars.insert("FAULT_ROUTES".into(), json!("on"));
    }
    for (index, limit) in [(0, options.rate), (1, options.lookups), (2, options.rate)] {
        if let Some(limit) = limit {
            let place = config.pointer_mut(&format!("/ratelimits/{index}/simple/limit"));
            *place.context("ratelimits")? = json!(limit);
        }
    }
    let file = options.state.join("wrangler.json");
    std::fs::write(&file, serde_json::to_vec_pretty(&config)?)?;
    Ok(Config { file, data: options.state.join("data") })
}

/// Lets nobody but its owner into a folder: it holds leads and the key that signs.
fn close_to_others(folder: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
            .with_context(|| format!("closing {} to others", folder.display()))?;
    }
    // What earlier versions traced.
    let traces = folder.join("data/v3/observability");
    if traces.exists() {
        std::fs::remove_dir_all(traces)?;
    }
    Ok(())
}

/// Brings the database to the newest schema. One that is not there yet is the copy of another that
/// was made by the same migrations: wrangler takes seconds for them, and tests make many databases.
fn migrate(config: &Config) -> Result<()> {
    if config.data.exists() {
        return config.migrate_in(&config.data);
    }
    let mut made_by = Sha256::new();
    let mut files: Vec<_> =
        std::fs::read_dir("edge/migrations")?.collect::<std::io::Result<Vec<_>>>()?;
    files.sort_by_key(std::fs::DirEntry::file_name);
    for file in files {
        made_by.update(std::fs::read(file.path())?);
    }
    made_by.update(std::fs::read("wrangler.toml")?);
    made_by.update(std::fs::read("package-lock.json")?);
    let made = root().join("build/migrated").join(bundle::short_hex(&made_by.finalize()));
    if !made.exists() {
        let own = made.with_extension(std::process::id().to_string());
        config.migrate_in(&own)?;
        // Another command may have been faster; its database is the same.
        if std::fs::rename(&own, &made).is_err() {
            std::fs::remove_dir_all(&own)?;
        }
    }
    bundle::copy_folder(&made, &config.data)
}

/// Adds the sample leads. The gate has built the program for them already and names it.
fn seed(options: &Options) -> Result<()> {
    let mut seed = match std::env::var("PLUMBLINE_SEED") {
        Ok(built) => program(&built),
        Err(_) => {
            let mut cargo = program("cargo");
            cargo.args(["run", "-q", "--release", "-p", "plumbline-e2e", "--bin", "seed", "--"]);
            cargo
        }
    };
    finish(seed.arg(&options.state).arg(options.seed.to_string()))
}

fn start(config: &Config, port: u16) -> Result<Child> {
    let port_text = port.to_string();
    let arguments =
        ["dev", "--local", "--ip", "127.0.0.1", "--port", &port_text, "--log-level", "warn"];
    let mut command = config.wrangler(&arguments);
    command.args(["--inspector-port", "0", "--show-interactive-dev-session=false"]);
    command
        .arg("--persist-to")
        .arg(&config.data)
        .stdin(Stdio::null())
        .stdout(Stdio::from(std::io::stderr()));
    let mut server = command.spawn().context("cannot start wrangler")?;
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(START_SECONDS_MAX) {
        if let Some(status) = server.try_wait()? {
            bail!("the server ended with {status} before it was ready; its words are above");
        }
        if is_healthy(port) {
            return Ok(server);
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    stop(&mut server)?;
    bail!("the server was not ready after {START_SECONDS_MAX} s; its words are above")
}

fn is_healthy(port: u16) -> bool {
    use std::io::Write;
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else { return false };
    let ask =
        format!("GET /healthz HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nconnection: close\r\n\r\n");
    if stream.set_read_timeout(Some(Duration::from_secs(5))).is_err()
        || stream.write_all(ask.as_bytes()).is_err()
    {
        return false;
    }
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).is_ok() && answer.ends_with(b"200")
}

/// Ends the server and what it started.
pub fn stop(server: &mut Child) -> Result<()> {
    let pid = server.id().to_string();
    // wrangler ends its workerd processes on SIGTERM; std can only send SIGKILL.
    Command::new("kill").args(["-TERM", &pid]).status()?;
    let begun = Instant::now();
    while server.try_wait()?.is_none() {
        if begun.elapsed() > Duration::from_secs(10) {
            server.kill()?;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

fn link(port: u16, token: &str) -> String {
    format!("http://127.0.0.1:{port}/sign-in#{token}")
}

fn new_sign_in_token(config: &Config) -> Result<String> {
    let token = random_secret()?;
    let values = [quoted(&sha256_hex(&token)), now_ms()?.to_string()];
    config.execute(&filled("edge/sql/sessions/add_link.sql", &values)?)?;
    Ok(token)
}

/// Prints a new one-time link for a deployment that runs or will run.
pub fn print_sign_in_link(options: &Options) -> Result<()> {
    let config = prepare_existing(options)?;
    println!("{}", link(options.port, &new_sign_in_token(&config)?));
    Ok(())
}

/// Makes an API key and prints its secret, this once.
pub fn make_api_key(options: &Options) -> Result<()> {
    let name = options.name.as_deref().context("name the key: cargo xtask api-key NAME")?;
    for scope in options.scopes.split(' ') {
        if !["leads:read", "leads:write", "checks"].contains(&scope) {
            bail!("there is no scope {scope}; there are leads:read, leads:write and checks");
        }
    }
    let config = prepare_existing(options)?;
    println!("{}", new_api_key(&config, name, &options.scopes)?);
    Ok(())
}

fn new_api_key(config: &Config, name: &str, scopes: &str) -> Result<String> {
    let secret = format!("plk_{}", random_secret()?);
    let values = [
        quoted(&sha256_hex(&secret)),
        quoted(&time_ordered_uuid()?),
        quoted(name),
        quoted(scopes),
        now_ms()?.to_string(),
    ];
    config.execute(&filled("edge/sql/api_keys/insert.sql", &values)?)?;
    Ok(secret)
}

fn prepare_existing(options: &Options) -> Result<Config> {
    let file = options.state.join("wrangler.json");
    if !file.exists() {
        bail!("{} holds no deployment yet: run `cargo xtask dev` first", options.state.display());
    }
    Ok(Config { file, data: options.state.join("data") })
}

/// Fills a static statement for the wrangler command, which binds no parameters.
fn filled(path: &str, values: &[String]) -> Result<String> {
    let mut sql = std::fs::read_to_string(path)?;
    for (index, value) in values.iter().enumerate() {
        sql = sql.replace(&format!("?{}", index + 1), value);
    }
    Ok(sql)
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''").replace('?', " "))
}

fn sha256_hex(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn now_ms() -> Result<u128> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())
}

fn random_bytes<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    std::fs::File::open("/dev/urandom")
        .and_then(|mut file| file.read_exact(&mut bytes))
        .map_err(|error| anyhow!("no random bytes: {error}"))?;
    Ok(bytes)
}

fn random_secret() -> Result<String> {
    Ok(random_bytes::<32>()?.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn time_ordered_uuid() -> Result<String> {
    let ms = now_ms()?;
    let random: String = random_bytes::<10>()?.iter().map(|byte| format!("{byte:02x}")).collect();
    let digit = |at: usize, count: usize| random.get(at..at + count).unwrap_or("000");
    let head = format!("{ms:012x}");
    Ok(format!("{}-{}-7{}-8{}-{}", &head[..8], &head[8..], digit(0, 3), digit(3, 3), digit(6, 12)))
}

fn kept_secret(file: &Path) -> Result<String> {
    if let Ok(secret) = std::fs::read_to_string(file) {
        return Ok(secret);
    }
    let secret = random_secret()?;
    std::fs::write(file, &secret)?;
    Ok(secret)
}
