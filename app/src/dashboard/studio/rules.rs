//! The rules of the draft, each a sentence with its points.

use std::collections::BTreeSet;

use leptos::prelude::*;
use plumbline_domain::scoring::{Condition, GroupCap, ObservationKind, Rule, Visibility};

use super::super::ui::{Card, Choice, Field};
use super::adding::AddRule;
use super::condition::{ConditionEditor, Edited};
use super::qualified::Qualified;
use super::sentences::{bounded_sentence, sentence};
use super::{Held, Studio};
use crate::browser;

/// The points that a slider reaches, either way; the field beside it goes further.
const SLIDER_POINTS: i32 = 100;

/// After how many days of silence a rule applies until somebody says otherwise.
pub const SILENT_DAYS: u32 = 30;
/// What stands for silence in the list of what leads do.
pub const SILENT: &str = "silent";

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
    let set_points = move |event: &web_sys::Event| {
        let points =
            whole(&event_target_value(event)).and_then(|points| i32::try_from(points).ok());
        if let Some(points) = points {
            rule.update(|rule| rule.points = points);
            studio.changed();
        }
    };
    // Where there is no number in it, what counts is shown again.
    let left = move |event| {
        set_points(&event);
        browser::write_back(&event, &points.get_untracked().to_string());
    };
    let name = move || format!("Points: {}", label.get());
    let write = move |when| ask(studio, rule, when);
    let read = Signal::derive(move || rule.with(|rule| rule.when.clone()));
    let edited = Edited { read, write: Callback::new(write) };
    let is_known = Memo::new(move |_| rule.with(|rule| rule.visibility == Visibility::Public));
    let told = move |event| {
        let is_known = event_target_checked(&event);
        rule.update(|rule| {
            rule.visibility = if is_known { Visibility::Public } else { Visibility::Private };
        });
        studio.changed();
    };
    let is_new = studio.added.get_untracked() == Some(key);
    view! {
        <li class="rule" id=format!("rule-{key}")>
            <div class="rule__head">
                <span class="rule__label">{label}</span>
                <input class="input rule__points" type="number" step="1" min="-1000" max="1000" aria-label=name prop:value=move || points.get().to_string() on:change=left />
                <input class="rule__slider" type="range" step="1" min=-SLIDER_POINTS max=SLIDER_POINTS aria-label=name prop:value=move || points.get().to_string() on:input=move |event| set_points(&event) />
            </div>
            <details open=is_new>
                <summary class="muted">{move || rule.with(bounded_sentence)}{move || is_known.get().then_some(" · known to the form")}</summary>
                <div class="rule__more">
                    <Field label="Sentence" value=label set=move |text: String| { if !text.trim().is_empty() { rule.update(|rule| rule.label = text); studio.changed(); } } />
                    {if rule.with_untracked(|rule| rule.when.is_engagement()) {
                        view! { <Events studio rule /> }.into_any()
                    } else {
                        let stops = tick(studio, rule, "No other rule of fit counts then", |rule| &mut rule.stops);
                        view! { <ConditionEditor studio edited />{stops} }.into_any()
                    }}
                    <label class="check"><input type="checkbox" prop:checked=is_known on:change=told />"The form may know it, and score by it"</label>
                    {quiet("Move up", label, Callback::new(move |()| studio.move_up(key)))}
                    {quiet("Remove the rule", label, Callback::new(move |()| studio.remove(key)))}
                </div>
            </details>
        </li>
    }
}

/// A button that does something to the rule that is called so.
fn quiet(word: &'static str, label: Memo<String>, act: Callback<()>) -> AnyView {
    let name = move || format!("{word}: {}", label.get());
    view! { <button class="button is-quiet" data-act=word aria-label=name on:click=move |_| act.run(())>{word}</button> }.into_any()
}

/// Lets a rule ask something else. A sentence that nobody has written follows what it asks.
fn ask(studio: Studio, rule: RwSignal<Rule>, when: Condition) {
    rule.update(|rule| {
        if rule.label == sentence(&rule.when) {
            rule.label = sentence(&when);
        }
        rule.when = when;
    });
    studio.changed();
}

