//! The browser: clock, storage, location, Unicode, fetch. Nothing else touches `js_sys` or `window`.

use plumbline_domain::text::{Category, Unicode};
use plumbline_domain::time::Timestamp;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Unicode as the browser's own engine knows it, so that no tables are shipped.
#[derive(Clone, Copy, Debug)]
pub struct BrowserUnicode;

impl Unicode for BrowserUnicode {
    fn nfc(&self, text: &str) -> String {
        String::from(js_sys::JsString::from(text).normalize("NFC"))
    }

    fn nfkc(&self, text: &str) -> String {
        String::from(js_sys::JsString::from(text).normalize("NFKC"))
    }

    fn category(&self, c: char) -> Category {
        let text = c.to_string();
        let is = |class: &str| js_sys::RegExp::new(class, "u").test(&text);
        match () {
            () if is("\\p{L}") => Category::Letter,
            () if is("\\p{M}") => Category::Mark,
            () if is("\\p{Nd}") => Category::Digit,
            () => Category::Other,
        }
    }

    /// The URL parser maps domains by UTS #46. The caller has refused every ASCII character that
    /// would end a host name.
    fn domain_to_ascii(&self, domain: &str) -> Option<String> {
        let url = web_sys::Url::new(&format!("http://{domain}/")).ok()?;
        Some(url.hostname()).filter(|host| !host.is_empty())
    }
}

/// Returns the visitor's clock.
#[must_use]
pub fn now() -> Timestamp {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "milliseconds since 1970 are far below 2^63"
    )]
    Timestamp::from_ms(js_sys::Date::now() as i64)
}

/// Returns the minutes that local time was, or will be, ahead of UTC at a moment.
#[must_use]
pub fn minutes_ahead_of_utc(at: Timestamp) -> i64 {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 are far below 2^53")]
    let date = js_sys::Date::new(&JsValue::from_f64(at.as_ms() as f64));
    #[expect(clippy::cast_possible_truncation, reason = "at most a day")]
    let behind = date.get_timezone_offset() as i64;
    -behind
}

/// Returns the moment that a header of HTTP names (RFC 9110 §5.6.7).
#[must_use]
pub fn parse_http_date(text: &str) -> Option<Timestamp> {
    let ms = js_sys::Date::parse(text);
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970")]
    (!ms.is_nan()).then_some(Timestamp::from_ms(ms as i64))
}

/// Returns a new key for one form fill.
#[must_use]
pub fn new_key() -> String {
    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues)]
        fn fill_with_random(bytes: &mut [u8]);
    }
    let mut bytes = [0_u8; 16];
    fill_with_random(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Returns the text between `#` and the end of the page's address, and takes it out of the address
/// bar, since a secret should not stay in the history.
#[must_use]
pub fn take_fragment() -> String {
    let Some(window) = web_sys::window() else { return String::new() };
    let location = window.location();
    let fragment = location.hash().unwrap_or_default().trim_start_matches('#').to_owned();
    if !fragment.is_empty()
        && let (Ok(history), Ok(path)) = (window.history(), location.pathname())
    {
        drop(history.replace_state_with_url(&JsValue::NULL, "", Some(&path)));
    }
    fragment
}

/// Returns the path of the page.
#[must_use]
pub fn path() -> String {
    web_sys::window().and_then(|window| window.location().pathname().ok()).unwrap_or_default()
}

/// Returns scheme and host of the page.
#[must_use]
pub fn origin() -> String {
    web_sys::window().and_then(|window| window.location().origin().ok()).unwrap_or_default()
}

/// Returns a value kept for this site, if storage is allowed.
#[must_use]
pub fn stored(key: &str) -> Option<String> {
    web_sys::window()?.local_storage().ok()??.get_item(key).ok()?
}

/// Keeps a value for this site. Where storage is not allowed, nothing is kept.
pub fn store(key: &str, value: &str) {
    if let Some(storage) =
        web_sys::window().and_then(|window| window.local_storage().ok().flatten())
    {
        drop(storage.set_item(key, value));
    }
}

/// Forgets what the dashboard keeps on this device: unfinished lists and drafts. What visitors' forms keep is
/// in a store of its own and stays.
pub fn forget_work() {
    let factory = web_sys::window().and_then(|window| window.indexed_db().ok().flatten());
    if let Some(factory) = factory {
        drop(factory.delete_database("plumbline-workshop"));
    }
}

/// Sets an attribute of the document's root, for the theme.
pub fn set_root_attribute(name: &str, value: &str) {
    let root =
        web_sys::window().and_then(|window| window.document()).and_then(|d| d.document_element());
    if let Some(root) = root {
        drop(root.set_attribute(name, value));
    }
}

/// Moves the focus to the first element that matches, if there is one.
pub fn focus(selector: &str) {
    let document = web_sys::window().and_then(|window| window.document());
    let found = document.and_then(|d| d.query_selector(selector).ok().flatten());
    if let Some(element) = found.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok())
    {
        drop(element.focus());
    }
}

