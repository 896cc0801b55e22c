//! The Worker as a program on loopback, spoken to over HTTP as any client would.

use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use plumbline_api::Endpoint;
use serde_json::Value;
use ureq::Agent;
use ureq::http::Response;

/// How many lines of a server's words are shown with a story that failed.
const LAST_LINES: usize = 60;

/// A running deployment with a state of its own; it ends when this is dropped. What its server says is
/// shown if the story fails.
pub struct Worker {
    /// Its address.
    pub origin: String,
    /// The token of its one sign-in link.
    pub sign_in_token: String,
    /// Where its data is.
    pub state: PathBuf,
    agent: Agent,
    process: Child,
    keeps_state: bool,
}

/// One answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub text: String,
}

impl Answer {
    /// Reads the body as JSON.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    /// Returns a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Runs a build command of the project; `PLUMBLINE_XTASK` names the program.
fn xtask() -> Command {
    let program = std::env::var_os("PLUMBLINE_XTASK");
    Command::new(
        program.expect("run these tests with `cargo xtask test`, which builds what they need"),
    )
}

impl Worker {
    /// Starts a deployment on a fresh state with further options of `cargo xtask serve`.
    ///
    /// # Panics
    /// When it does not start, with its words.
    #[must_use]
    pub fn start(resolver: &str, options: &[&str]) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let state =
            std::env::temp_dir().join(format!("plumbline-test-{}-{number}", std::process::id()));
        let mut worker = Self::start_in(state, resolver, options);
        worker.keeps_state = false;
        worker
    }

    /// Starts a deployment on a given state, which it leaves behind.
    ///
    /// # Panics
    /// When it does not start, with its words.
    #[must_use]
    pub fn start_in(state: PathBuf, resolver: &str, options: &[&str]) -> Self {
        let mut command = xtask();
        command
            .args(["serve", "--port", "0", "--until-stdin-closes", "--doh", resolver])
            .args(options);
        command.arg("--state").arg(&state).stdin(Stdio::piped()).stdout(Stdio::piped());
        let log = File::create(state.with_extension("log")).expect("a file for its words");
        let mut process = command.stderr(log).spawn().expect("the build command starts");
        let mut lines = BufReader::new(process.stdout.take().expect("its output")).lines();
        let mut line = |prefix: &str| loop {
            let Some(line) = lines.next() else {
                panic!("the server did not become ready:\n{}", last_words(&state));
            };
            if let Some(rest) = line.expect("a line of text").strip_prefix(prefix) {
                break rest.to_owned();
            }
        };
        let link = line("sign in once: ");
        let origin = line("ready ");
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .allow_non_standard_methods(true)
            .build();
        Self {
            origin,
            sign_in_token: link.split_once('#').expect("a token").1.to_owned(),
            state,
            agent: config.into(),
            process,
            keeps_state: true,
        }
    }

    /// Sends a request of any kind.
    ///
    /// # Panics
    /// When nobody answers.
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let uri = if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}{path}", self.origin)
        };
        let mut request = ureq::http::Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body.to_vec()).expect("a request");
        // Who refuses a body by its length answers, and closes, before it is sent: then the answer may be
        // lost with the connection, and nothing was done.
        let is_cut = |error: &ureq::Error| matches!(error, ureq::Error::Io(cause) if cause.kind() == ErrorKind::BrokenPipe);
        let mut response = self.agent.run(request.clone());
        for _ in 0..5 {
            if !response.as_ref().is_err_and(is_cut) {
                break;
            }
            response = self.agent.run(request.clone());
        }
        read(response.unwrap_or_else(|error| panic!("{method} {path}: {error}")))
    }

    /// Calls an endpoint with JSON under an API key.
    pub fn call<E: Endpoint>(&self, endpoint: &E, key: &str, body: &E::Body) -> Answer {
        let bearer = format!("Bearer {key}");
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        let body = serde_json::to_vec(body).expect("a message");
        let without = E::METHOD == plumbline_api::Method::Get;
        self.send(E::METHOD.as_str(), &endpoint.path(), &headers, if without { b"" } else { &body })
    }

    /// Returns the folder that holds everything of this deployment.
    #[must_use]
    pub fn state(&self) -> &std::path::Path {
        &self.state
    }

    /// Submits the demo form as JSON.
    pub fn submit(&self, key: &str, body: &str) -> Answer {
        let headers = [("content-type", "application/json"), ("idempotency-key", key)];
        self.send("POST", "/api/v1/forms/demo/submissions", &headers, body.as_bytes())
    }

    /// Makes an API key with `scopes` by the build command.
    ///
    /// # Panics
    /// When that fails.
    #[must_use]
    pub fn api_key(&self, scopes: &str) -> String {
        let mut command = xtask();
        command.args(["api-key", "tests", "--scopes", scopes, "--state"]).arg(&self.state);
        let output = command.stdin(Stdio::null()).output().expect("the build command runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// Runs SQL on the stored data, beside the running server.
    ///
    /// # Panics
    /// When the file cannot be opened or the statement fails.
    pub fn sql<T>(&self, work: impl FnOnce(&rusqlite::Connection) -> rusqlite::Result<T>) -> T {
        let folder = self.state.join("data/v3/d1/miniflare-D1DatabaseObject");
        let files =
            std::fs::read_dir(folder).expect("a database").flatten().map(|entry| entry.path());
        let file = files
            .filter(|path| path.extension().is_some_and(|kind| kind == "sqlite"))
            .find(|path| path.file_stem().is_some_and(|name| name != "metadata"));
        let database =
            rusqlite::Connection::open(file.expect("a database file")).expect("it opens");
        database.busy_timeout(std::time::Duration::from_secs(5)).expect("a time-out");
        work(&database).expect("the statement runs")
    }
}

fn read(mut response: Response<ureq::Body>) -> Answer {
    let headers = response
        .headers()
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), value.to_str().unwrap_or("").to_owned()))
        .collect();
    let status = response.status().as_u16();
    Answer { status, headers, text: response.body_mut().read_to_string().unwrap_or_default() }
}

/// Returns the last lines of what the server with this state said.
fn last_words(state: &Path) -> String {
    let said = std::fs::read(state.with_extension("log")).unwrap_or_default();
    let said = String::from_utf8_lossy(&said);
    let lines: Vec<_> = said.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(LAST_LINES)..].join("\n")
}

impl Drop for Worker {
    fn drop(&mut self) {
        // Closing its standard input ends the server and everything it started.
        drop(self.process.stdin.take());
        drop(self.process.wait());
        if std::thread::panicking() {
            eprintln!("the server of this story said:\n{}", last_words(&self.state));
        }
        drop(std::fs::remove_file(self.state.with_extension("log")));
        if !self.keeps_state {
            drop(std::fs::remove_dir_all(&self.state));
        }
    }
}
