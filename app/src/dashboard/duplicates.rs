//! People who are in the book twice: found on this device, compared side by side, merged, and parted
//! again.

mod compare;
mod past;

use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use plumbline_api::NoBody;
use plumbline_api::people::ListPeople;
use plumbline_domain::duplicates::{Agreement, Field, MERGE_OFFERED_FROM};
use plumbline_domain::id::LeadId;

use super::client::send;
use super::format;
use super::turns::Turns;
use super::ui::{Badge, Card, Empty, Failed, Tone};
use crate::browser::matching::Matching;
use crate::matcher::{Found, FoundPair, Known, PAIRS_SHOWN_MAX};
use compare::Compare;
use past::PastMerges;

/// Where the search stands.
#[derive(Clone, Debug, PartialEq)]
enum Step {
    /// Nothing was searched yet.
    Start,
    /// Leads are being read, so many so far.
    Reading(usize),
    /// They are being compared; how much of it is done, in per cent.
    Comparing(u32),
    /// It is over.
    Done,
}

/// What the screen works with.
#[derive(Clone, Copy)]
pub struct Finding {
    step: RwSignal<Step>,
    found: RwSignal<Found>,
    failed: RwSignal<Option<String>>,
    /// The two leads that are compared.
    compared: RwSignal<Option<[LeadId; 2]>>,
    /// Raised when the list of merges has changed.
    merged: RwSignal<u32>,
    turns: Turns,
    /// The worker of the search that is under way.
    matching: StoredValue<Option<Rc<Matching>>, LocalStorage>,
}

impl Finding {
    fn new() -> Self {
        Self {
            step: RwSignal::new(Step::Start),
            found: RwSignal::new(Found::default()),
            failed: RwSignal::new(None),
            compared: RwSignal::new(None),
            merged: RwSignal::new(0),
            turns: Turns::new(),
            matching: StoredValue::new_local(None),
        }
    }

    /// Ends what is under way and returns the turn after it.
    fn end(self) -> u32 {
        self.matching.update_value(|matching| {
            if let Some(matching) = matching.take() {
                matching.end();
            }
        });
        self.turns.next()
    }

    fn stop(self) {
        self.end();
        self.step.set(Step::Start);
    }

    async fn search(self) {
        let turn = self.end();
        let goes_on = move || !self.turns.is_over(turn);
        self.failed.set(None);
        self.found.set(Found::default());
        self.step.set(Step::Reading(0));
        let matching = Rc::new(Matching::new());
        self.matching.set_value(Some(matching.clone()));
        let (mut after, mut read) = (None, 0);
        loop {
            match send(&ListPeople { after }, &NoBody {}).await {
                _ if !goes_on() => return,
                Ok(page) => {
                    read += page.people.len();
                    matching.add(&serde_json::to_string(&page.people).unwrap_or_default());
                    self.step.set(Step::Reading(read));
                    after = page.next;
                }
                Err(error) => {
                    self.failed.set(Some(error.sentence()));
                    return self.step.set(Step::Start);
                }
            }
            if after.is_none() {
                break;
            }
        }
        let progress = move |share: f64| {
            if goes_on() {
                self.step.set(Step::Comparing(per_cent(share)));
            }
        };
        let found = matching.search(progress).await;
        if !goes_on() {
            return;
        }
        match found.and_then(|text| serde_json::from_str(&text).ok()) {
            Some(found) => {
                self.found.set(found);
                self.step.set(Step::Done);
            }
            None => {
                let sentence = "The comparison broke off. Reload the page and search again.";
                self.failed.set(Some(sentence.to_owned()));
                self.step.set(Step::Start);
            }
        }
    }

    /// Takes pairs with a lead that is gone off the list.
    fn forget(self, gone: LeadId) {
        self.found.update(|found| {
            let names = |pair: &FoundPair| pair.leads.iter().any(|lead| lead.id == gone);
            let before = found.pairs.len();
            found.pairs.retain(|pair| !names(pair));
            found.count = found.count.saturating_sub(before - found.pairs.len());
        });
    }
}

