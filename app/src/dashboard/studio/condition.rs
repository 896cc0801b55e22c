//! A condition of fit, edited part by part: what it asks, and how its parts lie within each other.

use leptos::prelude::*;
use plumbline_domain::scoring::{Condition, CountryGroup};

use super::super::ui::{Choice, Field};
use super::Studio;
use super::rules::{NumberField, listed};
use crate::browser;

/// What a condition can be, with the words for it.
const KINDS: [(&str, &str); 10] = [
    ("one_of", "is one of"),
    ("given", "is known"),
    ("missing", "is not known"),
    ("contains", "has in it"),
    ("matches", "matches"),
    ("between", "is a number"),
    ("in_group", "is a country of"),
    ("all", "all of these"),
    ("any", "any of these"),
    ("not", "none of this"),
];

/// A condition that is being edited: how to read it, and what to do with another.
#[derive(Clone, Copy)]
pub struct Edited {
    /// The whole condition.
    pub read: Signal<Condition>,
    /// Takes another in its place.
    pub write: Callback<Condition>,
}

impl Edited {
    /// Changes the part at a path: the places to go down, from the whole.
    fn change(self, path: &[usize], change: &dyn Fn(&mut Condition)) {
        let mut whole = self.read.get_untracked();
        if let Some(part) = part_mut(&mut whole, path) {
            change(part);
            self.write.run(whole);
        }
    }

    fn change_at(self, path: StoredValue<Vec<usize>>, change: &dyn Fn(&mut Condition)) {
        path.with_value(|path| self.change(path, change));
    }

    /// Follows a text of the part at a path.
    fn text(self, path: StoredValue<Vec<usize>>, ask: fn(&Condition) -> String) -> Signal<String> {
        Signal::derive(move || path.with_value(|path| self.ask(path, ask)).unwrap_or_default())
    }

    fn ask<T>(self, path: &[usize], ask: impl FnOnce(&Condition) -> T) -> Option<T> {
        self.read.with(|whole| part(whole, path).map(ask))
    }
}

fn part<'a>(whole: &'a Condition, path: &[usize]) -> Option<&'a Condition> {
    path.iter().try_fold(whole, |part, place| part.parts().get(*place))
}

fn part_mut<'a>(whole: &'a mut Condition, path: &[usize]) -> Option<&'a mut Condition> {
    path.iter().try_fold(whole, |part, place| match part {
        Condition::All(parts) | Condition::Any(parts) => parts.get_mut(*place),
        Condition::Not(part) => Some(part.as_mut()),
        _ => None,
    })
}

const fn kind(condition: &Condition) -> &'static str {
    match condition {
        Condition::OneOf { .. } => "one_of",
        Condition::Given { .. } => "given",
        Condition::Missing { .. } => "missing",
        Condition::Contains { .. } => "contains",
        Condition::Matches { .. } => "matches",
        Condition::Between { .. } => "between",
        Condition::InGroup { .. } => "in_group",
        Condition::All(_) => "all",
        Condition::Any(_) => "any",
        Condition::Not(_) => "not",
        Condition::Observed(_) | Condition::Silent { .. } => "",
    }
}

/// The same condition as another kind: what it asks about stays, and so do its parts.
fn as_kind(condition: &Condition, wanted: &str) -> Condition {
    let mut first = None;
    condition.each(&mut |part| first = first.or(part.fact()));
    let fact = first.unwrap_or("role").to_owned();
    let text = String::new();
    let parts = match condition {
        Condition::All(_) | Condition::Any(_) | Condition::Not(_) => condition.parts().to_vec(),
        alone => vec![alone.clone()],
    };
    match wanted {
        "given" => Condition::Given { fact },
        "missing" => Condition::Missing { fact },
        "contains" => Condition::Contains { fact, text },
        "matches" => Condition::Matches { fact, pattern: text },
        "between" => Condition::Between { fact, from: Some(1), to: None },
        "in_group" => Condition::InGroup { fact, group: CountryGroup::ALL[0] },
        "all" => Condition::All(parts),
        "any" => Condition::Any(parts),
        "not" => {
            let only = parts.into_iter().next().filter(|_| condition.parts().len() < 2);
            Condition::Not(Box::new(only.unwrap_or_else(|| condition.clone())))
        }
        _ => Condition::OneOf { fact, values: Vec::new() },
    }
}

