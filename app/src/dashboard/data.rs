//! The owner's data: leads as CSV or JSONL, the whole state as one SQLite file, and such a file brought
//! back into an empty deployment.

mod leads_file;
mod state;

use std::collections::HashSet;

use leptos::prelude::*;
use leptos::task::spawn_local;
use plumbline_api::NoBody;
use plumbline_api::backup::{
    BackupRows, BackupTable, FinishRestore, ROWS_MAX, ReadBackup, WriteBackup,
};
use plumbline_api::imports::{CheckSuppressions, MAILBOXES_MAX, SuppressionQuestion};
use plumbline_api::leads::{LeadFilter, LeadSort, ListLeads, PAGE_LEADS_MAX};

use super::client::{ClientError, send};
use super::format;
use super::leads::use_view;
use super::turns::Turns;
use super::ui::{Card, Choice, Failed};
use super::wording;
use crate::browser::{files, state_file};
use leads_file::{LeadsFile, Words};
use state::StateHash;

/// The most bytes of rows that are sent at a time; in JSON they grow.
const PART_BYTES: usize = 500_000;
/// How many rows that were left out are named.
const LISTED_MAX: usize = 20;
/// What a file of the whole state keeps beside the tables.
const ABOUT_TABLE: &str = "plumbline";

#[derive(Clone, Copy)]
struct Work {
    /// What is being done; nothing when nothing is.
    doing: RwSignal<String>,
    done: RwSignal<String>,
    failed: RwSignal<Option<String>>,
    turns: Turns,
}

/// Why work ended before its end.
enum Ended {
    /// The owner stopped it.
    Stopped,
    /// It failed, and how.
    Failed(String),
}

impl From<ClientError> for Ended {
    fn from(error: ClientError) -> Self {
        Self::Failed(error.sentence())
    }
}

impl Work {
    fn new() -> Self {
        let text = || RwSignal::new(String::new());
        Self { doing: text(), done: text(), failed: RwSignal::new(None), turns: Turns::new() }
    }

    fn begin(self) -> u32 {
        self.failed.set(None);
        self.done.set(String::new());
        self.doing.set("Beginning…".to_owned());
        self.turns.next()
    }

    fn stop(self) {
        self.turns.next();
        self.doing.set(String::new());
        self.done.set("Stopped.".to_owned());
    }

    fn end(self, turn: u32, ended: Result<String, Ended>) {
        if self.turns.is_over(turn) {
            return;
        }
        self.doing.set(String::new());
        match ended {
            Ok(sentence) => self.done.set(sentence),
            Err(Ended::Failed(sentence)) => self.failed.set(Some(sentence)),
            Err(Ended::Stopped) => {}
        }
    }

    /// Notes how far it is; fails when the owner has stopped it.
    fn goes_on(self, turn: u32, sentence: String) -> Result<(), Ended> {
        if self.turns.is_over(turn) {
            return Err(Ended::Stopped);
        }
        self.doing.set(sentence);
        Ok(())
    }

