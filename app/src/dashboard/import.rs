//! Leads from a file: read on this device, checked without storing anything, imported in parts that can
//! be paused and outlive a reload, and undone as a whole.

mod cells;
mod dates;
mod headings;
mod mapping;
mod past;
mod problems;
mod table;

use futures_util::future::join;
use leptos::prelude::*;
use leptos::task::spawn_local;
use plumbline_api::imports::{
    AnswerChange, CheckLines, DoubtKind, ImportLines, ImportRequest, ImportSome, LINES_MAX,
    LineOutcome, LineOutcomes, OpenImport,
};
use plumbline_domain::csv;
use plumbline_domain::field_error::Rule;
use plumbline_domain::id::{ImportId, LeadId};
use plumbline_domain::import::{ImportAction, SuppressionReason};
use plumbline_domain::text::truncated;
use serde::{Deserialize, Serialize};

use super::chart::{Bar, Rows};
use super::client::{ClientError, send};
use super::format;
use super::turns::Turns;
use super::ui::{Card, Choice, Failed};
use super::wording;
use crate::browser;
use crate::browser::files::{self, TextFile};
use dates::{ColumnOrder, DateOrder};
use mapping::{Counts, Mapping, SAVED_HEADINGS, Target, origin};
use past::PastImports;
use problems::{Changes, Problems};
use table::Table;

/// The most bytes of cells that are sent at a time; in JSON they grow.
const PART_BYTES: usize = 400_000;
/// The names under which an unfinished import is kept.
const KEPT_TEXT: &str = "import/text";
const KEPT_STATE: &str = "import/state";

/// Where the work stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Whether an import was left unfinished is being looked up.
    Opening,
    /// No file was chosen yet.
    Pick,
    /// The columns are being named.
    Map,
    /// What would become of the lines is being asked.
    Checking,
    /// It is known, and nothing was stored.
    Checked,
    /// Lines are being imported.
    Running,
    /// The owner paused it, or a reload or a failure did.
    Paused,
    /// Every line was imported.
    Done,
}

impl Step {
    const fn is_import(self) -> bool {
        matches!(self, Self::Running | Self::Paused | Self::Done)
    }
}

/// An import as far as it went, kept on this device.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Kept {
    import_id: ImportId,
    name: String,
    columns: Vec<(String, Target)>,
    suppress: Option<SuppressionReason>,
    next: usize,
    counts: Counts,
    problems: Vec<Problem>,
    #[serde(default)]
    dates: Option<DateOrder>,
    #[serde(default)]
    mended: Vec<Mended>,
}

/// How much of a cell is shown as an example, in characters.
const EXAMPLE_CHARS_MAX: usize = 200;

/// A line with cells that cannot be imported.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Problem {
    line: u32,
    /// Whether nothing of the line is imported.
    is_lost: bool,
    sentence: String,
    /// The lead that the rest of the line is in.
    #[serde(default)]
    lead_id: Option<LeadId>,
}

/// A cell that the owner has corrected here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Mended {
    line: u32,
    column: usize,
    text: String,
}

/// A lead that the check found would change.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Changed {
    line: u32,
    changes: Vec<AnswerChange>,
}

#[derive(Clone, Copy)]
struct Importing {
    text: StoredValue<String>,
    table: StoredValue<Table>,
    name: RwSignal<String>,
    mapping: RwSignal<Mapping>,
    suppress: RwSignal<Option<SuppressionReason>>,
    step: RwSignal<Step>,
    failed: RwSignal<Option<String>>,
    /// What is worth saying about the file.
    notice: RwSignal<String>,
    /// The row that comes next.
    next: RwSignal<usize>,
    counts: RwSignal<Counts>,
    /// Lines with cells that cannot be imported.
    problems: RwSignal<Vec<Problem>>,
    /// Leads that would change, as the check found them.
    changed: RwSignal<Vec<Changed>>,
    /// How many lines are about a mailbox that gets no mail, and would not by this file either.
    suppressed: RwSignal<u32>,
    /// Cells that the owner has corrected.
    mended: RwSignal<Vec<Mended>>,
    import_id: StoredValue<Option<ImportId>>,
    turns: Turns,
    /// Raised when the list of past imports has changed.
    past: RwSignal<u32>,
}

