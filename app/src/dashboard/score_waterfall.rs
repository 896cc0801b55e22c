//! The score, explained by arithmetic: every line that counts, adding up to the total.

use leptos::prelude::*;
use plumbline_domain::scoring::{Dimension, Score, age_days};

use super::chart::share;
use super::format;

/// The reasons of one half of a score and their sum.
#[component]
pub fn ScoreWaterfall(
    /// The score.
    score: Score,
    /// Which half.
    dimension: Dimension,
) -> impl IntoView {
    let (title, total) = match dimension {
        Dimension::Fit => ("Fit: who they are", score.fit),
        Dimension::Engagement => ("Engagement: what they did", score.engagement),
    };
    let mut sum = 0;
    let steps: Vec<_> = score
        .reasons
        .into_iter()
        .filter(|reason| reason.dimension == dimension)
        .map(|reason| {
            let start = sum;
            sum += reason.points;
            (reason, start, sum)
        })
        .collect();
    let low = steps.iter().map(|(_, a, b)| (*a).min(*b)).min().unwrap_or(0).min(0);
    let high = steps.iter().map(|(_, a, b)| (*a).max(*b)).max().unwrap_or(0).max(1);
    let length = move |points: i32| share(points.unsigned_abs(), (high - low).unsigned_abs());
    let empty = steps.is_empty();
    let rows: Vec<_> = steps
        .into_iter()
        .map(|(reason, start, end)| {
            let age = reason.age_ms.map(|age| {
                let times = reason.times.map(|times| format!(" · {times} times")).unwrap_or_default();
                match age_days(age) {
                    0 => format!("{times} · today"),
                    days => format!("{times} · {days} d ago"),
                }
            });
            view! {
                <tr class="waterfall__row" class:is-negative=move || reason.points.is_negative()>
                    <th scope="row">{reason.label}<span class="muted">{age}</span></th>
                    <td class="waterfall__plot" aria-hidden="true">
                        <span class="waterfall__bar" style:left=length(start.min(end) - low) style:width=length(end - start)></span>
                    </td>
                    <td class="waterfall__points">{format::signed(reason.points)}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <table class="waterfall">
            <caption>{title}</caption>
            <tbody>{rows}</tbody>
            <tfoot>
                <tr>
                    <th scope="row">{if empty { "Nothing known yet" } else { "Total" }}</th>
                    <td></td>
                    <td class="waterfall__points">{total}</td>
                </tr>
            </tfoot>
        </table>
    }
}