/// Writes into the field that an event comes from what stands in it by now.
pub fn write_back(event: &web_sys::Event, value: &str) {
    let field = event.target().and_then(|field| field.dyn_into::<web_sys::HtmlInputElement>().ok());
    if let Some(field) = field {
        field.set_value(value);
    }
}

/// Returns whether the focus, or the pointer, goes on to something within the same element.
#[must_use]
pub fn stays_within(event: &web_sys::FocusEvent) -> bool {
    let to = event.related_target().and_then(|to| to.dyn_into::<web_sys::Node>().ok());
    let within = event.current_target().and_then(|own| own.dyn_into::<web_sys::Node>().ok());
    within.is_some_and(|within| within.contains(to.as_ref()))
}

/// Moves the focus to the first element that matches if it is nowhere: what had it is gone.
pub fn focus_if_lost(selector: &str) {
    let active = web_sys::window().and_then(|window| window.document()?.active_element());
    if active.is_none_or(|element| element.tag_name() == "BODY") {
        focus(selector);
    }
}

/// Names the page.
pub fn set_title(title: &str) {
    if let Some(document) = web_sys::window().and_then(|window| window.document()) {
        document.set_title(title);
    }
}

/// Copies a text to the clipboard. Returns whether the browser allowed it.
pub async fn copy(text: &str) -> bool {
    let Some(window) = web_sys::window() else { return false };
    // Without an encrypted connection a page has no clipboard.
    let navigator = window.navigator();
    if property(&navigator, "clipboard").is_undefined() {
        return false;
    }
    JsFuture::from(navigator.clipboard().write_text(text)).await.is_ok()
}

/// Returns whether an event comes from where a person types, so that single keys are text there.
#[must_use]
pub fn is_typing(event: &web_sys::Event) -> bool {
    let tag = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        .map(|e| e.tag_name());
    matches!(tag.as_deref(), Some("INPUT" | "TEXTAREA" | "SELECT"))
}

/// Returns the address of the live feed.
#[must_use]
pub fn socket_url(path: &str) -> String {
    let origin = origin();
    format!("{}{path}", origin.replacen("http", "ws", 1))
}

/// Calls `work` at each event of a kind on the window, such as `online`.
pub fn on_window(kind: &'static str, mut work: impl FnMut() + 'static) {
    if let Some(window) = web_sys::window() {
        gloo_events::EventListener::new(&window, kind, move |_| work()).forget();
    }
}

/// Writes a text as JSON with the browser's own writer, which costs the widget no bytes.
#[must_use]
pub fn json_text(text: &str) -> String {
    js_sys::JSON::stringify(&JsValue::from_str(text)).map(String::from).unwrap_or_default()
}