impl Importing {
    fn new() -> Self {
        Self {
            text: StoredValue::new(String::new()),
            table: StoredValue::new(Table::default()),
            name: RwSignal::new(String::new()),
            mapping: RwSignal::new(Mapping::default()),
            suppress: RwSignal::new(None),
            step: RwSignal::new(Step::Opening),
            failed: RwSignal::new(None),
            notice: RwSignal::new(String::new()),
            next: RwSignal::new(0),
            counts: RwSignal::new(Counts::new()),
            problems: RwSignal::new(Vec::new()),
            changed: RwSignal::new(Vec::new()),
            suppressed: RwSignal::new(0),
            mended: RwSignal::new(Vec::new()),
            import_id: StoredValue::new(None),
            turns: Turns::new(),
            past: RwSignal::new(0),
        }
    }

    /// Takes up what an earlier visit left unfinished.
    async fn open(self) {
        let state = files::kept(KEPT_STATE).await;
        let kept = state.and_then(|state| serde_json::from_str::<Kept>(&state).ok());
        let text = files::kept(KEPT_TEXT).await;
        let (Some(kept), Some(text)) = (kept, text) else { return self.step.set(Step::Pick) };
        let Ok(mut table) = Table::read(&text) else { return self.step.set(Step::Pick) };
        for mended in &kept.mended {
            table.mend(mended.line, mended.column, &mended.text);
        }
        self.table.set_value(table);
        self.text.set_value(text);
        self.name.set(kept.name);
        self.mapping.set(Mapping { columns: kept.columns, dates: kept.dates });
        self.suppress.set(kept.suppress);
        self.next.set(kept.next);
        self.counts.set(kept.counts);
        self.problems.set(kept.problems);
        self.mended.set(kept.mended);
        self.import_id.set_value(Some(kept.import_id));
        self.step.set(Step::Paused);
    }

    fn take(self, file: TextFile) {
        let table = match Table::read(&file.text) {
            Ok(table) => table,
            Err(sentence) => return self.failed.set(Some(sentence)),
        };
        self.failed.set(None);
        let known = origin(&file.name, &table.headings);
        let mut notice = format!("{}.", format::counted(table.rows.len(), "row"));
        if let Some(known) = known {
            notice.push_str(&format!(" It looks like {}.", by(known.name)));
        }
        if !matches!(file.encoding.as_str(), "UTF-8" | "") {
            notice.push_str(&format!(" It was in {} and has been converted.", file.encoding));
        }
        if table.has_no_headings {
            notice.push_str(
                " The first line names no columns, so it is read as a row. Choose what each column means.",
            );
        }
        if table.preamble > 0 {
            notice.push_str(&format!(
                " The headings are on line {}; what is above them is left out.",
                table.preamble + 1
            ));
        }
        if !table.longer.is_empty() {
            let lines: Vec<_> = table.longer.iter().take(5).map(u32::to_string).collect();
            notice.push_str(&format!(
                " {} more cells than there are headings (line {}); they are kept in columns without a name.",
                if table.longer.len() == 1 { "One row has".to_owned() } else { format!("{} rows have", format::count(table.longer.len())) },
                lines.join(", ")
            ));
        }
        if table.left_out > 0 {
            notice.push_str(&format!(
                " {} rows more than fit into one import are left out; import them as a second file.",
                format::count(table.left_out)
            ));
        }
        self.notice.set(notice);
        self.mapping.set(Mapping::guess(&table, known));
        self.mended.set(Vec::new());
        self.suppress.set(known.and_then(|known| known.suppress));
        self.table.set_value(table);
        self.text.set_value(file.text);
        let name = if file.name.is_empty() { "Pasted rows".to_owned() } else { file.name };
        self.name.set(name);
        self.step.set(Step::Map);
    }

    fn rows(self) -> usize {
        self.table.with_value(|table| table.rows.len())
    }

