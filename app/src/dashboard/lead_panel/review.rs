//! A person looks at a score.

use leptos::prelude::*;
use plumbline_api::leads::{LeadChange, ReviewChange};
use plumbline_domain::lead::{Advice, Lead, Play};
use plumbline_domain::scoring::Cell;

use super::super::ui::{Choice, Field};
use super::super::{clock, format};
use super::Open;
use crate::browser;

/// What somebody is about to say of the score.
#[derive(Clone, Copy)]
pub struct ReviewDraft {
    author: RwSignal<String>,
    reason: RwSignal<String>,
    cell: RwSignal<String>,
    until: RwSignal<String>,
}

impl ReviewDraft {
    /// Begins one, by whoever signed last on this device.
    pub fn new() -> Self {
        let [author, reason, cell, until] = std::array::from_fn(|_| RwSignal::new(String::new()));
        author.set(browser::stored("author").unwrap_or_default());
        Self { author, reason, cell, until }
    }

    /// Returns it as a change.
    fn change(self) -> ReviewChange {
        let author = self.author.get_untracked();
        browser::store("author", &author);
        let cell = Cell::parse(&self.cell.get_untracked());
        let until = format::start_of_local_day(&self.until.get_untracked());
        ReviewChange { author, reason: self.reason.get_untracked(), cell, until }
    }

    /// Begins the next; whoever reviews stays.
    fn clear(self) {
        for signal in [self.reason, self.cell, self.until] {
            signal.try_set(String::new());
        }
    }

    fn is_whole(self) -> bool {
        let is_empty = |signal: RwSignal<String>| signal.with(|text| text.trim().is_empty());
        let has_words = !is_empty(self.author) && !is_empty(self.reason);
        has_words && is_empty(self.cell) == is_empty(self.until)
    }
}

/// A person looks at the score: agrees, or sets another cell for a while. The computed one stays to be seen.
#[component]
pub fn Reviewing(open: Open, version: u32, lead: Lead) -> impl IntoView {
    let computed = lead.details.score.cell;
    let calls_nobody = matches!(
        lead.advice(clock::now()),
        Some(Advice::Play(Play::Sequence | Play::Nurture | Play::NewsletterOnly))
    );
    let stands = lead.details.review.map(|review| {
        let set = review.cell.zip(review.until).map(|(cell, until)| {
            let (cell, until) = (cell.as_str(), format::local_date(until));
            format!(" set {cell} until {until}; computed is {}", computed.as_str())
        });
        let set = set.unwrap_or_else(|| " looked at it".to_owned());
        let said = format!("{set} ({}): {}", format::local_date(review.at), review.reason);
        view! { <p><bdi>{review.author}</bdi>{said}</p> }
    });
    // Where nothing but a number decides that nobody calls, the screen says so (GDPR article 22).
    let alone = (stands.is_none() && calls_nobody)
        .then(|| view! { <p class="muted">"No person has looked at this score yet, and it alone decides that nobody calls."</p> });
    let draft = open.review;
    let as_computed = (String::new(), format!("{}, as computed", computed.as_str()));
    let cells = Cell::ALL.map(|cell| (cell.as_str().to_owned(), cell.as_str().to_owned()));
    let options = std::iter::once(as_computed).chain(cells).collect::<Vec<_>>();
    let send = move |_| {
        let review = Some(draft.change());
        let change = LeadChange { review, ..LeadChange::default() };
        open.change_then(version, change, move || draft.clear());
    };
    view! {
        {stands}
        {alone}
        <details>
            <summary>"Review the score"</summary>
            <div class="handoff__why">
                <Field at_once=true label="Your name" value=draft.author set=move |text| draft.author.set(text) />
                <Field at_once=true label="Your reason" value=draft.reason set=move |text| draft.reason.set(text) />
                <Choice label="Cell" options picked=draft.cell pick=move |text| draft.cell.set(text) />
                <Field at_once=true label="Until, for another cell" kind="date" value=draft.until set=move |text| draft.until.set(text) />
                <button class="button" disabled=move || !draft.is_whole() on:click=send>"Save the review"</button>
            </div>
        </details>
    }
    .into_any()
}