fn property(object: &JsValue, name: &str) -> JsValue {
    js_sys::Reflect::get(object, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

/// What a server answered.
#[derive(Debug)]
pub struct Answered {
    /// The HTTP status.
    pub status: u16,
    /// Whether it called its body JSON.
    pub is_json: bool,
    body: JsValue,
}

impl Answered {
    /// Returns a text of the JSON body.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        property(&self.body, name).as_string()
    }

    /// Returns the text `name` of every object in the list `list` of the JSON body; none where there is
    /// no such list.
    #[must_use]
    pub fn texts_in(&self, list: &str, name: &str) -> Vec<String> {
        let list = property(&self.body, list).dyn_into::<js_sys::Array>().unwrap_or_default();
        list.iter().filter_map(|item| property(&item, name).as_string()).collect()
    }
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// The device has no network.
    Offline,
    /// The request did not reach a server that this page may talk to.
    Unreachable,
    /// The server took longer than [`POST_MS_MAX`].
    TooLate,
}

/// How long a post may take, in milliseconds.
pub const POST_MS_MAX: u32 = 30_000;
/// The longest body that outlives its page, in bytes: browsers allow 64 KiB for all of them.
const KEEPALIVE_BYTES_MAX: usize = 30_000;

/// Posts JSON without credentials. A post that is under way outlives its page.
///
/// # Errors
/// Why nobody answered.
pub async fn post_json(url: &str, key: Option<&str>, body: &str) -> Result<Answered, NoAnswer> {
    let stop = web_sys::AbortController::new().map_err(|_| NoAnswer::Unreachable)?;
    let signal = stop.signal();
    let late = gloo_timers::callback::Timeout::new(POST_MS_MAX, move || stop.abort());
    let answered = exchange(url, key, body, &signal).await;
    drop(late);
    answered.map_err(|_| {
        let is_online = web_sys::window().is_none_or(|window| window.navigator().on_line());
        match (signal.aborted(), is_online) {
            (true, _) => NoAnswer::TooLate,
            (false, true) => NoAnswer::Unreachable,
            (false, false) => NoAnswer::Offline,
        }
    })
}

async fn exchange(
    url: &str,
    key: Option<&str>,
    body: &str,
    signal: &web_sys::AbortSignal,
) -> Result<Answered, JsValue> {
    let headers = web_sys::Headers::new()?;
    headers.set("content-type", "application/json")?;
    if let Some(key) = key {
        headers.set(plumbline_api::IDEMPOTENCY_KEY_HEADER, key)?;
    }
    let init = web_sys::RequestInit::new();
    init.set_method("POST");
    init.set_headers(&headers);
    init.set_body(&JsValue::from_str(body));
    init.set_signal(Some(signal));
    let outlives = key.is_some() && body.len() < KEEPALIVE_BYTES_MAX;
    js_sys::Reflect::set(&init, &"keepalive".into(), &outlives.into())?;
    let request = web_sys::Request::new_with_str_and_init(url, &init)?;
    let window = web_sys::window().ok_or("no window")?;
    let response = JsFuture::from(window.fetch_with_request(&request)).await?;
    let response: web_sys::Response = response.dyn_into()?;
    let status = response.status();
    let media_type = response.headers().get("content-type")?.unwrap_or_default();
    let is_json = media_type.contains("json");
    let read = JsFuture::from(response.json()?).await;
    if signal.aborted() {
        return Err(JsValue::NULL);
    }
    Ok(Answered { status, is_json, body: read.unwrap_or(JsValue::NULL) })
}

/// Tells the page around a form what happened in it, as `plumbline:NAME`.
pub fn announce(from: &web_sys::Element, name: &str, detail: &[(&str, &str)]) {
    let object = js_sys::Object::new();
    for (name, value) in detail {
        drop(js_sys::Reflect::set(&object, &JsValue::from_str(name), &JsValue::from_str(value)));
    }
    let init = web_sys::CustomEventInit::new();
    init.set_bubbles(true);
    init.set_composed(true);
    init.set_detail(&object);
    let name = ["plumbline:", name].concat();
    if let Ok(event) = web_sys::CustomEvent::new_with_event_init_dict(&name, &init) {
        drop(from.dispatch_event(&event));
    }
}

/// The submissions that wait for a connection, in IndexedDB.
pub mod outbox {
    use wasm_bindgen::JsValue;
    use wasm_bindgen::prelude::wasm_bindgen;

    #[wasm_bindgen(module = "/js/outbox.js")]
    extern "C" {
        /// Keeps one submission under its key before this tab sends it, at most 50.
        #[wasm_bindgen(catch)]
        pub async fn keep(key: &str, url: &str, body: &str) -> Result<JsValue, JsValue>;
        /// Forgets one whose receipt has come.
        #[wasm_bindgen(catch)]
        pub async fn forget(key: &str) -> Result<JsValue, JsValue>;
        #[wasm_bindgen(catch)]
        async fn claim() -> Result<JsValue, JsValue>;
        /// Gives one back that was not stored, with the reason, under a key that may be another. One that
        /// rests is tried once a day.
        #[wasm_bindgen(catch)]
        pub async fn release(
            key: &str,
            reason: &str,
            new_key: &str,
            rests: bool,
        ) -> Result<JsValue, JsValue>;
        #[wasm_bindgen(catch, js_name = isSent)]
        fn has_sent(key: &str) -> Result<bool, JsValue>;
        #[wasm_bindgen(catch)]
        async fn any() -> Result<JsValue, JsValue>;
    }

    /// Returns whether the receipt of a submission has come, in this tab or in another.
    pub fn is_sent(key: &str) -> bool {
        has_sent(key).unwrap_or(false)
    }

    /// Returns whether any submission is to be sent, also one that another tab is sending.
    pub async fn is_any_kept() -> bool {
        any().await.is_ok_and(|found| found.is_truthy())
    }

    /// Takes the submissions that no other tab is sending, as key, address and body.
    pub async fn claimed() -> Vec<[String; 3]> {
        let list = claim().await.unwrap_or(JsValue::UNDEFINED);
        let mut kept = Vec::new();
        if list.is_object() {
            for entry in js_sys::Array::from(&list).iter() {
                let text = |name| super::property(&entry, name).as_string().unwrap_or_default();
                kept.push([text("key"), text("url"), text("body")]);
            }
        }
        kept
    }
}

/// What the widget fetches when it is needed.
pub mod hints {
    use plumbline_domain::hints::Hints;
    use wasm_bindgen::JsValue;
    use wasm_bindgen::prelude::wasm_bindgen;

    #[wasm_bindgen(module = "/js/hints.js")]
    extern "C" {
        #[wasm_bindgen(js_name = fetchHints, catch)]
        async fn fetch_hints() -> Result<JsValue, JsValue>;
        #[wasm_bindgen(js_name = describePhone, catch)]
        async fn describe(text: &str, region: &str) -> Result<JsValue, JsValue>;
    }

    /// Returns the hints of the deployment, `None` while it cannot be reached.
    pub async fn fetch() -> Option<Hints> {
        Hints::read(&js_sys::Uint8Array::from(fetch_hints().await.ok()?).to_vec())
    }

    /// Returns the line in which the numbering plans describe a number, `None` when they cannot be
    /// loaded.
    pub async fn describe_phone(text: &str, region: &str) -> Option<String> {
        describe(text, region).await.ok()?.as_string()
    }
}

/// Files the visitor chooses, and what is kept of them.
pub mod files {
    use wasm_bindgen::prelude::wasm_bindgen;
    use wasm_bindgen::{JsCast, JsValue};

    #[wasm_bindgen(module = "/js/workshop.js")]
    extern "C" {
        #[wasm_bindgen(catch, js_name = keepText)]
        async fn keep_text(name: &str, text: &str) -> Result<JsValue, JsValue>;
        #[wasm_bindgen(catch, js_name = keptText)]
        async fn kept_text(name: &str) -> Result<JsValue, JsValue>;
        #[wasm_bindgen(catch, js_name = forgetText)]
        async fn forget_text(name: &str) -> Result<JsValue, JsValue>;
        #[wasm_bindgen(catch, js_name = readFile)]
        async fn read_file(event: &web_sys::Event) -> Result<JsValue, JsValue>;
        #[wasm_bindgen(catch, js_name = ownText)]
        async fn own_text(path: &str) -> Result<JsValue, JsValue>;
        /// Hands a text to the person as a file.
        pub fn download(name: &str, media_type: &str, text: &str);

        /// What `readFile` has found.
        type ReadFile;
        #[wasm_bindgen(method, getter)]
        fn name(this: &ReadFile) -> Option<String>;
        #[wasm_bindgen(method, getter)]
        fn encoding(this: &ReadFile) -> Option<String>;
        #[wasm_bindgen(method, getter)]
        fn text(this: &ReadFile) -> Option<String>;
        #[wasm_bindgen(method, getter)]
        fn problem(this: &ReadFile) -> Option<String>;
    }

    /// A file as text.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct TextFile {
        /// Its name.
        pub name: String,
        /// The encoding it was in; the text is converted.
        pub encoding: String,
        /// What it says.
        pub text: String,
    }

    /// Keeps a text on this device. Where storage is not allowed, nothing is kept.
    pub async fn keep(name: &str, text: &str) {
        drop(keep_text(name, text).await);
    }

    /// Returns a kept text.
    pub async fn kept(name: &str) -> Option<String> {
        kept_text(name).await.ok()?.as_string()
    }

    /// Forgets a kept text.
    pub async fn forget(name: &str) {
        drop(forget_text(name).await);
    }

    /// Reads the file that an input or a drop names; `None` when there is none.
    ///
    /// # Errors
    /// Why it cannot be read, as a sentence: too long, or no text at all.
    pub async fn of(event: &web_sys::Event) -> Option<Result<TextFile, String>> {
        let found = read_file(event).await.ok().filter(|found| !found.is_undefined())?;
        let file: ReadFile = found.unchecked_into();
        if let Some(problem) = file.problem() {
            return Some(Err(problem));
        }
        let some = Option::unwrap_or_default;
        Some(Ok(TextFile {
            name: some(file.name()),
            encoding: some(file.encoding()),
            text: some(file.text()),
        }))
    }

    /// Reads a file of this deployment; empty when it cannot be had.
    pub async fn own(path: &str) -> String {
        own_text(path).await.ok().and_then(|text| text.as_string()).unwrap_or_default()
    }
}