/// How the parts lie within each other: only when that changes is anything drawn anew.
fn shape(condition: &Condition) -> String {
    let parts: Vec<_> = condition.parts().iter().map(shape).collect();
    format!("{}({})", kind(condition), parts.join(","))
}

/// A condition on the screen.
#[derive(Clone, Copy)]
struct Editor {
    studio: Studio,
    edited: Edited,
    key: u32,
}

impl Editor {
    /// The id of what says of which kind the part at a path is.
    fn id(self, path: &[usize]) -> String {
        let places: Vec<_> = path.iter().map(|place| format!("-{place}")).collect();
        format!("part-{}{}", self.key, places.concat())
    }

    /// Moves the focus there once the parts are drawn anew: what was pressed went with the old ones.
    fn focus(self, path: &[usize]) {
        let selector = format!("#{} select", self.id(path));
        request_animation_frame(move || browser::focus(&selector));
    }
}

/// The fields of a condition.
#[component]
pub fn ConditionEditor(studio: Studio, edited: Edited) -> impl IntoView {
    let editor = Editor { studio, edited, key: studio.key() };
    let shape = Memo::new(move |_| edited.read.with(shape));
    move || {
        // Only a memo that is asked knows when it changes.
        drop(shape.get());
        node(editor, Vec::new())
    }
}

fn node(editor: Editor, path: Vec<usize>) -> AnyView {
    let Editor { studio, edited, .. } = editor;
    let Some(now) = untrack(|| edited.ask(&path, Condition::clone)) else { return ().into_any() };
    let id = editor.id(&path);
    let path = StoredValue::new(path);
    // Several parts cannot become one question: none of them is dropped for a key that was pressed.
    let is_of_several = now.parts().len() > 1;
    let kinds =
        KINDS.iter().filter(|(key, _)| !is_of_several || matches!(*key, "all" | "any" | "not"));
    let kinds: Vec<_> =
        kinds.map(|(key, words)| ((*key).to_owned(), (*words).to_owned())).collect();
    let pick_kind = move |wanted: String| {
        edited.change_at(path, &|part| *part = as_kind(part, &wanted));
        path.with_value(|path| editor.focus(path));
    };
    let picked = kind(&now).to_owned();
    let asks =
        view! { <div id=id><Choice label="Asks" options=kinds picked pick=pick_kind /></div> };
    if now.fact().is_some() {
        return view! { <div class="rule__more"><About studio edited path />{asks}<Wanted edited path /></div> }
            .into_any();
    }
    let count = now.parts().len();
    let is_list = !matches!(now, Condition::Not(_));
    let parts: Vec<_> = (0..count)
        .map(|place| {
            let below: Vec<usize> = path.with_value(|path| path.iter().copied().chain([place]).collect());
            let remove = move |_| {
                edited.change_at(path, &|part| {
                    if let Condition::All(parts) | Condition::Any(parts) = part {
                        parts.remove(place);
                    }
                });
                path.with_value(|path| editor.focus(path));
            };
            view! {
                <li>
                    {node(editor, below)}
                    {(is_list && count > 1).then(|| view! { <button class="button is-quiet" on:click=remove>"Remove this part"</button> })}
                </li>
            }
        })
        .collect();
    let add = move |_| {
        edited.change_at(path, &|part| {
            if let Condition::All(parts) | Condition::Any(parts) = part {
                let new = as_kind(&Condition::All(Vec::new()), "given");
                parts.push(new);
            }
        });
        path.with_value(|path| editor.focus(&[path.as_slice(), &[count]].concat()));
    };
    view! {
        <fieldset class="parts">
            <legend class="hidden">"A condition made of others"</legend>
            {asks}
            <ul class="plain">{parts}</ul>
            {is_list.then(|| view! { <button class="button" on:click=add>"Another part"</button> })}
        </fieldset>
    }
    .into_any()
}

/// Which field is asked about.
#[component]
fn About(studio: Studio, edited: Edited, path: StoredValue<Vec<usize>>) -> impl IntoView {
    let facts = studio.scoring.with_untracked(|scoring| {
        scoring.as_ref().map(|scoring| scoring.facts.clone()).unwrap_or_default()
    });
    let options: Vec<_> =
        facts.into_iter().map(|fact| (fact.clone(), fact.replace('_', " "))).collect();
    let picked = edited.text(path, |part| part.fact().unwrap_or_default().to_owned());
    let pick = move |wanted: String| {
        edited.change_at(path, &|part| {
            if let Condition::OneOf { fact, .. }
            | Condition::Given { fact }
            | Condition::Missing { fact }
            | Condition::Contains { fact, .. }
            | Condition::Matches { fact, .. }
            | Condition::Between { fact, .. }
            | Condition::InGroup { fact, .. } = part
            {
                fact.clone_from(&wanted);
            }
        });
    };
    view! { <Choice label="About" options picked pick /> }
}

