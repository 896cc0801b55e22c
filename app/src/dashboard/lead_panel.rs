//! One lead in full: every answer, the verdict with its evidence, the score, what happened.

mod handoff;
mod review;

use std::collections::BTreeMap;

use leptos::prelude::*;
use leptos::task::spawn_local;
use plumbline_api::NoBody;
use plumbline_api::forms::FindForm;
use plumbline_api::leads::{
    CALL_FIELDS, Chance, EraseLead, FindLead, LeadChange, LeadRecord, UpdateLead,
};
use plumbline_domain::email::{Assessment, Mailbox};
use plumbline_domain::form::{CONSENT_GIVEN, FieldKind, Form, country_name};
use plumbline_domain::id::LeadId;
use plumbline_domain::import::SuppressionReason;
use plumbline_domain::lead::{Lead, LeadEvent, LeadSummary, QualifiedAs, RejectReason, Stage};
use plumbline_domain::scoring::{Dimension, MissingSignal};
use plumbline_learner::Rate;

use super::client::{ClientError, send, send_with, tell};
use super::leads::View;
use super::live::{Inbox, use_feed};
use super::score_waterfall::ScoreWaterfall;
use super::ui::{Badge, Choice, Failed, Failure, Field, Loading, Tone};
use super::wording;
use super::{clock, format};
use crate::browser;
use handoff::{Expansion, Handoff};
use review::{ReviewDraft, Reviewing};

#[derive(Clone, Debug, PartialEq, Eq)]
enum Panel {
    Reading,
    Shown(Box<(LeadRecord, Option<Form>)>),
    Failed(ClientError),
}

#[derive(Clone, Copy)]
struct Open {
    id: LeadId,
    panel: RwSignal<Panel>,
    problem: RwSignal<Option<String>>,
    /// Why it is about to be rejected, and when to look again: a change that was made elsewhere redraws
    /// the panel, and takes nothing of this away.
    reason: RwSignal<Option<RejectReason>>,
    wake_on: RwSignal<String>,
    /// What was learned in a call, and not sent yet.
    learned: RwSignal<BTreeMap<String, String>>,
    review: ReviewDraft,
    /// What somebody is about to note of a call: the field, and the answer.
    noted: (RwSignal<String>, RwSignal<String>),
    on_change: Callback<LeadSummary>,
    on_close: Callback<()>,
}

impl Panel {
    fn record(&self) -> Option<&LeadRecord> {
        if let Self::Shown(shown) = self { Some(&shown.0) } else { None }
    }

    fn version(&self) -> Option<u32> {
        self.record().map(|record| record.lead.summary.version)
    }
}

impl Open {
    /// Asks the lead as it is shown, and again whenever that changes.
    fn record<T>(self, ask: impl FnOnce(&LeadRecord) -> T) -> Option<T> {
        self.panel.with(|panel| panel.record().map(ask))
    }

    fn read(self) {
        spawn_local(async move {
            let found = send(&FindLead { lead_id: self.id }, &NoBody {}).await;
            let next = match found {
                Ok(record) => {
                    let form_id = record.lead.summary.form_id.clone();
                    // Without the form the answers show under their stored names.
                    let form = send(&FindForm { form_id }, &NoBody {}).await.ok();
                    Panel::Shown(Box::new((record, form)))
                }
                Err(error) => Panel::Failed(error),
            };
            // What is shown stays when it cannot be read again, with why.
            if let Panel::Failed(error) = &next
                && self.panel.try_with_untracked(|shown| shown.record().is_some()) == Some(true)
            {
                self.problem.try_set(Some(error.sentence()));
                return;
            }
            // What is the same stays as it is, with whatever somebody is about to press or type.
            if self.panel.try_get_untracked().is_some_and(|shown| shown != next) {
                self.panel.set(next);
                request_animation_frame(|| browser::focus_if_lost(".panel"));
            }
        });
    }

    fn change(self, version: u32, change: LeadChange) {
        self.change_then(version, change, || {});
    }

    /// Changes the lead, and does something once that is stored: until then nothing that was typed goes.
    fn change_then(self, version: u32, change: LeadChange, then: impl FnOnce() + 'static) {
        spawn_local(async move {
            let tag = format!("\"{version}\"");
            let done =
                send_with(&UpdateLead { lead_id: self.id }, &change, &[("if-match", &tag)]).await;
            match done {
                Ok(record) => {
                    self.problem.try_set(None);
                    then();
                    self.on_change.run(record.lead.summary);
                    self.read();
                }
                Err(error) => {
                    self.problem.try_set(Some(error.sentence()));
                    self.read();
                }
            }
        });
    }