    fn begin_counting(self) -> u32 {
        self.failed.set(None);
        self.next.set(0);
        self.counts.set(Counts::new());
        self.changed.set(Vec::new());
        self.suppressed.set(0);
        let problem = |(line, why, _): &(u32, String, String)| Problem {
            line: *line,
            is_lost: true,
            sentence: why.clone(),
            lead_id: None,
        };
        let lost: Vec<_> =
            self.table.with_value(|table| table.faults.iter().map(problem).collect());
        if !lost.is_empty() {
            let count = u32::try_from(lost.len()).unwrap_or(u32::MAX);
            self.counts.update(|counts| *counts.entry(ImportAction::Error).or_default() = count);
        }
        self.problems.set(lost);
        self.turns.next()
    }

    /// Takes over a cell that the owner has corrected; the next check reads it.
    fn mend(self, line: u32, column: usize, text: &str) {
        self.table.update_value(|table| table.mend(line, column, text));
        let mended = Mended { line, column, text: text.to_owned() };
        self.mended.update(|all| {
            all.retain(|one| (one.line, one.column) != (line, column));
            all.push(mended);
        });
    }

    /// Asks what would become of every line; nothing is stored.
    async fn check(self) {
        if !self.mapping.with_untracked(Mapping::names_somebody) {
            let sentence = "No column says who a row is about. Choose one as email, phone or name.";
            return self.failed.set(Some(sentence.to_owned()));
        }
        let order = self
            .table
            .with_value(|table| self.mapping.with_untracked(|mapping| mapping.date_order(table)));
        match order {
            ColumnOrder::Is(order) => {
                self.mapping.update(|mapping| mapping.dates = Some(order));
            }
            ColumnOrder::Unclear if self.mapping.with_untracked(|one| one.dates.is_none()) => {
                let sentence = "Say first whether the dates begin with the day or with the month.";
                return self.failed.set(Some(sentence.to_owned()));
            }
            _ => {}
        }
        let turn = self.begin_counting();
        self.step.set(Step::Checking);
        if self.send_rest(turn, None).await {
            self.step.set(Step::Checked);
        }
    }

    async fn begin(self) {
        let request = ImportRequest {
            name: self.name.get_untracked(),
            lines: u32::try_from(self.rows()).unwrap_or(u32::MAX),
        };
        // A second press finds nothing to press.
        self.step.set(Step::Running);
        match send(&OpenImport, &request).await {
            Ok(import) => {
                self.import_id.set_value(Some(import.id));
                self.begin_counting();
                files::keep(KEPT_TEXT, &self.text.get_value()).await;
                self.past.update(|count| *count += 1);
                self.run().await;
            }
            Err(error) => {
                self.failed.set(Some(error.sentence()));
                self.step.set(Step::Checked);
            }
        }
    }

    /// Imports the lines that are left.
    async fn run(self) {
        let Some(import_id) = self.import_id.get_value() else { return };
        self.failed.set(None);
        self.step.set(Step::Running);
        let turn = self.turns.next();
        if self.send_rest(turn, Some(import_id)).await {
            self.forget().await;
            self.step.set(Step::Done);
        }
    }

    /// Sends the rows that are left, to be imported or only checked; returns whether all are done.
    /// While a part is answered, the next one is made ready.
    async fn send_rest(self, turn: u32, import_id: Option<ImportId>) -> bool {
        let mut part = self.part(self.next.get_untracked());
        while let Some((lines, end)) = part {
            let sent = async {
                match import_id {
                    Some(import_id) => send(&ImportSome { import_id }, &lines).await,
                    None => send(&CheckLines, &lines).await,
                }
            };
            let (answer, following) = join(sent, async { self.part(end) }).await;
            if !self.counted(turn, answer, end) {
                return false;
            }
            self.keep(import_id).await;
            if self.turns.is_over(turn) || self.step.get_untracked() == Step::Paused {
                return false;
            }
            part = following;
        }
        true
    }

    /// Returns the lines to send from a row on, and the row after them.
    fn part(self, next: usize) -> Option<(ImportLines, usize)> {
        self.table.with_value(|table| {
            let rows = table.rows.get(next..).filter(|rows| !rows.is_empty())?;
            let mut bytes = 0;
            let fits = rows.iter().take(LINES_MAX).take_while(|row| {
                bytes += row.cells.iter().map(String::len).sum::<usize>();
                bytes <= PART_BYTES
            });
            let taken = fits.count().max(1);
            let line = |row| {
                let offset = browser::minutes_ahead_of_utc;
                self.mapping.with_untracked(|mapping| mapping.line(row, offset).0)
            };
            let lines = rows.iter().take(taken).map(line).collect();
            let suppress = self.suppress.get_untracked();
            Some((ImportLines { lines, suppress }, next + taken))
        })
    }