/// What it must be.
#[component]
fn Wanted(edited: Edited, path: StoredValue<Vec<usize>>) -> impl IntoView {
    let now = path.with_value(|path| untrack(|| edited.ask(path, Condition::clone)));
    let Some(now) = now else { return ().into_any() };
    if let Condition::Between { .. } = now {
        let end = move |label: &'static str, of: fn(&mut Condition) -> Option<&mut Option<i64>>| {
            let read = move |part: &Condition| of(&mut part.clone()).and_then(|end| *end);
            let value =
                Signal::derive(move || path.with_value(|path| edited.ask(path, read)).flatten());
            let set = move |number: Option<i64>| {
                edited.change_at(path, &|part| {
                    if let Some(end) = of(part) {
                        *end = number;
                    }
                });
            };
            view! { <NumberField label value set /> }
        };
        return view! {
            {end("From", |part| if let Condition::Between { from, .. } = part { Some(from) } else { None })}
            {end("To", |part| if let Condition::Between { to, .. } = part { Some(to) } else { None })}
        }
        .into_any();
    }
    if let Condition::InGroup { .. } = now {
        let options = CountryGroup::ALL
            .map(|one| (one.as_str().to_owned(), one.as_str().replace('_', " ")))
            .to_vec();
        let pick = move |wanted: String| edited.change_at(path, &|part| set_wanted(part, &wanted));
        return view! { <Choice label="The group" options picked=edited.text(path, wanted) pick /> }
            .into_any();
    }
    let label = match now {
        Condition::OneOf { .. } => "One of, separated by commas",
        Condition::Contains { .. } => "Has in it",
        Condition::Matches { .. } => "Regular expression",
        _ => return ().into_any(),
    };
    let set = move |text: String| edited.change_at(path, &|part| set_wanted(part, &text));
    view! { <Field label value=edited.text(path, wanted) set /> }.into_any()
}

/// What a condition wants, as a text.
fn wanted(condition: &Condition) -> String {
    match condition {
        Condition::OneOf { values, .. } => values.join(", "),
        Condition::Contains { text, .. } => text.clone(),
        Condition::Matches { pattern, .. } => pattern.clone(),
        Condition::InGroup { group, .. } => group.as_str().to_owned(),
        _ => String::new(),
    }
}

fn set_wanted(condition: &mut Condition, wanted: &str) {
    match condition {
        Condition::OneOf { values, .. } => *values = listed(wanted),
        Condition::Contains { text, .. } => wanted.clone_into(text),
        Condition::Matches { pattern, .. } => wanted.clone_into(pattern),
        Condition::InGroup { group, .. } => *group = CountryGroup::parse(wanted).unwrap_or(*group),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_kind_keeps_the_field_and_the_parts() {
        let given = Condition::Given { fact: "phone".to_owned() };
        let any = as_kind(&given, "any");
        assert_eq!(any, Condition::Any(vec![given.clone()]));
        assert_eq!(as_kind(&any, "all"), Condition::All(vec![given.clone()]));
        assert_eq!(as_kind(&any, "not"), Condition::Not(Box::new(given.clone())));
        assert_eq!(as_kind(&any, "given"), given);
        let two = Condition::All(vec![given.clone(), as_kind(&given, "missing")]);
        assert_eq!(as_kind(&two, "not"), Condition::Not(Box::new(two.clone())));
    }

    #[test]
    fn a_path_leads_to_a_part() {
        let given = |fact: &str| Condition::Given { fact: fact.to_owned() };
        let mut whole = Condition::All(vec![
            given("phone"),
            Condition::Not(Box::new(Condition::Any(vec![given("city"), given("role")]))),
        ]);
        assert_eq!(part(&whole, &[1, 0, 1]), Some(&given("role")));
        assert_eq!(part(&whole, &[0, 0]), None);
        *part_mut(&mut whole, &[1, 0, 0]).unwrap() = given("need");
        assert_eq!(part(&whole, &[1, 0, 0]), Some(&given("need")));
        assert_eq!(shape(&whole), "all(given(),not(any(given(),given())))");
    }
}