    fn erase(self) {
        tell(&EraseLead { lead_id: self.id }, move |done| match done {
            Ok(()) => self.on_close.run(()),
            Err(error) => drop(self.problem.try_set(Some(error.sentence()))),
        });
    }
}

/// The side panel of one lead.
#[component]
pub fn LeadPanel(
    /// Which.
    id: LeadId,
    /// Closes the panel.
    #[prop(into)]
    on_close: Callback<()>,
    /// Tells the list what changed here.
    on_change: Callback<LeadSummary>,
) -> impl IntoView {
    let open = Open {
        id,
        panel: RwSignal::new(Panel::Reading),
        problem: RwSignal::new(None),
        reason: RwSignal::new(None),
        wake_on: RwSignal::new(String::new()),
        learned: RwSignal::new(BTreeMap::new()),
        review: ReviewDraft::new(),
        noted: (RwSignal::new("budget".to_owned()), RwSignal::new(String::new())),
        on_change,
        on_close,
    };
    let feed = use_feed();
    let seen = StoredValue::new(feed.inbox.with_untracked(Inbox::arrived));
    open.read();
    Effect::new(move |_| {
        let touched = feed.inbox.with(|inbox| {
            let new = inbox.since(seen.get_value());
            seen.set_value(inbox.arrived());
            new.iter().any(|message| message.event.lead_id == id)
        });
        if touched {
            open.read();
        }
    });
    let escape = window_event_listener(leptos::ev::keydown, move |event| {
        // Whoever is typing means the field.
        if event.key() == "Escape" && !browser::is_typing(&event) {
            on_close.run(());
        }
    });
    on_cleanup(move || escape.remove());
    request_animation_frame(|| browser::focus(".panel"));

    view! {
        <aside class="panel" aria-label="Lead" tabindex="-1">
            <button class="button is-quiet panel__close" aria-keyshortcuts="Escape" on:click=move |_| on_close.run(())>"Close"</button>
            <Failed sentence=open.problem />
            {move || match open.panel.get() {
                Panel::Reading => view! { <Loading what="the lead" /> }.into_any(),
                Panel::Failed(error) => view! { <Failure sentence=error.sentence() retry=move || open.read() /> }.into_any(),
                Panel::Shown(shown) => {
                    let (record, form) = *shown;
                    view! { <Details open record form /> }.into_any()
                }
            }}
            // Below stands what somebody may be typing or about to press: a change that was made
            // elsewhere redraws what is above, and not this.
            <Show when=move || open.record(|_| ()).is_some()>
                <Note open />
                <Timeline open />
                <Erase open />
            </Show>
        </aside>
    }
}

#[component]
fn Details(open: Open, record: LeadRecord, form: Option<Form>) -> impl IntoView {
    let LeadRecord { lead, today, missing, chance, needed, same_person, suppressed, .. } = record;
    let summary = lead.summary.clone();
    let name = if summary.name.is_empty() { "No name".to_owned() } else { summary.name.clone() };
    let stored = Some(&lead.details.score)
        .filter(|stored| stored.engagement != today.engagement || stored.cell != today.cell)
        .map(|stored| {
            let at = format::local_time(stored.scored_at);
            format!(
                " Stored is the score of {at}: {} with {} for engagement.",
                stored.cell.as_str(),
                stored.engagement
            )
        });
    let version = today.model_version;
    let now = clock::now();
    let advice = lead.advice(now).map(|one| wording::advice(one, summary.captured_at, now));
    let (is_waiting, row_version) = (lead.details.waiting_since.is_some(), summary.version);
    let answered =
        move |_| open.change(row_version, LeadChange { answered: true, ..LeadChange::default() });
    view! {
        <header class="panel__head">
            <h2><bdi>{name}</bdi></h2>
            <p class="muted"><bdi>{summary.company.clone()}</bdi></p>
            <p class="panel__play">
                <span class="cell" data-cell=summary.cell.as_str()>{summary.cell.as_str()}</span>
                <strong>{advice}</strong>
                {flag(&lead, QualifiedAs::Product, "Product qualified")}
                {flag(&lead, QualifiedAs::Service, "May buy more")}
            </p>
            {is_waiting.then(|| view! { <p><button class="button" on:click=answered>"Mark as answered"</button></p> })}
        </header>
        <StageMenu open stage=summary.stage version=summary.version />
        <Handoff open stage=summary.stage version=summary.version rejection=lead.details.rejection needed />
        <Expansion open stage=summary.stage version=summary.version is_flagged=lead.qualified(QualifiedAs::Service).is_some() />
        <section class="panel__part">
            <h3>"Score"</h3>
            <ScoreWaterfall score=today.clone() dimension=Dimension::Fit />
            <ScoreWaterfall score=today dimension=Dimension::Engagement />
            <p class="muted">
                {format!("As of now, by version {version} of the model.")}
                {stored}
                {lead.details.client_score_differs.then_some(" The browser claimed another score; it changed nothing.")}
            </p>
            {chance.map(|chance| view! { <Likely chance /> })}
            <Missing signals=missing />
            <Reviewing open version=summary.version lead=lead.clone() />
        </section>
        <SamePerson leads=same_person />
        <Verdict open version=summary.version assessment=lead.details.assessment.clone() suppressed />
        <Answers lead=lead.clone() form />
        <FromCall open version=summary.version />
        <Origin lead />
    }
}