    /// Counts what became of lines; returns whether the work goes on.
    fn counted(self, turn: u32, answer: Result<LineOutcomes, ClientError>, end: usize) -> bool {
        if self.turns.is_over(turn) {
            return false;
        }
        match answer {
            Ok(LineOutcomes { outcomes }) => {
                self.counts.update(|counts| {
                    outcomes.iter().for_each(|one| *counts.entry(one.action).or_default() += 1);
                });
                self.note_problems(&outcomes, end);
                let suppressed = outcomes.iter().filter(|one| one.suppressed.is_some()).count();
                self.suppressed.update(|count| *count += u32::try_from(suppressed).unwrap_or(0));
                let changed = outcomes.into_iter().filter(|one| !one.changes.is_empty());
                let changed = changed.map(|one| Changed { line: one.line, changes: one.changes });
                self.changed.update(|all| all.extend(changed));
                self.next.set(end);
                true
            }
            Err(error) => {
                // What was under way is sent again when the owner goes on, and counts once.
                self.failed.set(Some(error.sentence()));
                let is_import = self.step.get_untracked().is_import();
                self.step.set(if is_import { Step::Paused } else { Step::Map });
                false
            }
        }
    }

    /// Notes what of some lines is not imported: what the Worker found, and what was not readable here.
    fn note_problems(self, outcomes: &[LineOutcome], end: usize) {
        let from = end.saturating_sub(outcomes.len());
        let is_import = self.step.get_untracked().is_import();
        let found: Vec<Problem> = self.table.with_value(|table| {
            let rows = table.rows.get(from..end).unwrap_or_default();
            let mapping = self.mapping.get_untracked();
            let heading = |column: usize| {
                let heading = table.headings.get(column).map_or("", String::as_str);
                if heading.is_empty() {
                    format!("column {}", column + 1)
                } else {
                    heading.to_owned()
                }
            };
            outcomes
                .iter()
                .zip(rows)
                .filter_map(|(outcome, row)| {
                    let (_, faults) = mapping.line(row, |_| 0);
                    let here = faults
                        .iter()
                        .map(|fault| format!("{}: {}", heading(fault.column), fault.sentence));
                    let sentences: Vec<_> = std::iter::once(why(outcome))
                        .chain(here)
                        .filter(|one| !one.is_empty())
                        .collect();
                    let is_lost = outcome.action == ImportAction::Error;
                    let sentence = sentences.join(" ");
                    (!sentence.is_empty()).then_some(Problem {
                        line: outcome.line,
                        is_lost,
                        sentence,
                        lead_id: outcome.lead_id.filter(|_| is_import),
                    })
                })
                .collect()
        });
        self.problems.update(|all| {
            all.extend(found);
            all.sort_unstable();
        });
    }

    /// Keeps how far an import went; a mere check leaves nothing behind.
    async fn keep(self, import_id: Option<ImportId>) {
        let Some(import_id) = import_id else { return };
        let kept = Kept {
            import_id,
            name: self.name.get_untracked(),
            columns: self.mapping.get_untracked().columns,
            dates: self.mapping.get_untracked().dates,
            mended: self.mended.get_untracked(),
            suppress: self.suppress.get_untracked(),
            next: self.next.get_untracked(),
            counts: self.counts.get_untracked(),
            problems: self.problems.get_untracked(),
        };
        files::keep(KEPT_STATE, &serde_json::to_string(&kept).unwrap_or_default()).await;
    }

    async fn forget(self) {
        files::forget(KEPT_STATE).await;
        files::forget(KEPT_TEXT).await;
    }

    async fn start_over(self) {
        self.turns.next();
        self.step.set(Step::Pick);
        self.failed.set(None);
        self.table.set_value(Table::default());
        self.text.set_value(String::new());
        self.forget().await;
    }