/// What a rule of engagement asks, and what bounds it in points, time and number.
#[component]
fn Events(studio: Studio, rule: RwSignal<Rule>) -> impl IntoView {
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
    let what = Memo::new(move |_| {
        rule.with(|rule| match &rule.when {
            Condition::Observed(kind) => kind.as_str(),
            _ => SILENT,
        })
    });
    let kinds = ObservationKind::ALL.into_iter().map(|kind| kind.as_str());
    let mut options: Vec<_> = kinds.map(|kind| (kind.to_owned(), kind.replace('_', " "))).collect();
    options.push((SILENT.to_owned(), "nothing at all".to_owned()));
    let pick = move |wanted: String| match ObservationKind::parse(&wanted) {
        Some(kind) => ask(studio, rule, Condition::Observed(kind)),
        None => {
            // What bounds events bounds no silence.
            rule.update(|rule| {
                let kept = Rule {
                    cap: rule.cap,
                    group: rule.group.take(),
                    visibility: rule.visibility,
                    ..Rule::private(
                        std::mem::take(&mut rule.id),
                        std::mem::take(&mut rule.label),
                        rule.points,
                        rule.when.clone(),
                    )
                };
                *rule = kept;
            });
            ask(studio, rule, Condition::Silent { days: SILENT_DAYS });
        }
    };
    let of_events = move || {
        (what.get() != SILENT).then(|| view! {
            {limit("Counts half after days", |rule| rule.half_life_days.map(i64::from), |rule, number| rule.half_life_days = days(number))}
            {limit("Fades to nothing in days", |rule| rule.fades_in_days.map(i64::from), |rule, number| rule.fades_in_days = days(number))}
            {limit("Only within days", |rule| rule.window_days.map(i64::from), |rule, number| rule.window_days = days(number))}
            {limit("Only from so many times on", |rule| rule.at_least.map(i64::from), |rule, number| rule.at_least = days(number))}
            {tick(studio, rule, "Only the latest event counts", |rule| &mut rule.once)}
        })
    };
    let of_silence = move || {
        (what.get() == SILENT).then(|| {
            let value = move || {
                rule.with(|rule| match rule.when {
                    Condition::Silent { days } => Some(i64::from(days)),
                    _ => None,
                })
            };
            let set = move |number| {
                ask(studio, rule, Condition::Silent { days: days(number).unwrap_or(SILENT_DAYS) });
            };
            view! { <NumberField label="For so many days" value=Signal::derive(value) set /> }
        })
    };
    view! {
        <Choice label="What they did" options picked=Signal::derive(move || what.get().to_owned()) pick />
        {of_silence}
        {limit("At most, in points", |rule| rule.cap.map(i64::from), |rule, number| {
            rule.cap = number.and_then(|number| i32::try_from(number).ok());
        })}
        {of_events}
        <Field label="Shares the limit of the group" value=Signal::derive(group) set=set_group />
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
        let mut groups = BTreeSet::new();
        studio.group_caps.with(|caps| groups.extend(caps.iter().map(|cap| cap.group.clone())));
        let group = |(_, rule): &Held| rule.with(|rule| rule.group.clone());
        studio.rules.with(|rules| groups.extend(rules.iter().filter_map(group)));
        groups
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
    view! { <Field label kind="number" value=shown set=move |text: String| set.run(whole(&text)) /> }
}

/// Reads a number, rounded to a whole one; none where there is no digit.
fn whole(text: &str) -> Option<i64> {
    let text = text.trim();
    let (number, rest) = text.split_once('.').unwrap_or((text, ""));
    let number = match number {
        "" | "-" if !rest.is_empty() => 0,
        digits => digits.parse().ok()?,
    };
    let away = if text.starts_with('-') { -1 } else { 1 };
    Some(if rest.starts_with(['5', '6', '7', '8', '9']) { number + away } else { number })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_without_a_digit_has_no_number() {
        for (text, number) in
            [("7", 7), ("-7.5", -8), ("7.4", 7), (".5", 1), ("-.5", -1), (" 12 ", 12)]
        {
            assert_eq!(whole(text), Some(number), "{text}");
        }
        for text in ["", " ", "-", "a", "1e3"] {
            assert_eq!(whole(text), None, "{text}");
        }
    }
}