/// How likely it is to be won, and from how much that was learned.
#[component]
fn Likely(chance: Chance) -> impl IntoView {
    let Chance { per_mille, leads, won, alike } = chance;
    let seen = Rate { won: alike.won as usize, count: alike.leads as usize };
    let seen = (seen.count > 0).then(|| {
        format!(" Won of {} that were thought as likely: {seen}.", format::count(seen.count))
    });
    view! {
        <p>"Chance to be won: "<strong>{format!("{} %", (per_mille + 5) / 10)}</strong>
            <span class="muted">{format!(
                ", by what {} leads have taught, of which {} were won.",
                format::count(leads), format::count(won)
            )}{seen}</span></p>
    }
}

/// Why the score is not higher: what is not known and would count.
#[component]
fn Missing(signals: Vec<MissingSignal>) -> impl IntoView {
    let rows: Vec<_> = signals
        .into_iter()
        .map(|signal| view! { <li>{signal.label}" "<strong>{format::signed(signal.points)}</strong></li> })
        .collect();
    (!rows.is_empty()).then(|| {
        view! {
            <h4>"Not known, and would count"</h4>
            <ul class="plain">{rows}</ul>
        }
    })
}

#[component]
fn StageMenu(open: Open, stage: Stage, version: u32) -> impl IntoView {
    let options: Vec<_> = Stage::ALL
        .into_iter()
        // Back is a rejection, which has a place of its own.
        .filter(|to| *to == stage || (*to > stage && stage.check_move(*to).is_ok()))
        .map(|to| view! { <option value=to.as_str() selected=to == stage>{wording::stage(to)}</option> })
        .collect();
    // A key that is pressed in a list picks at once: nothing is moved before somebody says so.
    let picked = RwSignal::new(None::<Stage>);
    let pick = move |event| {
        picked.set(Stage::parse(&event_target_value(&event)).filter(|to| *to != stage));
    };
    let go = move |to| {
        open.change(version, LeadChange { stage: Some(to), ..LeadChange::default() });
    };
    let button = move || {
        picked.get().map(|to| {
            view! { <button class="button" on:click=move |_| go(to)>{format!("Move to {}", wording::stage(to))}</button> }
        })
    };
    view! {
        <div class="panel__stage"><label>"Stage "<select class="input" on:change=pick>{options}</select></label>{button}</div>
    }
}

/// A flag beside the stage, with the day since when.
fn flag(lead: &Lead, kind: QualifiedAs, words: &'static str) -> Option<AnyView> {
    let since = format!(" since {}", format::local_date(lead.qualified(kind)?.at));
    let shown = view! { " "<Badge text=words tone=Tone::Good /><span class="muted">{since}</span> };
    Some(shown.into_any())
}

#[component]
fn SamePerson(leads: Vec<LeadSummary>) -> impl IntoView {
    let links: Vec<_> = leads
        .into_iter()
        .map(|lead| {
            let view = View { lead: Some(lead.id), ..View::default() };
            let name = [lead.name, lead.email].into_iter().find(|text| !text.is_empty());
            view! {
                <li><a href=view.path()><bdi>{name.unwrap_or_else(|| "No name".to_owned())}</bdi></a>
                    <span class="muted">{format!(" {}, {}", wording::stage(lead.stage), format::local_time(lead.captured_at))}</span></li>
            }
        })
        .collect();
    (!links.is_empty()).then(|| {
        view! {
            <section class="panel__part">
                <h3>"The same person"</h3>
                <ul class="plain">{links}</ul>
                <p class="muted">"They share a mailbox, a number, or a name at a company."</p>
            </section>
        }
    })
}