    /// Reads tables row by row in the order of their keys.
    async fn read(
        self,
        turn: u32,
        tables: &[BackupTable],
        mut take: impl FnMut(BackupTable, &[String]),
    ) -> Result<(), Ended> {
        for &table in tables {
            let (mut after, mut count) = (None, 0);
            loop {
                let page = send(&ReadBackup { table, after }, &NoBody {}).await?;
                count += page.rows.len();
                self.goes_on(
                    turn,
                    format!("Reading {}: {} rows.", named(table), format::count(count)),
                )?;
                take(table, &page.rows);
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Reads the leads that a filter lets through.
    async fn leads(self, turn: u32, filter: LeadFilter) -> Result<LeadsFile, Ended> {
        let mut leads = LeadsFile::default();
        if filter == LeadFilter::default() {
            let add = |table, rows: &[String]| leads.add(table, rows, |_| true);
            self.read(turn, &leads_file::TABLES, add).await?;
            return self.suppressed(turn, leads).await;
        }
        let (mut ids, mut cursor) = (HashSet::new(), None);
        loop {
            let list = ListLeads {
                filter: filter.clone(),
                sort: LeadSort::Newest,
                cursor,
                limit: PAGE_LEADS_MAX,
            };
            let page = send(&list, &NoBody {}).await?;
            ids.extend(page.leads.iter().map(|lead| lead.id.to_string()));
            let found = format::counted(ids.len(), "lead");
            self.goes_on(turn, format!("Finding the leads of this filter: {found}."))?;
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        let add = |table, rows: &[String]| leads.add(table, rows, |id| ids.contains(id));
        self.read(turn, &leads_file::TABLES, add).await?;
        self.suppressed(turn, leads).await
    }

    /// Asks whom of them no mail may reach.
    async fn suppressed(self, turn: u32, mut leads: LeadsFile) -> Result<LeadsFile, Ended> {
        let mailboxes = leads.mailboxes();
        for part in mailboxes.chunks(MAILBOXES_MAX) {
            let question = SuppressionQuestion { mailboxes: part.to_vec() };
            leads.suppress(&send(&CheckSuppressions, &question).await?.suppressed);
            self.goes_on(turn, "Reading whom no mail may reach.".to_owned())?;
        }
        Ok(leads)
    }

    async fn save_csv(self, turn: u32, filter: LeadFilter, words: Words) -> Result<String, Ended> {
        let leads = self.leads(turn, filter).await?;
        files::download("leads.csv", "text/csv", &leads.csv(words));
        Ok(saved(&leads, "leads.csv"))
    }

    async fn save_jsonl(self, turn: u32, filter: LeadFilter) -> Result<String, Ended> {
        let leads = self.leads(turn, filter).await?;
        files::download("leads.jsonl", "application/jsonl", &leads.jsonl());
        Ok(saved(&leads, "leads.jsonl"))
    }

    async fn save_state(self, turn: u32) -> Result<String, Ended> {
        let file = state_file::new().await.ok_or_else(no_engine)?;
        for table in BackupTable::ALL {
            file.add_table(table.as_str(), &table.columns().join(", "));
        }
        let mut hash = StateHash::default();
        self.read(turn, &BackupTable::ALL, |table, rows| {
            hash.add(table, rows);
            file.add_rows(table.as_str(), rows);
        })
        .await?;
        let (hash, rows) = hash.finish();
        file.add_table(ABOUT_TABLE, "hash");
        file.add_rows(ABOUT_TABLE, &[format!("[\"{hash}\"]")]);
        file.save("plumbline.sqlite");
        Ok(format!("{} rows are saved as plumbline.sqlite. State {hash}.", format::count(rows)))
    }

    async fn restore(self, turn: u32, event: web_sys::Event) -> Result<String, Ended> {
        let file = state_file::open(&event).await.ok_or_else(|| {
            Ended::Failed("That is not a file that was saved here as “Everything”.".to_owned())
        })?;
        let about = file.rows(ABOUT_TABLE, 0.0, 1);
        let wanted = about.first().map(|row| row.trim_matches(['[', ']', '"']).to_owned());
        // Rows of another book would get between these; the file's own are from a try before.
        let there =
            send(&ReadBackup { table: BackupTable::Events, after: None }, &NoBody {}).await?;
        let first = file.rows(BackupTable::Events.as_str(), 0.0, 1);
        if there.rows.first().is_some_and(|row| Some(row) != first.first()) {
            let sentence = "There are leads here already. A whole state comes back into an empty deployment alone.";
            return Err(Ended::Failed(sentence.to_owned()));
        }
        let mut left_out = Vec::new();
        for table in BackupTable::ALL {
            let (mut written, mut from) = (0, 0.0);
            loop {
                let rows = file.rows(table.as_str(), from, ROWS_MAX);
                // A file that was made by hand may number its rows as it likes; it is read to its end once.
                let last = file.last_row(table.as_str(), from, ROWS_MAX);
                if rows.is_empty() || last <= from {
                    break;
                }
                from = last;
                let first = written;
                written += u32::try_from(rows.len()).unwrap_or(u32::MAX);
                let mut number = first;
                for rows in parts(rows) {
                    let count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
                    let back = send(&WriteBackup { table }, &BackupRows { rows }).await?;
                    left_out.extend(back.left_out.into_iter().map(|row| {
                        let place = number + u32::try_from(row.number).unwrap_or(u32::MAX) + 1;
                        format!("{} row {} ({})", named(table), format::count(place), row.column)
                    }));
                    number += count;
                }
                self.goes_on(
                    turn,
                    format!("Writing {}: {} rows.", named(table), format::count(written)),
                )?;
            }
        }
        send(&FinishRestore, &NoBody {}).await?;
        let mut hash = StateHash::default();
        self.read(turn, &BackupTable::ALL, |table, rows| hash.add(table, rows)).await?;
        let (hash, rows) = hash.finish();
        if !left_out.is_empty() {
            return Ok(format!(
                "{} rows are back. {} did not fit and were left out: {}{}.",
                format::count(rows),
                format::counted(left_out.len(), "row"),
                left_out.iter().take(LISTED_MAX).cloned().collect::<Vec<_>>().join(", "),
                if left_out.len() > LISTED_MAX { " and more" } else { "" },
            ));
        }
        Ok(if wanted.as_deref() == Some(hash.as_str()) {
            format!("{} rows are back, and the state is the same: {hash}.", format::count(rows))
        } else {
            format!(
                "Every row of the file was sent, and the state is another: {hash}, where the file has {}. Something has changed meanwhile.",
                wanted.unwrap_or_default()
            )
        })
    }
}

/// Cuts rows into parts that fit into one call, however long they are.
fn parts(rows: Vec<String>) -> Vec<Vec<String>> {
    let mut parts: Vec<Vec<String>> = Vec::new();
    let mut bytes = 0;
    for row in rows {
        bytes += row.len();
        match parts.last_mut() {
            Some(part) if bytes <= PART_BYTES => part.push(row),
            _ => {
                bytes = row.len();
                parts.push(vec![row]);
            }
        }
    }
    parts
}

fn saved(leads: &LeadsFile, name: &str) -> String {
    format!("Saved {} as {name}.", format::counted(leads.len(), "lead"))
}

fn no_engine() -> Ended {
    Ended::Failed("SQLite could not be loaded. Check the connection and try again.".to_owned())
}

fn named(table: BackupTable) -> String {
    table.as_str().replace('_', " ")
}

/// Names the parts of a filter.
fn described(filter: &LeadFilter) -> String {
    let parts = [
        Some(filter.words.trim())
            .filter(|words| !words.is_empty())
            .map(|words| format!("“{words}”")),
        filter.stage.map(|stage| wording::stage(stage).to_owned()),
        filter.cell.map(|cell| cell.as_str().to_owned()),
        filter.source.map(|source| wording::source(source).to_owned()),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The screen for taking data away and bringing it back.
#[component]
pub fn DataPage() -> impl IntoView {
    let work = Work::new();
    let busy = move || !work.doing.with(String::is_empty);
    // The list of leads hands its filter on in the address.
    let (view, _) = use_view();
    let filter = move || view.with(|view| view.filter.clone());
    let is_filtered = move || filter() != LeadFilter::default();
    let words = RwSignal::new(Words::Codes);
    let csv = move |_| {
        let turn = work.begin();
        let (filter, words) = (filter(), words.get_untracked());
        spawn_local(async move { work.end(turn, work.save_csv(turn, filter, words).await) });
    };
    let jsonl = move |_| {
        let turn = work.begin();
        let filter = filter();
        spawn_local(async move { work.end(turn, work.save_jsonl(turn, filter).await) });
    };
    let picked = Signal::derive(move || match words.get() {
        Words::Codes => "codes".to_owned(),
        Words::Labels => "labels".to_owned(),
    });
    let pick = move |text: String| {
        words.set(if text == "labels" { Words::Labels } else { Words::Codes });
    };
    let options = vec![
        ("codes".to_owned(), "As codes, for other tools: paid_search".to_owned()),
        ("labels".to_owned(), "As words, for people: Paid search".to_owned()),
    ];
    let which = move || {
        is_filtered().then(|| view! {
            <p>{format!("Only leads of this filter: {}. ", described(&filter()))}<a href="/data" rel="external">"Export all leads"</a></p>
        })
    };
    let state = move |_| {
        let turn = work.begin();
        spawn_local(async move { work.end(turn, work.save_state(turn).await) });
    };
    let restore = move |event: web_sys::Event| {
        let turn = work.begin();
        spawn_local(async move { work.end(turn, work.restore(turn, event).await) });
    };
    view! {
        <div class="settings">
            <h1>"Your data"</h1>
            <p class="muted">"All of it is yours. It is read from your deployment and made into a file on this device; nobody else sees it."</p>
            <Failed sentence=work.failed />
            <p role="status">{move || if busy() { work.doing.get() } else { work.done.get() }}</p>
            <Show when=busy><p><button class="button" on:click=move |_| work.stop()>"Stop"</button></p></Show>
            <Card title="Take it away">
                <p>"Leads with their answers, source, UTM tags, page, rejection, consent and do-not-email reason. Text that a spreadsheet would run as a formula is kept as text. You can import the file here again."</p>
                {which}
                <Choice label="Write stages, sources and choices" options picked pick />
                <p class="clean__files">
                    <button class="button" disabled=busy on:click=csv>"Leads as CSV"</button>
                    <button class="button" disabled=busy on:click=jsonl>"Leads as JSONL"</button>
                </p>
                <p>"The whole state: leads, events, forms, scoring models, imports, suppressions, quarantine and counts, in one file that any SQLite tool opens."</p>
                <p><button class="button is-accent" disabled=busy on:click=state>"Everything as SQLite"</button></p>
            </Card>
            <Card title="Bring it back">
                <p>"A file of the whole state, into an empty deployment. Its forms and scoring models replace those that are there. The state of both is compared at the end."</p>
                <label class="field">
                    <span>"A file saved as “Everything”"</span>
                    <input class="input" type="file" accept=".sqlite,application/vnd.sqlite3" disabled=busy on:change=restore />
                </label>
            </Card>
        </div>
    }
}
