//! The scoring studio: rules as sentences that can be bent, what they make of the whole book while one
//! watches, and the versions that were published (PRODUCT X2). Nothing is sent before it is published.

mod adding;
mod changes;
mod condition;
mod lesson;
mod outcome;
mod publish;
mod qualified;
mod rejected;
mod rules;
mod sentences;
mod trust;
mod versions;

use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use plumbline_api::NoBody;
use plumbline_api::scoring::{ReadScoring, Scoring};
use plumbline_domain::scoring::{
    GroupCap, LEARNED, Likelihood, Qualification, Rule, ScoringModel, Thresholds,
};
use plumbline_what_if::{LookedBack, Rejections, Tried};

use super::client::send;
use super::format;
use super::turns::Turns;
use super::ui::{Failed, Failure, Loading};
use crate::browser;
use crate::browser::trying::{Trouble, Trying};
use lesson::Learning;
use outcome::{Changes, LookingBack, Outcome};
use publish::Publish;
use rejected::Rejected;
use rules::RuleList;
use versions::Versions;

/// How long nothing may change before older leads are looked at, in milliseconds.
const SETTLED_AFTER_MS: u32 = 400;

/// Under which name a draft is kept on this device.
const DRAFT: &str = "scoring-draft";

/// A rule on the screen; its key stays whatever is changed about it.
type Held = (u32, RwSignal<Rule>);

