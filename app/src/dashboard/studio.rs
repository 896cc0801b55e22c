//! The scoring studio: rules as sentences that can be bent, what they make of the whole book while one
//! watches, and the versions that were published (PRODUCT X2). Nothing is sent before it is published.

mod lesson;
mod outcome;
mod publish;
mod rejected;
mod rules;

use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use plumbline_api::NoBody;
use plumbline_api::scoring::{ReadScoring, Scoring};
use plumbline_domain::scoring::{Rule, ScoringModel, Thresholds};

use super::client::send;
use super::format;
use super::turns::Turns;
use super::ui::{Failure, Loading};
use crate::browser::trying::Trying;
use crate::what_if::{LookedBack, Rejections, Tried};
use lesson::Learning;
use outcome::{LookingBack, Outcome};
use publish::{Publish, Versions};
use rejected::Rejected;
use rules::RuleList;

/// How long nothing may change before older leads are looked at, in milliseconds.
const LOOK_BACK_AFTER_MS: u32 = 400;

/// A rule on the screen; its key stays whatever is changed about it.
type Held = (u32, RwSignal<Rule>);

/// What the screen works with.
#[derive(Clone, Copy)]
struct Studio {
    /// What is published.
    scoring: RwSignal<Option<Scoring>>,
    rules: RwSignal<Vec<Held>>,
    thresholds: RwSignal<Thresholds>,
    next_key: StoredValue<u32>,
    /// How many leads were read so far.
    read: RwSignal<usize>,
    tried: RwSignal<Option<Tried>>,
    looked_back: RwSignal<Option<LookedBack>>,
    rejections: RwSignal<Option<Rejections>>,
    /// What is wrong with the draft, or with reading.
    failed: RwSignal<Option<String>>,
    trying: StoredValue<Option<Rc<Trying>>, LocalStorage>,
    is_trying: StoredValue<bool>,
    /// Raised by every change of the draft.
    changes: Turns,
}

impl Studio {
    fn new() -> Self {
        let thresholds =
            Thresholds { fit_a: 0, fit_b: 0, engagement_1: 0, engagement_2: 0, margin: 0 };
        Self {
            scoring: RwSignal::new(None),
            rules: RwSignal::new(Vec::new()),
            thresholds: RwSignal::new(thresholds),
            next_key: StoredValue::new(0),
            read: RwSignal::new(0),
            tried: RwSignal::new(None),
            looked_back: RwSignal::new(None),
            rejections: RwSignal::new(None),
            failed: RwSignal::new(None),
            trying: StoredValue::new_local(None),
            is_trying: StoredValue::new(false),
            changes: Turns::new(),
        }
    }

    /// Reads what is published, then the book.
    async fn open(self) {
        self.failed.set(None);
        let scoring = match send(&ReadScoring, &NoBody {}).await {
            Ok(scoring) => scoring,
            Err(error) => return self.failed.set(Some(error.sentence())),
        };
        self.take(&scoring.model);
        let facts = serde_json::to_string(&scoring.facts).unwrap_or_default();
        self.scoring.set(Some(scoring));
        self.read_book(&facts).await;
    }

    /// Reads the book into the worker and tries the draft on it.
    async fn read_book(self, facts: &str) {
        let turn = self.changes.next();
        let progress = move |read: f64| {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
            self.read.try_set(read as usize);
        };
        let trying = Rc::new(Trying::new(facts, progress));
        self.trying.set_value(Some(trying.clone()));
        let loaded = trying.load().await;
        if self.changes.is_over(turn) && self.trying.with_value(Option::is_none) {
            return;
        }
        if let Err(sentence) = loaded {
            return self.failed.set(Some(sentence));
        }
        if let Ok(text) = trying.ask("rejections", "").await {
            self.rejections.try_set(serde_json::from_str(&text).ok());
        }
        self.set_base().await;
    }

    /// Compares from now on with what is published.
    async fn set_base(self) {
        let base = self.scoring.with_untracked(|scoring| {
            scoring.as_ref().and_then(|scoring| serde_json::to_string(&scoring.model).ok())
        });
        if let (Some(trying), Some(base)) = (self.trying.get_value(), base) {
            match trying.ask("base", &base).await {
                Ok(_) => self.changed(),
                Err(sentence) => self.failed.set(Some(sentence)),
            }
        }
    }

    fn end(self) {
        self.changes.next();
        self.trying.update_value(|trying| {
            if let Some(trying) = trying.take() {
                trying.end();
            }
        });
    }

    /// Takes a model as the draft.
    fn take(self, model: &ScoringModel) {
        self.thresholds.set(model.thresholds);
        self.rules.set(model.rules.iter().map(|rule| self.held(rule.clone())).collect());
    }

