//! The rules of the draft, each a sentence with its points.

use std::collections::BTreeSet;

use leptos::prelude::*;
use plumbline_domain::scoring::{Condition, GroupCap, ObservationKind, Rule, Visibility};

use super::super::ui::{Card, Choice, Field};
use super::Studio;
use super::condition::{ConditionEditor, Edited};
use super::qualified::Qualified;

/// The points that a slider reaches, either way; the field beside it goes further.
const SLIDER_POINTS: i32 = 100;

/// What a new rule counts before somebody says otherwise.
const NEW_POINTS: i32 = 10;

/// The rules, of fit and of engagement.
#[component]
pub fn RuleList(studio: Studio) -> impl IntoView {
    let list = move |is_engagement: bool| {
        let held = move || {
            let mut rules = studio.rules.get();
            rules.retain(|(_, rule)| {
                rule.with_untracked(|rule| rule.when.is_engagement()) == is_engagement
            });
            rules
        };
        view! {
            <ul class="plain rules">
                <For each=held key=|(key, _)| *key let:((key, rule))>
                    <RuleRow studio key rule />
                </For>
            </ul>
        }
    };
    view! {
        <div class="studio__side">
            <Card title="Fit: who they are">{list(false)}</Card>
            <Card title="Engagement: what they did">{list(true)}</Card>
            <AddRule studio />
            <Bands studio />
            <Qualified studio />
        </div>
    }
}

#[component]
fn RuleRow(studio: Studio, key: u32, rule: RwSignal<Rule>) -> impl IntoView {
    let label = Memo::new(move |_| rule.with(|rule| rule.label.clone()));
    let points = Memo::new(move |_| rule.with(|rule| rule.points));
    let set_points = move |event| {
        if let Ok(points) = event_target_value(&event).parse::<i32>() {
            rule.update(|rule| rule.points = points);
            studio.changed();
        }
    };
    let name = move || format!("Points: {}", label.get());
    let remove = move |_| {
        studio.rules.update(|rules| rules.retain(|(other, _)| *other != key));
        studio.changed();
    };
    let write = move |when| {
        rule.update(|rule| rule.when = when);
        studio.changed();
    };
    let read = Signal::derive(move || rule.with(|rule| rule.when.clone()));
    let edited = Edited { read, write: Callback::new(write) };
    let is_private = rule.with_untracked(|rule| rule.visibility == Visibility::Private);
    view! {
        <li class="rule">
            <div class="rule__head">
                <span class="rule__label">{label}</span>
                <input class="input rule__points" type="number" step="1" min="-1000" max="1000" aria-label=name prop:value=move || points.get().to_string() on:change=set_points />
                <input class="rule__slider" type="range" step="1" min=-SLIDER_POINTS max=SLIDER_POINTS aria-label=name prop:value=move || points.get().to_string() on:input=set_points />
            </div>
            <details>
                <summary class="muted">{move || rule.with(bounded_sentence)}{(!is_private).then_some(" · known to the form")}</summary>
                <div class="rule__more">
                    <Field label="Sentence" value=label set=move |text: String| { if !text.trim().is_empty() { rule.update(|rule| rule.label = text); studio.changed(); } } />
                    {if rule.with_untracked(|rule| rule.when.is_engagement()) {
                        view! { <Limits studio rule /> }.into_any()
                    } else {
                        let stops = tick(studio, rule, "No other rule of fit counts then", |rule| &mut rule.stops);
                        view! { <ConditionEditor studio edited />{stops} }.into_any()
                    }}
                    <button class="button is-quiet" on:click=remove aria-label=move || format!("Remove the rule: {}", label.get())>"Remove"</button>
                </div>
            </details>
        </li>
    }
}

/// What bounds a rule of engagement in points, time and number.
#[component]
fn Limits(studio: Studio, rule: RwSignal<Rule>) -> impl IntoView {
    let limit = move |label: &'static str,
                      get: fn(&Rule) -> Option<i64>,
                      put: fn(&mut Rule, Option<i64>)| {
        let value = move || rule.with(get);
        let set = move |number: Option<i64>| {
            rule.update(|rule| put(rule, number));
            studio.changed();
        };
        view! { <NumberField label value=Signal::derive(value) set /> }
    };
    let group = move || rule.with(|rule| rule.group.clone()).unwrap_or_default();
    let set_group = move |text: String| {
        let text = text.trim().to_owned();
        rule.update(|rule| rule.group = (!text.is_empty()).then_some(text));
        studio.changed();
    };
    view! {
        {limit("At most, in points", |rule| rule.cap.map(i64::from), |rule, number| {
            rule.cap = number.and_then(|number| i32::try_from(number).ok());
        })}
        {limit("Counts half after days", |rule| rule.half_life_days.map(i64::from), |rule, number| rule.half_life_days = days(number))}
        {limit("Fades to nothing in days", |rule| rule.fades_in_days.map(i64::from), |rule, number| rule.fades_in_days = days(number))}
        {limit("Only within days", |rule| rule.window_days.map(i64::from), |rule, number| rule.window_days = days(number))}
        {limit("Only from so many times on", |rule| rule.at_least.map(i64::from), |rule, number| rule.at_least = days(number))}
        <Field label="Shares the limit of the group" value=Signal::derive(group) set=set_group />
        {tick(studio, rule, "Only the latest event counts", |rule| &mut rule.once)}
    }
}