/// The whole state as one SQLite file.
pub mod state_file {
    use wasm_bindgen::prelude::wasm_bindgen;
    use wasm_bindgen::{JsCast, JsValue};

    #[wasm_bindgen(module = "/js/state_file.js")]
    extern "C" {
        #[wasm_bindgen(catch, js_name = newFile)]
        async fn new_file() -> Result<JsValue, JsValue>;
        #[wasm_bindgen(js_name = addTable)]
        fn add_table(file: &JsValue, table: &str, columns: &str);
        #[wasm_bindgen(js_name = addRows)]
        fn add_rows(file: &JsValue, table: &str, rows: Vec<String>);
        #[wasm_bindgen(js_name = saveFile)]
        fn save_file(file: &JsValue, name: &str);
        #[wasm_bindgen(catch, js_name = openFile)]
        async fn open_file(event: &web_sys::Event) -> Result<JsValue, JsValue>;
        #[wasm_bindgen(catch, js_name = rowsOf)]
        fn rows_of(file: &JsValue, table: &str, from: f64, count: u32) -> Result<JsValue, JsValue>;
        #[wasm_bindgen(catch, js_name = lastRow)]
        fn last_row(file: &JsValue, table: &str, from: f64, count: u32) -> Result<f64, JsValue>;
    }

