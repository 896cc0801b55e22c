//! Parts without domain words. Each is shown in every state on `/design`.

use leptos::prelude::*;

use crate::browser;

/// What a part means, as a color with a word beside it; never a color alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Nothing special.
    #[default]
    Plain,
    /// The accent.
    Accent,
    /// As it should be.
    Good,
    /// Worth a look.
    Warn,
    /// Wrong.
    Bad,
}

impl Tone {
    const fn class(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Accent => " is-accent",
            Self::Good => " is-good",
            Self::Warn => " is-warn",
            Self::Bad => " is-bad",
        }
    }
}

/// A short word in a frame.
#[component]
pub fn Badge(
    /// The word.
    #[prop(into)]
    text: String,
    /// What it means.
    #[prop(optional)]
    tone: Tone,
) -> impl IntoView {
    view! { <span class=format!("badge{}", tone.class())>{text}</span> }
}

/// The mark: a plumb bob on its line.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
            <path d="M12 1v8" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" />
            <path d="M9.5 8.5h5v2.2l3 3.3c0 3.6-3 6.6-5.5 9-2.500-2.400-5.500-5.400-5.500-9l3-3.300z" fill="currentColor" />
        </svg>
    }
}

/// Says what is being waited for.
#[component]
pub fn Loading(
    /// What, in a few words.
    #[prop(into)]
    what: String,
) -> impl IntoView {
    view! { <p class="loading" role="status"><span class="loading__bar"></span>{format!("Loading {what}…")}</p> }
}

/// Says why there is nothing, and what to do about it.
#[component]
pub fn Empty(
    /// What is missing.
    #[prop(into)]
    title: String,
    /// Why, and what will appear.
    #[prop(into)]
    text: String,
    /// One way on.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Mark />
            <h2 class="empty__title">{title}</h2>
            <p class="empty__text">{text}</p>
            {children.map(|children| view! { <div class="empty__action">{children()}</div> })}
        </div>
    }
}

/// Says what went wrong, with a way to try again.
#[component]
pub fn Failure(
    /// The sentence.
    #[prop(into)]
    sentence: String,
    /// Tries again.
    #[prop(optional, into)]
    retry: Option<Callback<()>>,
) -> impl IntoView {
    view! {
        <div class="failure" role="alert">
            <p>{sentence}</p>
            {retry.map(|retry| view! { <button class="button" on:click=move |_| retry.run(())>"Try again"</button> })}
        </div>
    }
}

/// Says what went wrong while something has.
#[component]
pub fn Failed(
    /// The sentence.
    sentence: RwSignal<Option<String>>,
) -> AnyView {
    let failure = move || sentence.get().map(|sentence| view! { <Failure sentence /> });
    failure.into_any()
}

/// A list to pick one from.
#[component]
pub fn Choice(
    /// What is picked.
    #[prop(into)]
    label: String,
    /// Each with the words that stand for it.
    options: Vec<(String, String)>,
    /// The one that is picked now.
    #[prop(into)]
    picked: Signal<String>,
    /// Takes another.
    #[prop(into)]
    pick: Callback<String>,
) -> AnyView {
    let options: Vec<_> = options
        .into_iter()
        .map(|(value, words)| view! { <option value=value>{words}</option> })
        .collect();
    view! {
        <label class="field">{label}
            <select class="input" prop:value=move || picked.get() on:change=move |event| pick.run(event_target_value(&event))>{options}</select>
        </label>
    }
    .into_any()
}

/// A field to type in.
#[component]
pub fn Field(
    /// What is asked.
    #[prop(into)]
    label: String,
    /// The kind of the input, as HTML names it.
    #[prop(optional, into)]
    kind: Option<&'static str>,
    /// Whether each letter is taken at once, so that nothing is lost when the screen is drawn anew; if not,
    /// the whole is taken when the field is left.
    #[prop(optional)]
    at_once: bool,
    /// What stands in it.
    #[prop(into)]
    value: Signal<String>,
    /// Takes what was typed.
    #[prop(into)]
    set: Callback<String>,
) -> AnyView {
    let kind = kind.unwrap_or("text");
    let typed = move |event| {
        if at_once {
            set.run(event_target_value(&event));
        }
    };
    // What was not taken, or otherwise than it was typed, is shown as it stands.
    let left = move |event| {
        set.run(event_target_value(&event));
        browser::write_back(&event, &value.get_untracked());
    };
    view! {
        <label class="field">{label}
            <input class="input" type=kind maxlength="500" prop:value=move || value.get() on:input=typed on:change=left />
        </label>
    }
    .into_any()
}

/// A card with a heading.
#[component]
pub fn Card(
    /// The heading.
    #[prop(into)]
    title: String,
    /// What stands in it.
    children: Children,
) -> impl IntoView {
    view! { <section class="card"><h2 class="card__title">{title}</h2>{children()}</section> }
}