/// What the screen works with.
#[derive(Clone, Copy)]
struct Studio {
    /// What is published.
    scoring: RwSignal<Option<Scoring>>,
    rules: RwSignal<Vec<Held>>,
    thresholds: RwSignal<Thresholds>,
    group_caps: RwSignal<Vec<GroupCap>>,
    qualification: RwSignal<Qualification>,
    likelihood: RwSignal<Option<Likelihood>>,
    /// How many leads the team can call in a week.
    calls: RwSignal<u32>,
    next_key: StoredValue<u32>,
    owner: StoredValue<WeakOwner>,
    /// How many leads were read so far,
    read: RwSignal<usize>,
    /// and whether these are all.
    is_read: RwSignal<bool>,
    /// Whether the stored leads had followed what is published when they were read.
    was_caught_up: StoredValue<bool>,
    tried: RwSignal<Option<Tried>>,
    /// Whether what was tried is what is published, since the draft cannot be.
    is_of_published: RwSignal<bool>,
    looked_back: RwSignal<Option<LookedBack>>,
    rejections: RwSignal<Option<Rejections>>,
    /// Why nothing could be read.
    failed: RwSignal<Option<String>>,
    /// The version that the draft was made from: if another was published since, it is told before it is
    /// overwritten.
    base: RwSignal<u32>,
    /// What is to be known of the draft: that it was kept from before, or overtaken.
    notice: RwSignal<Option<String>>,
    /// Why it was not published.
    refused: RwSignal<Option<String>>,
    /// Drafts that somebody had bent before others took their place, the last one last.
    before: RwSignal<Vec<ScoringModel>>,
    /// Whether the draft was bent since it took the place of another.
    is_bent: StoredValue<bool>,
    /// The rule that was added last, and is open.
    added: RwSignal<Option<u32>>,
    /// What is wrong with the draft, which stays as it is.
    fault: RwSignal<Option<String>>,
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
            group_caps: RwSignal::new(Vec::new()),
            qualification: RwSignal::new(Qualification::default()),
            likelihood: RwSignal::new(None),
            calls: RwSignal::new(outcome::calls_a_week()),
            next_key: StoredValue::new(0),
            owner: StoredValue::new(Owner::current().unwrap_or_default().downgrade()),
            read: RwSignal::new(0),
            is_read: RwSignal::new(false),
            was_caught_up: StoredValue::new(false),
            tried: RwSignal::new(None),
            is_of_published: RwSignal::new(false),
            looked_back: RwSignal::new(None),
            rejections: RwSignal::new(None),
            failed: RwSignal::new(None),
            base: RwSignal::new(0),
            notice: RwSignal::new(None),
            refused: RwSignal::new(None),
            before: RwSignal::new(Vec::new()),
            is_bent: StoredValue::new(false),
            added: RwSignal::new(None),
            fault: RwSignal::new(None),
            trying: StoredValue::new_local(None),
            is_trying: StoredValue::new(false),
            changes: Turns::new(),
        }
    }

    /// Reads what is published, then the book.
    async fn open(self) {
        self.failed.set(None);
        self.is_trying.set_value(false);
        // What somebody has changed stays: only the book is read again.
        let facts = self.scoring.with_untracked(|scoring| Some(scoring.as_ref()?.facts.clone()));
        if let Some(facts) = facts {
            return self.read_book(&facts).await;
        }
        let scoring = match send(&ReadScoring, &NoBody {}).await {
            Ok(scoring) => scoring,
            Err(error) => {
                self.failed.try_set(Some(error.sentence()));
                return;
            }
        };
        if self.is_gone() {
            return;
        }
        self.take(&scoring.model);
        self.base.set(scoring.model.version);
        // What somebody has bent and not published is there again.
        let kept = browser::stored(DRAFT).and_then(|text| serde_json::from_str(&text).ok());
        if let Some(kept) = kept.filter(|kept: &ScoringModel| is_other(kept, &scoring.model)) {
            self.take(&kept);
            self.is_bent.set_value(true);
            let is_overtaken = kept.version < scoring.model.version;
            self.notice.set(if is_overtaken {
                publish::overtaken(&scoring)
            } else {
                Some(format!("Your draft from before is here, made from version {}.", kept.version))
            });
        }
        let facts = scoring.facts.clone();
        self.scoring.set(Some(scoring));
        self.read_book(&facts).await;
    }

    /// Reads the book into the worker and tries the draft on it.
    async fn read_book(self, facts: &[String]) {
        let facts = serde_json::to_string(facts).unwrap_or_default();
        let progress = move |read: f64| {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
            self.read.try_set(read as usize);
        };
        let is_caught_up = |scoring: &Scoring| scoring.rescoring.is_caught_up;
        self.was_caught_up
            .set_value(self.scoring.with_untracked(|one| one.as_ref().is_some_and(is_caught_up)));
        let trying = Rc::new(Trying::new(&facts, progress));
        self.trying.set_value(Some(trying.clone()));
        if let Err(trouble) = trying.load().await {
            return self.break_off(&trouble);
        }
        self.is_read.try_set(true);
        self.set_base().await;
        if let Ok(text) = trying.ask("rejections", "").await {
            self.rejections.try_set(serde_json::from_str(&text).ok());
        }
    }

    /// Compares from now on with what is published.
    async fn set_base(self) {
        if let (Some(trying), Some(Some(base))) = (self.worker(), self.published(json)) {
            match trying.ask("base", &base).await {
                Ok(_) => self.attempt(),
                Err(trouble) => self.break_off(&trouble),
            }
        }
    }

    /// Takes something from what is published, where that is known.
    fn published<R>(self, take: impl FnOnce(&ScoringModel) -> R) -> Option<R> {
        self.scoring.try_with_untracked(|scoring| scoring.as_ref().map(|one| take(&one.model)))?
    }

    /// Ends a worker that nothing more can be asked of, and says why.
    fn break_off(self, trouble: &Trouble) {
        self.end_worker();
        self.is_read.try_set(false);
        self.failed.try_update(|failed| *failed = failed.take().or(Some(trouble.sentence())));
    }

    /// Whether nobody is there any more.
    fn is_gone(self) -> bool {
        self.is_bent.try_get_value().is_none()
    }

    /// Returns the worker, `None` once nobody is there any more.
    fn worker(self) -> Option<Rc<Trying>> {
        self.trying.try_get_value().flatten()
    }

    /// Keeps the draft on this device, as long as it is another than what is published.
    fn keep(self) {
        let Some(draft) = self.draft() else { return };
        if let Some(is_other) = self.published(|published| is_other(&draft, published)) {
            let text = if is_other { json(&draft) } else { None };
            browser::store(DRAFT, &text.unwrap_or_default());
        }
    }

    /// Takes a model in the place of the draft, which can be put back where somebody had bent it.
    fn replace(self, model: &ScoringModel) {
        self.remember();
        self.take(model);
        self.notice.set(None);
        self.refused.set(None);
        self.changed();
        self.is_bent.set_value(false);
    }

    /// Sees to it that the draft can be put back, if somebody has bent it.
    fn remember(self) {
        if self.is_bent.get_value() {
            self.before.update(|before| before.extend(self.draft()));
        }
    }

    /// Puts back the draft that was bent before; what somebody has bent since then can be put back after it.
    fn put_back(self) {
        let Some(last) = self.before.try_update(Vec::pop).flatten() else { return };
        if let Some(draft) = self.draft().filter(|_| self.is_bent.get_value()) {
            self.before.update(|before| before.insert(0, draft));
        }
        self.take(&last);
        self.changed();
    }

    /// Takes what is published as the draft.
    fn discard(self) {
        if let Some(published) = self.published(ScoringModel::clone) {
            self.replace(&published);
        }
    }

    /// Takes over what was published just now.
    fn publish(self, scoring: Scoring) {
        if !self.is_gone() {
            self.base.set(scoring.model.version);
            self.scoring.set(Some(scoring));
            self.keep();
        }
    }

    fn end(self) {
        self.changes.next();
        self.end_worker();
    }

    fn end_worker(self) {
        self.trying.try_update_value(|trying| {
            if let Some(trying) = trying.take() {
                trying.end();
            }
        });
    }

    /// Takes a model as the draft.
    fn take(self, model: &ScoringModel) {
        self.thresholds.set(model.thresholds);
        self.group_caps.set(model.group_caps.clone());
        self.qualification.set(model.qualification.clone());
        self.likelihood.set(model.likelihood);
        self.rules.set(model.rules.iter().map(|rule| self.held(rule.clone())).collect());
    }

    /// A rule lives as long as the screen, whatever part of it the rule was made in.
    fn held(self, rule: Rule) -> Held {
        let owner = self.owner.with_value(WeakOwner::upgrade).unwrap_or_default();
        (self.key(), owner.with(|| RwSignal::new(rule)))
    }

    /// Returns a number that nothing else on the screen has.
    fn key(self) -> u32 {
        self.next_key.update_value(|key| *key += 1);
        self.next_key.get_value()
    }

    /// Adds a rule to the draft under an id that no other has; returns its key.
    fn add(self, mut rule: Rule) -> u32 {
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
        // It is open when it is drawn.
        self.added.set(Some(held.0));
        self.rules.update(|rules| rules.push(held));
        held.0
    }

    /// Takes a rule away; the one that comes into its place has the focus.
    fn remove(self, key: u32) {
        let next = self.neighbour(key, 1).or_else(|| self.neighbour(key, -1));
        self.rules.update(|rules| rules.retain(|(other, _)| *other != key));
        self.changed();
        match next {
            Some(next) => focus_soon(format!("#rule-{next} summary")),
            None => focus_soon("#add-rule select".to_owned()),
        }
    }

    /// Changes places with the rule before it that is of the same half.
    fn move_up(self, key: u32) {
        let Some(before) = self.neighbour(key, -1) else { return };
        self.rules.update(|rules| {
            let place = |key: u32| rules.iter().position(|(other, _)| *other == key);
            if let (Some(one), Some(other)) = (place(before), place(key)) {
                rules.swap(one, other);
            }
        });
        self.changed();
        focus_soon(format!("#rule-{key} [data-act='Move up']"));
    }

    /// Returns the rule so many places on from another, among those of its half.
    fn neighbour(self, key: u32, on: isize) -> Option<u32> {
        let half = |(_, rule): &Held| rule.with_untracked(|rule| rule.when.is_engagement());
        let rules = self.rules.get_untracked();
        let own = rules.iter().find(|(other, _)| *other == key).map(half);
        let of_half: Vec<u32> =
            rules.iter().filter(|held| Some(half(held)) == own).map(|(key, _)| *key).collect();
        let place = of_half.iter().position(|other| *other == key)?;
        of_half.get(place.checked_add_signed(on)?).copied()
    }

    /// Returns the draft as a model; it keeps the number of the version that it was made from.
    fn draft(self) -> Option<ScoringModel> {
        let rules: Vec<Rule> = self
            .rules
            .with_untracked(|rules| rules.iter().map(|(_, rule)| rule.get_untracked()).collect());
        // Without what was learned there is no likelihood.
        let is_learned = rules.iter().any(|rule| rule.id.starts_with(LEARNED));
        self.scoring.with_untracked(Option::is_some).then(|| ScoringModel {
            version: self.base.get_untracked(),
            rules,
            group_caps: self.group_caps.get_untracked(),
            thresholds: self.thresholds.get_untracked(),
            qualification: self.qualification.get_untracked(),
            likelihood: self.likelihood.get_untracked().filter(|_| is_learned),
        })
    }

    /// Keeps and tries the draft, which somebody has changed.
    fn changed(self) {
        self.is_bent.set_value(true);
        self.keep();
        self.attempt();
    }

    /// Tries the draft; while one is tried, the last of all further changes is tried next.
    fn attempt(self) {
        let turn = self.changes.next();
        spawn_local(async move {
            TimeoutFuture::new(SETTLED_AFTER_MS).await;
            if !self.changes.is_over(turn) {
                self.look_back().await;
            }
        });
        // Nobody is there any more, or the one who tries sees that it has changed.
        if self.is_trying.try_get_value() != Some(false) {
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
            let Some(trying) = self.worker() else { return };
            let draft = self.draft().as_ref().and_then(json);
            let Some(draft) = draft else { return };
            match trying.ask("try_model", &draft).await {
                Ok(text) => {
                    self.fault.try_set(None);
                    self.is_of_published.try_set(false);
                    self.tried.try_set(serde_json::from_str(&text).ok());
                }
                Err(refused @ Trouble::Refused(_)) => {
                    self.fault.try_set(Some(self.in_words(refused.sentence())));
                    // A draft that was kept with its mistake stands beside what is published.
                    if self.tried.try_with_untracked(Option::is_none) == Some(true)
                        && let Some(Some(published)) = self.published(json)
                        && let Ok(text) = trying.ask("try_model", &published).await
                    {
                        self.is_of_published.try_set(true);
                        self.tried.try_set(serde_json::from_str(&text).ok());
                    }
                }
                Err(broken) => return self.break_off(&broken),
            }
            if self.worker().is_none() {
                return;
            }
            if !self.changes.is_over(turn) {
                break;
            }
            turn = self.changes.now();
        }
    }

    /// Names a rule by its sentence, where an error names it by its id.
    fn in_words(self, error: String) -> String {
        self.rules.with_untracked(|rules| {
            rules.iter().fold(error, |error, (_, rule)| {
                rule.with_untracked(|rule| {
                    error.replace(&format!("rule {}:", rule.id), &format!("“{}”:", rule.label))
                })
            })
        })
    }

    async fn look_back(self) {
        let Some(trying) = self.worker() else { return };
        let draft = self.draft().as_ref().and_then(json);
        if let Some(draft) = draft
            && let Ok(text) = trying.ask("look_back", &draft).await
        {
            self.looked_back.try_set(serde_json::from_str(&text).ok());
        }
    }
}

