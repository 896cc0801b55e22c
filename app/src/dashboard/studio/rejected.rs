//! Why sales rejects leads, and rules that it suggests, to be tried.

use leptos::prelude::*;
use plumbline_domain::scoring::{Condition, Rule};
use plumbline_what_if::Suggestion;

use super::super::chart::{Bar, Rows};
use super::super::ui::Card;
use super::super::{format, wording};
use super::Studio;
use super::rules::sentence;

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
    let per_cent = |share: f64| format!("{:.0} %", share * 100.0);
    let words = format!(
        "{} of the rejected have it that {}, and {} of the others: try {}?",
        per_cent(suggestion.of_rejected),
        sentence(&suggestion.when),
        per_cent(suggestion.of_others),
        format::signed(suggestion.points)
    );
    let label = format!("Try the rule: {}", sentence(&suggestion.when));
    let attempt = move |_| take(studio, &suggestion.when, suggestion.points);
    view! { <li class="suggested"><span>{words}</span><button class="button" aria-label=label on:click=attempt>"Try"</button></li> }
}

/// Puts a suggestion into the draft: into the rule that asks the same, or as a rule of its own.
fn take(studio: Studio, when: &Condition, points: i32) {
    let same = studio.rules.with_untracked(|rules| {
        rules.iter().find(|(_, rule)| rule.with_untracked(|rule| rule.when == *when)).copied()
    });
    match same {
        Some((_, rule)) => rule.update(|rule| rule.points = rule.points.min(0) + points),
        None => studio.add(Rule::private(String::new(), sentence(when), points, when.clone())),
    }
    studio.changed();
}