#[component]
fn Verdict(
    open: Open,
    version: u32,
    assessment: Assessment,
    suppressed: Option<SuppressionReason>,
) -> impl IntoView {
    let known = assessment.mailbox;
    let (mailbox, meaning, mailbox_tone) = wording::mailbox_words(known);
    let options: Vec<_> = Mailbox::ALL
        .into_iter()
        .map(|one| view! { <option value=one.as_str() selected=one == known>{wording::mailbox_words(one).0}</option> })
        .collect();
    let pick = move |event| {
        if let Some(mailbox) =
            Mailbox::parse(&event_target_value(&event)).filter(|one| *one != known)
        {
            open.change(version, LeadChange { mailbox: Some(mailbox), ..LeadChange::default() });
        }
    };
    let (word, tone) = wording::verdict(assessment.verdict);
    let reasons: Vec<_> = assessment
        .reasons
        .iter()
        .map(|reason| view! { <li>{wording::reason(*reason)}</li> })
        .collect();
    let evidence: Vec<_> = assessment
        .evidence
        .into_iter()
        .map(|one| view! { <tr><th scope="row">{one.check.to_uppercase()}</th><td><bdi>{one.answer}</bdi></td></tr> })
        .collect();
    let asked = if assessment.resolver_ms == 0 {
        String::new()
    } else {
        format!(
            "Resolver asked {}, {} ms.",
            format::local_time(assessment.checked_at),
            assessment.resolver_ms
        )
    };
    view! {
        <section class="panel__part">
            <h3>"Address"</h3>
            <p><Badge text=word tone /> " " <Badge text=mailbox tone=mailbox_tone />
                {suppressed.map(|reason| view! { " " <Badge text=wording::suppression(reason) tone=Tone::Bad /> })}</p>
            <ul class="plain">{reasons}</ul>
            <p class="muted">{meaning}</p>
            <label class="panel__stage">"Mailbox "<select class="input" on:change=pick>{options}</select></label>
            <details>
                <summary>"Evidence"</summary>
                <table class="table"><tbody>{evidence}</tbody></table>
                <p class="muted">{asked}</p>
            </details>
        </section>
    }
}

#[component]
fn Answers(lead: Lead, form: Option<Form>) -> impl IntoView {
    let rows: Vec<_> = lead
        .details
        .answers
        .into_iter()
        .map(|(name, value)| {
            let field = form.as_ref().and_then(|known| known.field(&name));
            let label = field.map_or(name.clone(), |field| match field.kind {
                FieldKind::Consent => "Consent".to_owned(),
                _ => field.label.clone(),
            });
            let shown = field.and_then(|field| match field.kind {
                FieldKind::Country => country_name(&value).map(str::to_owned),
                FieldKind::Consent if value != CONSENT_GIVEN => Some("Not given".to_owned()),
                FieldKind::Consent => Some(format!("Given: “{}”", field.label)),
                _ => field
                    .options
                    .iter()
                    .find(|option| option.value == value)
                    .map(|option| option.label.clone()),
            });
            view! { <dt>{label}</dt><dd><bdi>{shown.unwrap_or(value)}</bdi></dd> }
        })
        .collect();
    let number = lead.details.phone.map(|facts| {
        view! { <dt>"Number"</dt><dd><bdi>{wording::phone(&facts)}</bdi></dd> }
    });
    let site = lead.details.unlisted_site.map(|site| {
        view! {
            <dt>"Site"</dt>
            <dd><bdi>{site}</bdi>" "<Badge text="Not on your list" tone=Tone::Warn />" "
                <a href="/settings#unlisted" rel="external">"Allow or block it"</a></dd>
        }
    });
    view! {
        <section class="panel__part"><h3>"Answers"</h3><dl class="facts">{rows}{number}{site}</dl></section>
    }
}