/// Moves the focus once the screen is drawn anew, if it went with what was pressed.
fn focus_soon(selector: String) {
    request_animation_frame(move || browser::focus_if_lost(&selector));
}

fn json(model: &ScoringModel) -> Option<String> {
    serde_json::to_string(model).ok()
}

/// Returns whether two models differ in anything but the number of the version.
fn is_other(one: &ScoringModel, other: &ScoringModel) -> bool {
    ScoringModel { version: other.version, ..one.clone() } != *other
}

/// The screen.
#[component]
pub fn StudioPage() -> impl IntoView {
    let studio = Studio::new();
    spawn_local(studio.open());
    on_cleanup(move || studio.end());
    // What is published later draws nothing anew: somebody may be typing.
    let is_there = Memo::new(move |_| studio.scoring.with(Option::is_some));
    view! {
        <div class="studio">
            <header>
                <h1>"Scoring"</h1>
                <p class="muted">"What a lead is and does, in points. Move a slider: the whole book is scored again on this device, and nothing is sent until you publish."</p>
            </header>
            {move || studio.failed.get().map(|sentence| view! { <Failure sentence retry=move || spawn_local(studio.open()) /> })}
            <div class="studio__fault"><Failed sentence=studio.fault /></div>
            {move || match is_there.get() {
                false if studio.failed.with(Option::is_some) => ().into_any(),
                false => view! { <Loading what="the model" /> }.into_any(),
                true => view! {
                    <div class="studio__sides">
                        <RuleList studio />
                        <div class="studio__side is-kept" tabindex="0" role="region" aria-label="What it makes of the book">
                            <div class="studio__watch"><Reading studio /><Changes studio /></div>
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
    let sentence = move || {
        let tried =
            studio.tried.with(|tried| tried.as_ref().map(|tried| (tried.leads, tried.moved)));
        Some(match tried {
            Some(_) if studio.is_of_published.get() => {
                "This is of what is published: the draft has a mistake.".to_owned()
            }
            Some(_) if studio.fault.with(Option::is_some) => {
                "This is of the draft as it was before the mistake.".to_owned()
            }
            Some((leads, moved)) => format!(
                "{}, scored on this device. {} would change cell.",
                format::counted(leads, "lead"),
                format::count(moved)
            ),
            None if studio.failed.with(Option::is_some) || studio.is_read.get() => return None,
            None => format!("Reading the book: {} leads.", format::count(studio.read.get())),
        })
    };
    view! { <p role="status" class="muted">{sentence}</p> }
}