    fn held(self, rule: Rule) -> Held {
        self.next_key.update_value(|key| *key += 1);
        (self.next_key.get_value(), RwSignal::new(rule))
    }

    /// Adds a rule to the draft under an id that no other has.
    fn add(self, mut rule: Rule) {
        let mut number = self.rules.with_untracked(Vec::len);
        let is_taken = |id: &str| {
            self.rules.with_untracked(|rules| {
                rules.iter().any(|(_, rule)| rule.with_untracked(|rule| rule.id == id))
            })
        };
        while is_taken(&format!("own.{number}")) {
            number += 1;
        }
        rule.id = format!("own.{number}");
        let held = self.held(rule);
        self.rules.update(|rules| rules.push(held));
    }

    /// Returns the draft as a model; it keeps the number of the version that it was made from.
    fn draft(self) -> Option<ScoringModel> {
        let rules = self
            .rules
            .with_untracked(|rules| rules.iter().map(|(_, rule)| rule.get_untracked()).collect());
        let thresholds = self.thresholds.get_untracked();
        self.scoring.with_untracked(|scoring| {
            scoring.as_ref().map(|scoring| ScoringModel {
                rules,
                thresholds,
                ..scoring.model.clone()
            })
        })
    }

    /// Tries the draft; while one is tried, the last of all further changes is tried next.
    fn changed(self) {
        let turn = self.changes.next();
        if self.is_trying.get_value() {
            return;
        }
        self.is_trying.set_value(true);
        spawn_local(async move {
            self.try_draft(turn).await;
            self.is_trying.try_set_value(false);
        });
    }

    async fn try_draft(self, mut turn: u32) {
        loop {
            let draft = self.draft().and_then(|draft| serde_json::to_string(&draft).ok());
            let (Some(trying), Some(draft)) = (self.trying.get_value(), draft) else { return };
            match trying.ask("try_model", &draft).await {
                Ok(text) => {
                    self.failed.try_set(None);
                    self.tried.try_set(serde_json::from_str(&text).ok());
                }
                Err(sentence) => {
                    self.failed.try_set(Some(sentence));
                }
            }
            if self.trying.try_get_value().flatten().is_none() {
                return;
            }
            if !self.changes.is_over(turn) {
                break;
            }
            turn = self.changes.now();
        }
        spawn_local(async move {
            TimeoutFuture::new(LOOK_BACK_AFTER_MS).await;
            self.look_back(turn).await;
        });
    }

    async fn look_back(self, turn: u32) {
        let Some(Some(trying)) = self.trying.try_get_value() else { return };
        if self.changes.is_over(turn) {
            return;
        }
        let draft = self.draft().and_then(|draft| serde_json::to_string(&draft).ok());
        if let Some(draft) = draft
            && let Ok(text) = trying.ask("look_back", &draft).await
        {
            self.looked_back.try_set(serde_json::from_str(&text).ok());
        }
    }
}

/// The screen.
#[component]
pub fn StudioPage() -> impl IntoView {
    let studio = Studio::new();
    spawn_local(studio.open());
    on_cleanup(move || studio.end());
    view! {
        <div class="studio">
            <header>
                <h1>"Scoring"</h1>
                <p class="muted">"What a lead is and does, in points. Move a slider: the whole book is scored again on this device, and nothing is sent until you publish."</p>
            </header>
            {move || studio.failed.get().map(|sentence| view! { <Failure sentence retry=move || spawn_local(studio.open()) /> })}
            {move || match studio.scoring.with(Option::is_some) {
                false => view! { <Loading what="the model" /> }.into_any(),
                true => view! {
                    <div class="studio__sides">
                        <RuleList studio />
                        <div class="studio__side is-kept" tabindex="0" role="region" aria-label="What it makes of the book">
                            <Reading studio />
                            <Outcome studio />
                            <LookingBack studio />
                            <Rejected studio />
                            <Learning studio />
                            <Publish studio />
                        </div>
                    </div>
                    <Versions studio />
                }.into_any(),
            }}
        </div>
    }
}

/// Says how much of the book was read, until it is there.
#[component]
fn Reading(studio: Studio) -> impl IntoView {
    let sentence = move || match studio.tried.with(|tried| tried.as_ref().map(|tried| tried.leads))
    {
        Some(leads) => format!("{} leads, scored on this device.", format::count(leads)),
        None => format!("Reading the book: {} leads.", format::count(studio.read.get())),
    };
    view! { <p role="status" class="muted">{sentence}</p> }
}
