//! Why sales rejects leads, and rules that it suggests, to be tried.

use leptos::prelude::*;
use plumbline_domain::scoring::{Condition, Rule};
use plumbline_what_if::Suggestion;

use super::super::chart::{Bar, Rows};
use super::super::ui::Card;
use super::super::{format, wording};
use super::sentences::sentence;
use super::{Held, Studio};

/// The reasons, and the suggestions.
#[component]
pub fn Rejected(studio: Studio) -> impl IntoView {
    move || {
        studio.rejections.get().filter(|found| found.count > 0).map(|found| {
            let bars = found
                .reasons
                .iter()
                .map(|(reason, count)| Bar {
                    label: wording::reject_reason(*reason).to_owned(),
                    count: *count,
                    note: format::percent(*count, found.count),
                })
                .collect();
            let rows: Vec<_> = found
                .suggestions
                .into_iter()
                .map(|suggestion| view! { <Suggested studio suggestion /> })
                .collect();
            view! {
                <Card title="What sales rejects">
                    <p>{match found.count { 1 => "1 lead was rejected.".to_owned(), many => format!("{} leads were rejected.", format::count(many)) }}</p>
                    <Rows title="Rejected leads by reason" bars />
                    <ul class="plain">{rows}</ul>
                </Card>
            }
        })
    }
}

#[component]
fn Suggested(studio: Studio, suggestion: Suggestion) -> impl IntoView {
    let told = format!(
        "{} of the rejected have it that {}, and {} of the others",
        suggestion.of_rejected,
        sentence(&suggestion.when),
        suggestion.of_others
    );
    let (when, points) = (suggestion.when.clone(), suggestion.points);
    let words = move || match same(studio, &when).map(|(_, rule)| rule.with(|rule| rule.points)) {
        Some(now) if now < 0 => format!(
            "{told}. A rule takes {} for it: try {}?",
            format::count(now.unsigned_abs()),
            format::signed(now + points)
        ),
        _ => format!("{told}: try {}?", format::signed(points)),
    };
    let label = format!("Try the rule: {}", sentence(&suggestion.when));
    let attempt = move |_| take(studio, &suggestion.when, suggestion.points);
    view! { <li class="suggested"><span>{words}</span><button class="button" aria-label=label on:click=attempt>"Try"</button></li> }
}

/// The rule of the draft that asks the same, if there is one.
fn same(studio: Studio, when: &Condition) -> Option<Held> {
    studio
        .rules
        .with(|rules| rules.iter().find(|(_, rule)| rule.with(|rule| rule.when == *when)).copied())
}

/// Puts a suggestion into the draft: into the rule that asks the same, or as a rule of its own.
fn take(studio: Studio, when: &Condition, points: i32) {
    match untrack(|| same(studio, when)) {
        Some((_, rule)) => rule.update(|rule| rule.points = rule.points.min(0) + points),
        None => {
            studio.add(Rule::private(String::new(), sentence(when), points, when.clone()));
        }
    }
    studio.changed();
}