    /// A file in memory.
    pub struct StateFile(JsValue);

    /// Begins an empty file; `None` when SQLite cannot be loaded.
    pub async fn new() -> Option<StateFile> {
        new_file().await.ok().map(StateFile)
    }

    /// Opens the file that an input names; `None` when it is not one that was saved here.
    pub async fn open(event: &web_sys::Event) -> Option<StateFile> {
        open_file(event).await.ok().filter(|file| !file.is_undefined()).map(StateFile)
    }

    impl StateFile {
        /// Adds a table with these columns.
        pub fn add_table(&self, table: &str, columns: &str) {
            add_table(&self.0, table, columns);
        }

        /// Adds rows, each a JSON array in a text.
        pub fn add_rows(&self, table: &str, rows: &[String]) {
            add_rows(&self.0, table, rows.to_vec());
        }

        /// Returns the rows behind the one with that number, in the order they were added; none where the file has
        /// no such table.
        pub fn rows(&self, table: &str, from: f64, count: u32) -> Vec<String> {
            let found = rows_of(&self.0, table, from, count).unwrap_or_default();
            let rows = found.dyn_into::<js_sys::Array>().unwrap_or_default();
            rows.iter().filter_map(|row| row.as_string()).collect()
        }

        /// Returns the number of the last row that [`StateFile::rows`] returns; 0 where there is none.
        pub fn last_row(&self, table: &str, from: f64, count: u32) -> f64 {
            last_row(&self.0, table, from, count).unwrap_or_default()
        }

        /// Hands the file to the person and ends it.
        pub fn save(self, name: &str) {
            save_file(&self.0, name);
        }
    }
}

/// The search for duplicates, in a worker beside the page.
pub mod matching {
    use wasm_bindgen::JsValue;
    use wasm_bindgen::prelude::{Closure, wasm_bindgen};