    /// The lines with cells that cannot be imported, each with what is wrong and its cells, to be corrected
    /// and imported.
    fn save_problems(self) {
        let text = self.table.with_value(|table| {
            let first = SAVED_HEADINGS.into_iter();
            // The mark by which Excel knows UTF-8.
            let mut text = String::from('\u{feff}');
            text += &csv::line(first.chain(table.headings.iter().map(String::as_str)));
            self.problems.with_untracked(|problems| {
                for Problem { line, sentence, lead_id, .. } in problems {
                    let cells = table.row(*line).into_iter().flat_map(|row| &row.cells);
                    let number = line.to_string();
                    let lead = lead_id.map(|id| id.to_string()).unwrap_or_default();
                    let first = [number.as_str(), sentence.as_str(), lead.as_str()].into_iter();
                    let cells = cells.chain(table.raw(*line)).map(String::as_str);
                    text.push_str(&csv::line(first.chain(cells)));
                }
            });
            text
        });
        files::download("lines-with-problems.csv", "text/csv", &text);
    }
}

/// Reads the first lead of a file as it would be sent.
#[cfg(test)]
pub fn read_again(text: &str) -> plumbline_domain::import::ImportLine {
    let table = Table::read(text).unwrap();
    let mapping = Mapping::guess(&table, origin("leads.csv", &table.headings));
    mapping.line(&table.rows[0], |_| 0).0
}

fn why(outcome: &LineOutcome) -> String {
    let doubts = outcome.doubts.iter().map(|doubt| match (&doubt.kind, &doubt.suggestion) {
        (DoubtKind::Typo, Some(domain)) => format!("The address may have a typo: {domain}?"),
        (DoubtKind::Typo, None) => "The address may have a typo.".to_owned(),
        (DoubtKind::Disposable, _) => "The address is disposable.".to_owned(),
        (DoubtKind::Phone, _) => {
            "The phone number cannot be dialed. It is kept as written.".to_owned()
        }
        (DoubtKind::Erased, _) => {
            "This person was erased. Only they can come back, by sending a form themselves."
                .to_owned()
        }
        (DoubtKind::SaidNo, _) => "This person said no to email. That stays.".to_owned(),
    });
    let sentences = outcome.errors.iter().map(|error| match (error.field.as_str(), &error.rule) {
        ("captured_at", Rule::OutOfRange) => {
            "Created on: This day is still to come. The lead is dated today.".to_owned()
        }
        (field, rule) => format!("{}: {}", field.replace('_', " "), wording::rule(rule)),
    });
    sentences.chain(doubts).collect::<Vec<_>>().join(" ")
}

fn by(name: &str) -> String {
    if name.starts_with("a ") { name.to_owned() } else { format!("an export of {name}") }
}

/// The screen that imports leads.
#[component]
pub fn ImportPage() -> impl IntoView {
    let importing = Importing::new();
    spawn_local(importing.open());
    let step = importing.step;
    view! {
        <div class="settings">
            <h1>"Import leads"</h1>
            <p class="muted">"See what each row would become before anything is stored. You can undo a whole import. A blank cell keeps what is known, and a person you already have is updated."</p>
            <Failed sentence=importing.failed />
            {move || match step.get() {
                Step::Opening => ().into_any(),
                Step::Pick => view! { <Pick importing /> }.into_any(),
                Step::Map => view! { <Columns importing /> }.into_any(),
                Step::Checking | Step::Checked | Step::Running | Step::Paused | Step::Done => {
                    view! { <Outcome importing /> }.into_any()
                }
            }}
            <PastImports changed=importing.past />
        </div>
    }
}

