//! The A1–C3 matrix: fit down, engagement across.

use leptos::prelude::*;
use plumbline_domain::lead::play;
use plumbline_domain::scoring::Cell;

use super::wording;

/// The A1–C3 matrix, each cell with what it is given and what to do with its leads.
#[component]
pub fn Matrix(
    /// What stands in each cell, in the order of [`Cell::ALL`].
    cells: Vec<AnyView>,
) -> impl IntoView {
    let mut cells = Cell::ALL.into_iter().zip(cells);
    let rows: Vec<_> = ["A: fits well", "B: fits", "C: fits little"]
        .into_iter()
        .map(|label| {
            let row: Vec<_> = cells
                .by_ref()
                .take(3)
                .map(|(cell, shown)| {
                    view! {
                        <td class="matrix__cell" data-cell=cell.as_str() title=wording::play(play(cell))>{shown}</td>
                    }
                })
                .collect();
            view! { <tr><th scope="row">{label}</th>{row}</tr> }
        })
        .collect();
    view! {
        <table class="matrix">
            <thead><tr><td></td><th scope="col">"1: active"</th><th scope="col">"2: warm"</th><th scope="col">"3: quiet"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
}