/// A box for what holds of a rule or does not.
fn tick(
    studio: Studio,
    rule: RwSignal<Rule>,
    label: &'static str,
    of: fn(&mut Rule) -> &mut bool,
) -> AnyView {
    let is_so = move || *of(&mut rule.get());
    let change = move |event| {
        rule.update(|rule| *of(rule) = event_target_checked(&event));
        studio.changed();
    };
    view! { <label class="check"><input type="checkbox" prop:checked=is_so on:change=change />{label}</label> }.into_any()
}

/// The most that the rules of each group add together.
#[component]
fn GroupLimits(studio: Studio) -> impl IntoView {
    let groups = Memo::new(move |_| {
        let named = studio.rules.with(|rules| {
            let group = |(_, rule): &(u32, RwSignal<Rule>)| rule.with(|rule| rule.group.clone());
            rules.iter().filter_map(group).collect::<BTreeSet<_>>()
        });
        let capped = studio
            .group_caps
            .with(|caps| caps.iter().map(|cap| cap.group.clone()).collect::<BTreeSet<_>>());
        named.into_iter().chain(capped).collect::<BTreeSet<String>>()
    });
    move || {
        let field = |group: String| {
            let own = group.clone();
            let value = move || {
                studio.group_caps.with(|caps| {
                    caps.iter().find(|cap| cap.group == own).map(|cap| i64::from(cap.points))
                })
            };
            let label = format!("At most from {group} together");
            let set = move |number: Option<i64>| {
                let points = number.and_then(|number| i32::try_from(number).ok());
                studio.group_caps.update(|caps| {
                    match (caps.iter_mut().find(|cap| cap.group == group), points) {
                        (Some(cap), Some(points)) => cap.points = points,
                        (Some(_), None) => caps.retain(|cap| cap.group != group),
                        (None, points) => {
                            caps.extend(
                                points.map(|points| GroupCap { group: group.clone(), points }),
                            );
                        }
                    }
                });
                studio.changed();
            };
            view! { <NumberField label value=Signal::derive(value) set /> }
        };
        groups.get().into_iter().map(field).collect_view()
    }
}

fn days(number: Option<i64>) -> Option<u32> {
    number.and_then(|number| u32::try_from(number).ok())
}

/// Reads a list with commas.
pub fn listed(text: &str) -> Vec<String> {
    text.split(',').map(|value| value.trim().to_owned()).filter(|value| !value.is_empty()).collect()
}

/// A whole number, or none.
#[component]
pub fn NumberField(
    #[prop(into)] label: String,
    #[prop(into)] value: Signal<Option<i64>>,
    #[prop(into)] set: Callback<Option<i64>>,
) -> impl IntoView {
    let shown =
        Signal::derive(move || value.get().map(|number| number.to_string()).unwrap_or_default());
    view! { <Field label kind="number" value=shown set=move |text: String| set.run(text.parse().ok()) /> }
}

/// Says when a rule applies.
pub fn sentence(when: &Condition) -> String {
    let name = |fact: &str| fact.replace('_', " ");
    let all =
        |parts: &[Condition], word: &str| parts.iter().map(sentence).collect::<Vec<_>>().join(word);
    match when {
        Condition::OneOf { fact, values } => match values.as_slice() {
            [one] => format!("{} is {one}", name(fact)),
            many => format!("{} is one of {}", name(fact), many.join(", ")),
        },
        Condition::Given { fact } => format!("{} is known", name(fact)),
        Condition::Missing { fact } => format!("{} is not known", name(fact)),
        Condition::Contains { fact, text } => format!("{} has “{text}” in it", name(fact)),
        Condition::Matches { fact, pattern } => format!("{} matches {pattern}", name(fact)),
        Condition::Between { fact, from, to } => match (from, to) {
            (Some(from), Some(to)) => format!("{} from {from} to {to}", name(fact)),
            (Some(from), None) => format!("{} from {from} on", name(fact)),
            (None, to) => format!("{} up to {}", name(fact), to.unwrap_or_default()),
        },
        Condition::InGroup { fact, group } => {
            format!("{} in the group {}", name(fact), name(group.as_str()))
        }
        Condition::All(parts) => all(parts, " and "),
        Condition::Any(parts) => all(parts, " or "),
        Condition::Not(part) => format!("not: {}", sentence(part)),
        Condition::Observed(kind) => name(kind.as_str()),
        Condition::Silent { days } => format!("nothing for {days} days"),
    }
}