/// The screen for duplicates.
#[component]
pub fn DuplicatesPage() -> impl IntoView {
    let finding = Finding::new();
    let step = finding.step;
    on_cleanup(move || {
        finding.end();
    });
    let sentence = move || match step.get() {
        Step::Start => String::new(),
        Step::Reading(count) => format!("Reading leads: {}.", format::count(count)),
        Step::Comparing(share) => format!("Comparing: {share} %."),
        Step::Done => finding.found.with(|found| {
            let beyond =
                if found.count > PAIRS_SHOWN_MAX { " The likeliest are shown." } else { "" };
            format!(
                "{} leads compared, {} pairs may be one person.{beyond}",
                format::count(found.leads),
                format::count(found.count)
            )
        }),
    };
    let busy = move || matches!(step.get(), Step::Reading(_) | Step::Comparing(_));
    let search = move |_| spawn_local(finding.search());
    view! {
        <div class="settings">
            <h1>"Duplicates"</h1>
            <p class="muted">"Every two leads that share something rare are compared, on this device. What agreement in a field is worth is learned from your own book. Nothing is merged by itself, and a merge can be undone for 30 days."</p>
            <Failed sentence=finding.failed />
            <p class="clean__files">
                <button class="button is-accent" disabled=busy on:click=search>"Find duplicates"</button>
                <Show when=busy><button class="button" on:click=move |_| finding.stop()>"Stop"</button></Show>
            </p>
            <p role="status">{sentence}</p>
            <Show when=move || matches!(step.get(), Step::Comparing(_))>
                <progress class="clean__progress" aria-label="Compared" max="100" value=move || match step.get() { Step::Comparing(share) => share.to_string(), _ => String::new() }></progress>
            </Show>
            {move || finding.compared.get().map(|leads| view! { <Compare finding leads /> })}
            <Show when=move || step.get() == Step::Done><Pairs finding /></Show>
            <PastMerges changed=finding.merged />
        </div>
    }
}

#[component]
fn Pairs(finding: Finding) -> impl IntoView {
    move || {
        let pairs = finding.found.with(|found| found.pairs.clone());
        if pairs.is_empty() {
            return view! { <Empty title="Nobody is here twice" text="No two leads share enough to be one person." /> }.into_any();
        }
        let rows: Vec<_> = pairs.into_iter().map(|pair| view! { <Pair finding pair /> }).collect();
        view! { <Card title="Perhaps the same person"><ul class="plain pairs">{rows}</ul></Card> }
            .into_any()
    }
}

#[component]
fn Pair(finding: Finding, pair: FoundPair) -> impl IntoView {
    let tone = if pair.probability >= MERGE_OFFERED_FROM { Tone::Good } else { Tone::Warn };
    let probability = format!("{} %", per_cent(pair.probability));
    let reasons: Vec<_> = pair
        .reasons
        .iter()
        .map(|(field, agreement, bits)| {
            let sign = if *bits >= 0.0 { "+" } else { "−" };
            let text =
                format!("{} {}, {sign}{:.0} bits", name(*field), level(*agreement), bits.abs());
            view! { <li>{text}</li> }
        })
        .collect();
    let ids = [pair.leads[0].id, pair.leads[1].id];
    let [one, other] = pair.leads;
    let label = format!("Compare {} and {}", title(&one), title(&other));
    view! {
        <li class="pair">
            <p><Badge text=probability tone /> " " <Named lead=one /> <span class="muted">" and "</span> <Named lead=other /></p>
            <ul class="pair__why muted">{reasons}</ul>
            <button class="button" aria-label=label on:click=move |_| finding.compared.set(Some(ids))>"Compare"</button>
        </li>
    }
}

#[component]
fn Named(lead: Known) -> impl IntoView {
    let about: Vec<_> = [lead.email.clone(), lead.company.clone()]
        .into_iter()
        .filter(|text| !text.is_empty() && *text != title(&lead))
        .collect();
    view! { <bdi><strong>{title(&lead)}</strong></bdi>" "<bdi class="muted">{about.join(", ")}</bdi> }
}

fn title(lead: &Known) -> String {
    let texts = [&lead.name, &lead.email];
    texts.into_iter().find(|text| !text.is_empty()).cloned().unwrap_or_else(|| "No name".to_owned())
}

/// A share of one as whole per cent; what is not certain is never called so.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 100")]
fn per_cent(share: f64) -> u32 {
    let floor = (share.clamp(0.0, 1.0) * 100.0) as u32;
    if share < 1.0 { floor.min(99) } else { floor }
}

const fn name(field: Field) -> &'static str {
    match field {
        Field::GivenName => "given name",
        Field::Surname => "surname",
        Field::Email => "mailbox",
        Field::Phone => "number",
        Field::Company => "company",
        Field::StreetNumber => "house number",
        Field::Street => "street",
        Field::Building => "building",
        Field::Locality => "city",
        Field::Postcode => "postcode",
        Field::Region => "region",
    }
}

const fn level(agreement: Agreement) -> &'static str {
    match agreement {
        Agreement::Same => "is the same",
        Agreement::Close => "differs by a slip",
        Agreement::Alike => "is alike",
        Agreement::Different => "is another",
    }
}