#[component]
fn Pick(importing: Importing) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let take_file = move |event: web_sys::Event| {
        event.prevent_default();
        spawn_local(async move {
            match files::of(&event).await {
                Some(Ok(file)) => importing.take(file),
                Some(Err(problem)) => importing.failed.set(Some(problem)),
                None => {}
            }
        });
    };
    let take_pasted =
        move |_| importing.take(TextFile { text: text.get_untracked(), ..TextFile::default() });
    view! {
        <Card title="The file">
            <label class="field">
                <span>"A CSV, TSV or JSONL file. Exports from Google Contacts, Outlook, LinkedIn, HubSpot, Salesforce, Pipedrive and Mailchimp are recognized."</span>
                <input class="input" type="file" accept=".csv,.tsv,.txt,.jsonl,text/csv,text/plain" on:change=take_file />
            </label>
            <label class="field">
                <span>"Or rows pasted from a spreadsheet, the headings first"</span>
                <textarea class="input clean__text" rows="6" spellcheck="false" autocomplete="off"
                    prop:value=text
                    on:input=move |event| text.set(event_target_value(&event))
                    on:dragover=move |event| event.prevent_default()
                    on:drop=move |event| take_file(event.into())></textarea>
            </label>
            <p><button class="button is-accent" on:click=take_pasted>"Read the rows"</button></p>
        </Card>
    }
}

#[component]
fn Columns(importing: Importing) -> impl IntoView {
    let row = move |(place, heading): (usize, String)| {
        let example = importing.table.with_value(|table| {
            let cells = table.rows.iter().filter_map(|row| row.cells.get(place));
            cells.into_iter().find(|cell| !cell.is_empty()).cloned().unwrap_or_default()
        });
        let chosen = move || {
            importing.mapping.with(|mapping| mapping.columns.get(place).map(|column| column.1))
        };
        let pick = move |event| {
            let target = Target::parse(&event_target_value(&event)).unwrap_or(Target::Nothing);
            importing.mapping.update(|mapping| {
                if let Some(column) = mapping.columns.get_mut(place) {
                    column.1 = target;
                }
            });
        };
        let options: Vec<_> = Target::ALL
            .into_iter()
            .map(|target| view! { <option value=target.as_str() selected=move || chosen() == Some(target)>{target.label()}</option> })
            .collect();
        let label = format!("Meaning of {heading}");
        view! {
            <tr>
                <th scope="row"><bdi>{heading}</bdi></th>
                <td><bdi>{truncated(&example, EXAMPLE_CHARS_MAX).to_owned()}</bdi></td>
                <td><select class="input" aria-label=label on:change=pick>{options}</select></td>
            </tr>
        }
    };
    let headings = importing.table.with_value(|table| table.headings.clone());
    let rows: Vec<_> = headings.into_iter().enumerate().map(row).collect();
    let kinds: Vec<_> = SuppressionReason::ALL
        .into_iter()
        .map(|reason| {
            let selected = importing.suppress.get_untracked() == Some(reason);
            let label = format!("Addresses without mail: {}", reason.as_str());
            view! { <option value=reason.as_str() selected=selected>{label}</option> }
        })
        .collect();
    let dates = move || {
        let order = importing
            .table
            .with_value(|table| importing.mapping.with(|mapping| mapping.date_order(table)));
        (order == ColumnOrder::Unclear).then(|| {
            let options = vec![
                (String::new(), "Choose one".to_owned()),
                (DateOrder::DayFirst.as_str().to_owned(), "Day first: 31/05/2024".to_owned()),
                (DateOrder::MonthFirst.as_str().to_owned(), "Month first: 05/31/2024".to_owned()),
            ];
            let picked = Signal::derive(move || {
                importing.mapping.with(|one| one.dates).map_or("", DateOrder::as_str).to_owned()
            });
            let pick = move |text: String| {
                importing.mapping.update(|one| one.dates = DateOrder::parse(&text));
            };
            view! { <Choice label="Dates such as 03/04/2024 are written" options picked pick /> }
        })
    };
    let pick_kind =
        move |event| importing.suppress.set(SuppressionReason::parse(&event_target_value(&event)));
    view! {
        <Card title="What each column means">
            <p role="status"><bdi>{move || importing.name.get()}</bdi>": "{move || importing.notice.get()}</p>
            <label class="clean__show">
                <span>"The rows are"</span>
                <select class="input" on:change=pick_kind><option value="">"Leads"</option>{kinds}</select>
            </label>
            <div class="clean__table" tabindex="0" role="region" aria-label="Columns">
                <table class="table">
                    <thead><tr><th scope="col">"Column"</th><th scope="col">"For example"</th><th scope="col">"Means"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {dates}
            <p class="muted">"A time without a zone is read in your time zone, and a date without a time is kept as a day."</p>
            <p class="clean__files">
                <button class="button is-accent" on:click=move |_| spawn_local(importing.check())>"Check the rows"</button>
                <button class="button is-quiet" on:click=move |_| spawn_local(importing.start_over())>"Choose another file"</button>
            </p>
        </Card>
    }
}