/// Says when a rule applies, and within what bounds.
pub fn bounded_sentence(rule: &Rule) -> String {
    let mut parts = vec![sentence(&rule.when)];
    let mut bound = |number: Option<String>, words: &str| {
        parts.extend(number.map(|number| words.replace('#', &number)));
    };
    bound(rule.at_least.map(|count| count.to_string()), "from # times on");
    bound(rule.once.then(String::new), "counted once");
    bound(rule.window_days.map(|days| days.to_string()), "within # days");
    bound(rule.half_life_days.map(|days| days.to_string()), "half after # days");
    bound(rule.fades_in_days.map(|days| days.to_string()), "nothing after # days");
    bound(rule.cap.map(|cap| cap.to_string()), "at most # points");
    bound(rule.group.clone(), "in the group #");
    bound(rule.stops.then(String::new), "nothing else counts then");
    parts.join(", ")
}

/// What can be asked of a fact, as the list names it.
const QUESTIONS: [(&str, &str); 6] = [
    ("one_of", "is one of"),
    ("given", "is known"),
    ("missing", "is not known"),
    ("contains", "has in it"),
    ("matches", "matches"),
    ("at_least", "is a number from … on"),
];

/// A new rule.
#[component]
fn AddRule(studio: Studio) -> impl IntoView {
    let subject = RwSignal::new("role".to_owned());
    let question = RwSignal::new("one_of".to_owned());
    let value = RwSignal::new(String::new());
    let facts = studio.scoring.with_untracked(|scoring| {
        scoring.as_ref().map(|scoring| scoring.facts.clone()).unwrap_or_default()
    });
    let options: Vec<_> = facts
        .into_iter()
        .map(|fact| {
            let is_first = fact == "role";
            view! { <option value=fact.clone() selected=is_first>{fact.replace('_', " ")}</option> }
        })
        .collect();
    let seen: Vec<_> = ObservationKind::ALL
        .into_iter()
        .map(|kind| view! { <option value=format!("seen:{}", kind.as_str())>{kind.as_str().replace('_', " ")}</option> })
        .collect();
    let questions = QUESTIONS.map(|(key, words)| (key.to_owned(), words.to_owned())).to_vec();
    let is_fact = move || !subject.with(|subject| subject.starts_with("seen:"));
    let needs_value = move || is_fact() && !matches!(question.get().as_str(), "given" | "missing");
    let add = move |_| {
        let when = condition(&subject.get(), &question.get(), &value.get());
        let label = sentence(&when);
        studio.add(Rule::private(String::new(), label, NEW_POINTS, when));
        value.set(String::new());
        studio.changed();
    };
    view! {
        <Card title="Another rule">
            <div class="rule__more">
                <label class="field">"About"
                    <select class="input" on:change=move |event| subject.set(event_target_value(&event))>
                        <optgroup label="Who they are">{options}</optgroup>
                        <optgroup label="What they did">{seen}</optgroup>
                    </select>
                </label>
                <Show when=is_fact>
                    <Choice label="Asks" options=questions.clone() picked=question pick=move |text| question.set(text) />
                </Show>
                <Show when=needs_value>
                    <label class="field">"For"
                        <input class="input" type="text" prop:value=move || value.get() on:input=move |event| value.set(event_target_value(&event)) />
                    </label>
                </Show>
                <button class="button" on:click=add disabled=move || needs_value() && value.with(|value| value.trim().is_empty())>"Add the rule"</button>
            </div>
        </Card>
    }
}

fn condition(subject: &str, question: &str, value: &str) -> Condition {
    if let Some(kind) = subject.strip_prefix("seen:").and_then(ObservationKind::parse) {
        return Condition::Observed(kind);
    }
    let (fact, text) = (subject.to_owned(), value.trim().to_owned());
    match question {
        "given" => Condition::Given { fact },
        "missing" => Condition::Missing { fact },
        "contains" => Condition::Contains { fact, text },
        "matches" => Condition::Matches { fact, pattern: text },
        "at_least" => Condition::Between { fact, from: text.parse().ok(), to: None },
        _ => Condition::OneOf { fact, values: listed(value) },
    }
}

/// Where the bands of the matrix begin.
#[component]
fn Bands(studio: Studio) -> impl IntoView {
    let band =
        move |label: &'static str,
              of: fn(&mut plumbline_domain::scoring::Thresholds) -> &mut i32| {
            let value = move || {
                let mut thresholds = studio.thresholds.get();
                Some(i64::from(*of(&mut thresholds)))
            };
            let set = move |number: Option<i64>| {
                if let Some(number) = number.and_then(|number| i32::try_from(number).ok()) {
                    studio.thresholds.update(|thresholds| *of(thresholds) = number);
                    studio.changed();
                }
            };
            view! { <NumberField label value=Signal::derive(value) set /> }
        };
    view! {
        <Card title="Bands and limits">
            <div class="rule__more">
                {band("A begins at a fit of", |cut| &mut cut.fit_a)}
                {band("B begins at a fit of", |cut| &mut cut.fit_b)}
                {band("1 begins at an engagement of", |cut| &mut cut.engagement_1)}
                {band("2 begins at an engagement of", |cut| &mut cut.engagement_2)}
                {band("Nobody leaves a band before falling by", |cut| &mut cut.margin)}
                <GroupLimits studio />
            </div>
        </Card>
    }
}
