//! Charts: drawn as SVG or bars, with their numbers beside them for everybody who does not see them.

use leptos::prelude::*;

use super::format;

/// One bar of a chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// What it stands for.
    pub label: String,
    /// How much.
    pub count: u32,
    /// What else to say beside the number.
    pub note: String,
}

/// Returns a part of a whole as a length in CSS, to a hundredth of a per cent.
pub fn share(part: u32, whole: u32) -> String {
    let hundredths = u64::from(part) * 10_000 / u64::from(whole.max(1));
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

/// Bars side by side, for a series in time. The same numbers stand in a table below.
#[component]
pub fn Columns(
    /// What is counted, for the title of the table.
    #[prop(into)]
    title: String,
    /// The bars, in order.
    bars: Vec<Bar>,
) -> impl IntoView {
    let highest = bars.iter().map(|bar| bar.count).max().unwrap_or(0).max(1);
    let slots = u32::try_from(bars.len().max(1)).unwrap_or(1) * 10;
    let shapes: Vec<_> = bars
        .iter()
        .enumerate()
        .map(|(index, bar)| {
            let left = u32::try_from(index).unwrap_or(0) * 10 + 1;
            view! {
                <rect x=share(left, slots) y=share(highest - bar.count, highest) width=share(8, slots) height=share(bar.count, highest) rx="1">
                    <title>{format!("{}: {}", bar.label, format::count(bar.count))}</title>
                </rect>
            }
        })
        .collect();
    let (first, last) =
        (bars.first().map(|b| b.label.clone()), bars.last().map(|b| b.label.clone()));
    let rows: Vec<_> = bars
        .into_iter()
        .filter(|bar| bar.count > 0)
        .map(|bar| view! { <tr><th scope="row">{bar.label}</th><td>{format::count(bar.count)}</td></tr> })
        .collect();
    view! {
        <figure class="columns">
            <span class="columns__top">{format::count(highest)}</span>
            <svg class="columns__plot" role="img" aria-label=format!("{title}, as a table below")>{shapes}</svg>
            <figcaption class="columns__axis"><span>{first}</span><span>{last}</span></figcaption>
            <details class="columns__numbers">
                <summary>"Numbers"</summary>
                <table class="table"><caption class="hidden">{title}</caption><tbody>{rows}</tbody></table>
            </details>
        </figure>
    }
}

/// Bars below each other, each with its number and note.
#[component]
pub fn Rows(
    /// What is counted.
    #[prop(into)]
    title: String,
    /// The bars, in order.
    bars: Vec<Bar>,
) -> impl IntoView {
    let highest = bars.iter().map(|bar| bar.count).max().unwrap_or(0).max(1);
    let rows: Vec<_> = bars
        .into_iter()
        .map(|bar| {
            view! {
                <li class="rows__row">
                    <span class="rows__label">{bar.label}</span>
                    <span class="rows__track" aria-hidden="true"><span class="rows__bar" style:width=share(bar.count, highest)></span></span>
                    <span class="rows__count">{format::count(bar.count)}</span>
                    <span class="rows__note">{bar.note}</span>
                </li>
            }
        })
        .collect();
    view! { <ul class="rows" aria-label=title>{rows}</ul> }
}