#[component]
fn Outcome(importing: Importing) -> impl IntoView {
    let step = importing.step;
    let all = importing.rows();
    let sentence = move || {
        let (done, all) = (format::count(importing.next.get()), format::count(all));
        match step.get() {
            Step::Checking => format!("{done} of {all} rows checked. Nothing is stored yet."),
            Step::Checked => format!("All {all} rows are checked. Nothing is stored yet."),
            Step::Done => format!("All {all} rows are done."),
            _ => format!("{done} of {all} rows imported."),
        }
    };
    let bars = move || {
        let planned = !step.get().is_import();
        let counts = importing.counts.get();
        counts
            .into_iter()
            .map(|(action, count)| Bar {
                label: label(action, planned, importing.suppress.get().is_some()).to_owned(),
                count,
                note: String::new(),
            })
            .collect::<Vec<_>>()
    };
    let begin = move |_| spawn_local(importing.begin());
    let go_on = move |_| spawn_local(importing.run());
    let pause = move |_| step.set(Step::Paused);
    let change = move |_| {
        importing.turns.next();
        step.set(Step::Map);
    };
    let over = move |_| spawn_local(importing.start_over());
    let buttons = move || {
        match step.get() {
        Step::Checking => {
            view! { <button class="button" on:click=change>"Stop"</button> }.into_any()
        }
        Step::Checked => view! {
            <button class="button is-accent" on:click=begin>{format!("Import {}", format::counted(all, "row"))}</button>
            <button class="button" on:click=change>"Change the columns"</button>
            <button class="button is-quiet" on:click=over>"Choose another file"</button>
        }
        .into_any(),
        Step::Running => {
            view! { <button class="button" on:click=pause>"Pause"</button> }.into_any()
        }
        Step::Paused => view! {
            <button class="button is-accent" on:click=go_on>"Go on"</button>
            <button class="button is-quiet" on:click=over>"Leave it at that"</button>
        }
        .into_any(),
        _ => view! {
            <a class="button is-accent" rel="external" href="/leads">"See the leads"</a>
            <button class="button" on:click=over>"Import another file"</button>
        }
        .into_any(),
    }
    };
    let is_far_apart = move || step.get() == Step::Checked && all > LINES_MAX;
    view! {
        <Card title=importing.name.get_untracked()>
            <p role="status">{sentence}</p>
            <progress class="clean__progress" aria-label="Rows" max=all.max(1).to_string() value=move || importing.next.get().to_string()></progress>
            <p class="clean__files">{buttons}</p>
            {move || view! { <Rows title="Rows by what becomes of them" bars=bars() /> }}
            <Show when=is_far_apart><p class="muted">"A person who appears twice in the file may count twice here. The import makes them one lead."</p></Show>
            {move || (importing.suppressed.get() > 0).then(|| view! {
                <p>{format!("{} on your do-not-email list. This import does not change that.", are(importing.suppressed.get()))}</p>
            })}
            <Changes importing />
            <Problems importing />
        </Card>
    }
}

fn are(count: u32) -> String {
    if count == 1 {
        "1 person is".to_owned()
    } else {
        format!("{} people are", format::count(count))
    }
}

const fn label(action: ImportAction, planned: bool, suppresses: bool) -> &'static str {
    match (action, planned) {
        (ImportAction::Create, true) if suppresses => "Would get no mail",
        (ImportAction::Create, false) if suppresses => "Get no mail",
        (ImportAction::Create, true) => "Would be new leads",
        (ImportAction::Create, false) => "New leads",
        (ImportAction::Update, true) => "Would update a lead",
        (ImportAction::Update, false) => "Updated a lead",
        (ImportAction::Skip, _) => "Known already",
        (ImportAction::Error, true) => "Cannot be imported",
        (ImportAction::Error, false) => "Not imported",
    }
}
