//! What is called qualified: rules beside the words that marketing and sales have agreed on.

use leptos::prelude::*;
use plumbline_api::leads::CALL_FIELDS;
use plumbline_domain::scoring::{
    Cell, Condition, HAND_RAISE_DAYS, Qualification, UsageCount, UsageDefinition, UsageRule,
};

use super::super::matrix::Matrix;
use super::super::ui::{Card, Choice, Field};
use super::condition::{ConditionEditor, Edited};
use super::rules::NumberField;
use super::{Studio, focus_soon};

/// The definitions.
#[component]
pub fn Qualified(studio: Studio) -> impl IntoView {
    let read = move |ask: fn(&Qualification) -> String| {
        Signal::derive(move || studio.qualification.with(ask))
    };
    let change = move |change: &dyn Fn(&mut Qualification)| {
        studio.qualification.update(change);
        studio.changed();
    };
    view! {
        <Card title="Marketing qualified">
            <Written value=read(|all| all.marketing.written.clone())
                set=move |text: String| change(&|all| all.marketing.written.clone_from(&text)) />
            <p>"Leads of these cells:"</p>
            <Matrix cells=Cell::ALL.into_iter().map(|cell| cell_box(studio, cell)).collect() />
            <Check label=format!("And whoever asked to be contacted, for {HAND_RAISE_DAYS} days, whatever the cell")
                is_on=Signal::derive(move || studio.qualification.with(|all| all.marketing.hand_raise))
                set=move |is_on| change(&|all| all.marketing.hand_raise = is_on) />
            <Exception studio />
            <p class="muted">"A lead crosses once. After a rejection it can cross again, by something new that it does."</p>
        </Card>
        <Card title="Sales qualified">
            <Written value=read(|all| all.sales.written.clone())
                set=move |text: String| change(&|all| all.sales.written.clone_from(&text)) />
            <p>"Nobody accepts a lead before this is known of it:"</p>
            <div class="checks">{CALL_FIELDS.map(|field| required_box(studio, field))}</div>
        </Card>
        <Card title="Product qualified">
            <Usage studio id="product" of=|all| &mut all.product note="By what people do in the product, as it is told to the API. A flag beside the stage." />
        </Card>
        <Card title="Customers who may buy more">
            <Usage studio id="service" of=|all| &mut all.service note="A flag on a customer, who stays one. It can be set by hand too." />
        </Card>
    }
}

fn cell_box(studio: Studio, cell: Cell) -> AnyView {
    let is_on = move || studio.qualification.with(|all| all.marketing.cells.contains(&cell));
    let set = move |is_on: bool| {
        studio.qualification.update(|all| {
            let cells = std::mem::take(&mut all.marketing.cells);
            let is_in = |one: &Cell| if *one == cell { is_on } else { cells.contains(one) };
            all.marketing.cells = Cell::ALL.into_iter().filter(is_in).collect();
        });
        studio.changed();
    };
    view! { <Check label=cell.as_str().to_owned() is_on=Signal::derive(is_on) set /> }.into_any()
}

fn required_box(studio: Studio, field: &'static str) -> impl IntoView {
    let is_on =
        move || studio.qualification.with(|all| all.sales.required.iter().any(|one| one == field));
    let set = move |is_on: bool| {
        studio.qualification.update(|all| {
            all.sales.required.retain(|one| one != field);
            if is_on {
                all.sales.required.push(field.to_owned());
            }
        });
        studio.changed();
    };
    view! { <Check label=field.replace('_', " ") is_on=Signal::derive(is_on) set /> }
}

/// Who is never marketing qualified.
#[component]
fn Exception(studio: Studio) -> impl IntoView {
    let has = Memo::new(move |_| studio.qualification.with(|all| !all.marketing.never.is_empty()));
    let set = move |never: Vec<Condition>| {
        studio.qualification.update(|all| all.marketing.never = never);
        studio.changed();
    };
    let read = move || studio.qualification.with(|all| Condition::Any(all.marketing.never.clone()));
    let write = move |new| match new {
        Condition::Any(never) => set(never),
        other => set(vec![other]),
    };
    let edited = Edited { read: Signal::derive(read), write: Callback::new(write) };
    let first = move |_| {
        set(vec![Condition::Missing { fact: "email".to_owned() }]);
        focus_soon("#exception select".to_owned());
    };
    let none = move |_| {
        set(Vec::new());
        focus_soon("#exception button".to_owned());
    };
    view! {
        <div id="exception">
            <Show when=move || has.get() fallback=move || view! { <p><button class="button" on:click=first>"Except…"</button></p> }>
                <p>"But never when:"</p>
                <ConditionEditor studio edited />
                <p><button class="button is-quiet" on:click=none>"No exception"</button></p>
            </Show>
        </div>
    }
}