/// What somebody learned in a call, field by field.
#[component]
fn FromCall(open: Open, version: u32) -> impl IntoView {
    let (field, answer) = open.noted;
    let options = CALL_FIELDS.map(|name| (name.to_owned(), name.replace('_', " "))).to_vec();
    let save = move |_| {
        let answers = BTreeMap::from([(field.get_untracked(), answer.get_untracked())]);
        let change = LeadChange { answers, ..LeadChange::default() };
        open.change_then(version, change, move || drop(answer.try_set(String::new())));
    };
    view! {
        <details>
            <summary>"Note what a call told"</summary>
            <div class="handoff__why">
                <Choice label="Field" options picked=field pick=move |text| field.set(text) />
                <Field at_once=true label="Answer, or empty to take it away" value=answer set=move |text| answer.set(text) />
                <button class="button" on:click=save>"Save the answer"</button>
            </div>
        </details>
    }
    .into_any()
}

#[component]
fn Origin(lead: Lead) -> impl IntoView {
    let from = lead.details.attribution;
    let facts = [
        ("Source", wording::source(from.source).to_owned()),
        ("Campaign", from.utm_campaign),
        ("Tagged source", from.utm_source),
        ("Tagged medium", from.utm_medium),
        ("Term", from.utm_term),
        ("Content", from.utm_content),
        ("Page", from.page_url),
        ("Page title", from.page_title),
        ("Came from", from.referrer_host),
        ("Form", lead.summary.form_id.to_string()),
    ];
    // Addresses from outside are shown as text and never become links (attack case 4).
    let rows: Vec<_> = facts
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(label, value)| view! { <dt>{label}</dt><dd><bdi>{value}</bdi></dd> })
        .collect();
    view! { <section class="panel__part"><h3>"Where it came from"</h3><dl class="facts">{rows}</dl></section> }
}

#[component]
fn Note(open: Open) -> impl IntoView {
    let stored = move || open.record(|record| record.lead.details.note.clone());
    // What is being typed, and the note that it began from.
    let key = StoredValue::new(format!("note.{}", open.id));
    let kept = browser::stored(&key.get_value()).filter(|text| !text.is_empty());
    let draft = RwSignal::new(kept);
    let began = RwSignal::new(None::<String>);
    let text = move || draft.get().or_else(stored).unwrap_or_default();
    let changed = move || draft.get().is_some_and(|draft| Some(draft) != stored());
    let other = move || changed() && began.get() != stored();
    Effect::new(move |_| {
        if draft.get().is_some() && !changed() {
            draft.set(None);
        }
        // What is not saved yet is there again when the lead is opened again.
        browser::store(&key.get_value(), &draft.get().unwrap_or_default());
    });
    let write = move |event| {
        if draft.with_untracked(Option::is_none) {
            began.set(untrack(stored));
        }
        draft.set(Some(event_target_value(&event)));
    };
    let save = move |_| {
        let version = open.panel.with_untracked(Panel::version);
        if let (Some(version), Some(note)) = (version, draft.get_untracked()) {
            open.change(version, LeadChange { note: Some(note), ..LeadChange::default() });
        }
    };
    view! {
        <section class="panel__part">
            <h3><label for="note">"Note"</label></h3>
            <textarea id="note" class="input" rows="3" maxlength="2000" prop:value=text on:input=write></textarea>
            <Show when=other><p class="muted">"Stored meanwhile: “"<bdi>{stored}</bdi>"”. Saving replaces it."</p></Show>
            <Show when=changed><button class="button" on:click=save>"Save the note"</button></Show>
        </section>
    }
}

#[component]
fn Timeline(open: Open) -> impl IntoView {
    let items = move || {
        let events = open.record(|record| record.events.clone()).unwrap_or_default();
        let item = |event: LeadEvent| {
            view! {
                <li><span>{wording::event(&event.kind)}</span><time class="muted">{format::local_time(event.occurred_at)}</time></li>
            }
        };
        events.into_iter().rev().map(item).collect::<Vec<_>>()
    };
    view! { <section class="panel__part"><h3>"Timeline"</h3><ol class="timeline">{items}</ol></section> }
}

#[component]
fn Erase(open: Open) -> impl IntoView {
    let asked = RwSignal::new(false);
    view! {
        <section class="panel__part">
            <Show when=move || asked.get() fallback=move || view! {
                <button class="button is-quiet" on:click=move |_| asked.set(true)>"Erase this lead…"</button>
            }>
                <p>"Everything known of this lead goes: answers, events, search words. It cannot be brought back."</p>
                <button class="button is-bad" on:click=move |_| open.erase()>"Erase it"</button>
                " "
                <button class="button" on:click=move |_| asked.set(false)>"Keep it"</button>
            </Show>
        </section>
    }
}
