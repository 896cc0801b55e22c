//! What a check has found: what would change, before and after, and the rows with problems, to be corrected
//! here.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::super::format;
use super::super::wording;
use super::{Changed, Importing, Problem, Step};

/// The most rows that are shown; the file has them all.
const SHOWN_MAX: usize = 200;

/// The leads that would change, with what they say before and after.
#[component]
pub fn Changes(importing: Importing) -> impl IntoView {
    let rows = move || {
        importing.changed.with(|changed| {
            let row = |Changed { line, changes }: &Changed| {
                let each: Vec<_> = changes
                    .iter()
                    .map(|change| {
                        let before = if change.before.is_empty() { "nothing" } else { &change.before };
                        view! { <li>{wording::answer_name(&change.field)}": "<bdi>{before.to_owned()}</bdi>" → "<strong><bdi>{change.after.clone()}</bdi></strong></li> }
                    })
                    .collect();
                view! { <tr><th scope="row">{*line}</th><td><ul class="plain">{each}</ul></td></tr> }
            };
            changed.iter().take(SHOWN_MAX).map(row).collect_view()
        })
    };
    let is_known = move || {
        importing.step.get() == Step::Checked && importing.changed.with(|all| !all.is_empty())
    };
    view! {
        <Show when=is_known>
            <h3>"What would change"</h3>
            <div class="clean__table" tabindex="0" role="region" aria-label="What would change">
                <table class="table">
                    <thead><tr><th scope="col">"Line"</th><th scope="col">"Before → after"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </Show>
    }
}

/// Shows the rows that have cells which cannot be imported. Before an import they can be corrected.
#[component]
pub fn Problems(importing: Importing) -> impl IntoView {
    let count = move || importing.problems.with(Vec::len);
    let rows = move || {
        let can_mend = importing.step.get() == Step::Checked;
        let shown: Vec<Problem> =
            importing.problems.with(|all| all.iter().take(SHOWN_MAX).cloned().collect());
        let row = |problem: Problem| view! { <Row importing problem can_mend /> };
        shown.into_iter().map(row).collect_view()
    };
    let again = move || {
        (importing.step.get() == Step::Checked).then(|| {
            view! { <button class="button" on:click=move |_| spawn_local(importing.check())>"Check again"</button> }
        })
    };
    let heading = move || format!("Problems in {}", format::counted(count(), "row"));
    view! {
        <Show when=move || count() != 0>
            <h3>{heading}</h3>
            <p class="muted">"A cell that cannot be read is left out and the rest of its row is imported, unless the row names nobody."</p>
            <div class="clean__table" tabindex="0" role="region" aria-label="Rows with problems">
                <table class="table">
                    <thead><tr><th scope="col">"Line"</th><th scope="col">"Problem"</th><th scope="col">"Row"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <p class="clean__files">{again}
                <button class="button" on:click=move |_| importing.save_problems()>"Save these rows"</button></p>
        </Show>
    }
}

/// One row with its cells.
#[component]
fn Row(importing: Importing, problem: Problem, can_mend: bool) -> impl IntoView {
    let Problem { line, is_lost, sentence, .. } = problem;
    let cells = importing.table.with_value(|table| {
        let mut cells = table.row(line).map(|row| row.cells.clone()).unwrap_or_default();
        // What the row lacks can be written as well.
        cells.resize(table.headings.len(), String::new());
        (table.headings.clone(), cells, table.raw(line).cloned())
    });
    let (headings, cells, raw) = cells;
    let field = |(column, (heading, cell)): (usize, (String, String))| {
        let name = if heading.is_empty() { format!("Column {}", column + 1) } else { heading };
        if !can_mend {
            return view! { <dt>{name}</dt><dd><bdi>{cell}</bdi></dd> }.into_any();
        }
        let label = format!("{name}, line {line}");
        let mend = move |event| importing.mend(line, column, &event_target_value(&event));
        view! { <dt>{name}</dt><dd><input class="input" aria-label=label value=cell on:change=mend /></dd> }
            .into_any()
    };
    let fields: Vec<_> = headings.into_iter().zip(cells).enumerate().map(field).collect();
    let outcome = if is_lost { "Not imported. " } else { "" };
    let summary = if can_mend { "Correct" } else { "Show" };
    let label = format!("{summary} line {line}");
    view! {
        <tr>
            <th scope="row">{line}</th>
            <td><strong>{outcome}</strong>{sentence}</td>
            <td>{match raw {
                Some(raw) => view! { <bdi>{raw}</bdi> }.into_any(),
                None => view! { <details><summary aria-label=label>{summary}</summary><dl class="facts">{fields}</dl></details> }.into_any(),
            }}</td>
        </tr>
    }
}