/// A definition by use.
#[component]
fn Usage(
    studio: Studio,
    /// What its place on the screen is called.
    id: &'static str,
    of: fn(&mut Qualification) -> &mut UsageDefinition,
    note: &'static str,
) -> impl IntoView {
    let definition = move || {
        let mut all = studio.qualification.get();
        std::mem::take(of(&mut all))
    };
    let count = Memo::new(move |_| definition().usage.len());
    let change = move |change: &dyn Fn(&mut UsageDefinition)| {
        studio.qualification.update(|all| change(of(all)));
        studio.changed();
    };
    let row = move |place: usize| {
        let rule = move || definition().usage.get(place).cloned();
        let edit = move |edit: &dyn Fn(&mut UsageRule)| {
            change(&|definition| {
                if let Some(rule) = definition.usage.get_mut(place) {
                    edit(rule);
                }
            });
        };
        let counts = [("times", "times"), ("days", "days with it")]
            .map(|(key, words)| (key.to_owned(), words.to_owned()))
            .to_vec();
        let counted = move || rule().map_or("times", |rule| rule.count.as_str()).to_owned();
        let pick = move |wanted: String| {
            if let Some(count) = UsageCount::parse(&wanted) {
                edit(&|rule| rule.count = count);
            }
        };
        let event = move || rule().and_then(|rule| rule.event).unwrap_or_default();
        let at_least = move || rule().map(|rule| i64::from(rule.at_least));
        let within = move || rule().map(|rule| i64::from(rule.within_days));
        let remove = move |_| {
            change(&|definition| drop(definition.usage.remove(place)));
            focus_soon(format!("#{id} button"));
        };
        view! {
            <li class="rule__more">
                <Field label="Event, or empty for any" value=Signal::derive(event)
                    set=move |text: String| edit(&|rule| rule.event = Some(text.trim().to_lowercase()).filter(|name| !name.is_empty())) />
                <NumberField label="At least" value=Signal::derive(at_least) set=move |number| edit(&|rule| rule.at_least = whole(number)) />
                <Choice label="Counted as" options=counts picked=Signal::derive(counted) pick />
                <NumberField label="Within days" value=Signal::derive(within) set=move |number| edit(&|rule| rule.within_days = whole(number)) />
                <button class="button is-quiet" on:click=remove>"Remove"</button>
            </li>
        }
    };
    let add = move |_| {
        let rule =
            || UsageRule { event: None, count: UsageCount::Days, at_least: 3, within_days: 14 };
        change(&|definition| definition.usage.push(rule()));
    };
    view! {
        <p class="muted">{note}</p>
        <Written value=Signal::derive(move || definition().written) set=move |text: String| change(&|definition| definition.written.clone_from(&text)) />
        <ul class="plain">{move || (0..count.get()).map(row).collect_view()}</ul>
        <p id=id>{move || (count.get() == 0).then_some("Nobody is, before it says what must have been done. ")}
            <button class="button" on:click=add>"Must have been done…"</button></p>
    }
}

fn whole(number: Option<i64>) -> u32 {
    number.and_then(|number| u32::try_from(number).ok()).unwrap_or_default()
}

/// What a definition means, in words.
#[component]
fn Written(value: Signal<String>, #[prop(into)] set: Callback<String>) -> AnyView {
    view! {
        <label class="field">"What it means"
            <textarea class="input" rows="2" maxlength="500" prop:value=move || value.get() on:change=move |event| set.run(event_target_value(&event))></textarea>
        </label>
    }
    .into_any()
}

#[component]
fn Check(label: String, is_on: Signal<bool>, #[prop(into)] set: Callback<bool>) -> AnyView {
    view! {
        <label class="check"><input type="checkbox" prop:checked=move || is_on.get() on:change=move |event| set.run(event_target_checked(&event)) />" "{label}</label>
    }
    .into_any()
}