    #[wasm_bindgen(module = "/js/matcher.js")]
    extern "C" {
        #[wasm_bindgen(js_name = Matching)]
        type Worker;
        #[wasm_bindgen(constructor, js_class = "Matching")]
        fn new() -> Worker;
        #[wasm_bindgen(method)]
        fn add(this: &Worker, leads: &str);
        #[wasm_bindgen(method, catch)]
        async fn search(
            this: &Worker,
            progress: &Closure<dyn FnMut(f64)>,
        ) -> Result<JsValue, JsValue>;
        #[wasm_bindgen(method)]
        fn end(this: &Worker);
    }

    /// A search; it ends when this is dropped.
    pub struct Matching(Worker);

    impl Matching {
        /// Starts the worker.
        #[expect(clippy::new_without_default, reason = "it starts something")]
        pub fn new() -> Self {
            Self(Worker::new())
        }

        /// Gives it leads, as JSON.
        pub fn add(&self, leads: &str) {
            self.0.add(leads);
        }

        /// Ends the worker, and with it a search that is under way.
        pub fn end(&self) {
            self.0.end();
        }

        /// Searches, and tells the share that is done; returns what was found as JSON, `None` when
        /// the worker broke off.
        pub async fn search(&self, progress: impl FnMut(f64) + 'static) -> Option<String> {
            let progress = Closure::new(progress);
            self.0.search(&progress).await.ok()?.as_string()
        }
    }

    impl Drop for Matching {
        fn drop(&mut self) {
            self.end();
        }
    }
}

/// The book on which a model is tried, in a worker.
pub mod trying {
    use wasm_bindgen::prelude::{Closure, wasm_bindgen};
    use wasm_bindgen::{JsCast, JsValue};

    #[wasm_bindgen(module = "/js/what_if.js")]
    extern "C" {
        #[wasm_bindgen(js_name = Trying)]
        type Worker;
        #[wasm_bindgen(constructor, js_class = "Trying")]
        fn new(facts: &str, progress: &Closure<dyn FnMut(f64)>) -> Worker;
        #[wasm_bindgen(method, catch)]
        async fn load(this: &Worker) -> Result<JsValue, JsValue>;
        #[wasm_bindgen(method, catch)]
        async fn ask(this: &Worker, what: &str, given: &str) -> Result<JsValue, JsValue>;
        #[wasm_bindgen(method)]
        fn end(this: &Worker);
    }

    /// Why there is no answer.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum Trouble {
        /// What was asked for cannot be used, and why.
        Refused(String),
        /// The worker broke off, and what it said last.
        Broken(String),
    }

    impl Trouble {
        /// Returns the sentence for the person in front of the screen.
        pub fn sentence(&self) -> String {
            match self {
                Self::Refused(why) => format!("This cannot be used: {why}."),
                Self::Broken(why) => {
                    format!(
                        "The book could not be read and scored ({why}). Nothing of the draft is lost."
                    )
                }
            }
        }
    }

    /// A book in a worker; both end when this is dropped.
    pub struct Trying {
        worker: Worker,
        _progress: Closure<dyn FnMut(f64)>,
    }

    impl Trying {
        /// Starts the worker, which reads the book; `progress` is told how many leads it has.
        pub fn new(facts: &str, progress: impl FnMut(f64) + 'static) -> Self {
            let progress = Closure::new(progress);
            Self { worker: Worker::new(facts, &progress), _progress: progress }
        }

        /// Returns when the whole book was read.
        pub async fn load(&self) -> Result<(), Trouble> {
            self.worker.load().await.map(drop).map_err(|error| trouble(&error))
        }

        /// Asks for something about a model, and returns the answer as JSON.
        pub async fn ask(&self, what: &str, model: &str) -> Result<String, Trouble> {
            let answer = self.worker.ask(what, model).await.map_err(|error| trouble(&error))?;
            Ok(answer.as_string().unwrap_or_default())
        }

        /// Ends the worker.
        pub fn end(&self) {
            self.worker.end();
        }
    }

    impl Drop for Trying {
        fn drop(&mut self) {
            self.end();
        }
    }

    fn trouble(error: &JsValue) -> Trouble {
        if let Some(refused) = error.as_string() {
            return Trouble::Refused(refused);
        }
        let said = error.dyn_ref::<js_sys::Error>().map(|error| String::from(error.message()));
        Trouble::Broken(said.unwrap_or_default())
    }
}
