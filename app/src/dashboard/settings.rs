//! Settings: how to put the form on a page, which sites may, and keys for programs.

use leptos::prelude::*;
use leptos::task::spawn_local;
use plumbline_api::Scope;
use plumbline_api::api_keys::{ApiKey, ApiKeyRequest, CreateApiKey, ListApiKeys, RevokeApiKey};
use plumbline_api::forms::{FindForm, FormChange, UpdateForm};
use plumbline_domain::form::Form;
use plumbline_domain::id::FormId;

use super::client::{Load, load, send, tell};
use super::format;
use super::health::SendingDomain;
use super::ui::{Badge, Card, Empty, Failed, Failure, Loading, Tone};
use crate::browser;

/// The settings screen.
#[component]
pub fn Settings() -> impl IntoView {
    view! {
        <div class="settings">
            <h1>"Settings"</h1>
            <Embed />
            <SendingDomain />
            <ApiKeyList />
        </div>
    }
}

#[component]
fn Embed() -> impl IntoView {
    let form = RwSignal::new(Load::Busy);
    let read = move || {
        if let Ok(form_id) = FormId::parse("demo") {
            load(FindForm { form_id }, form);
        }
    };
    read();
    view! {
        <Card title="Your form">
            {move || match form.get() {
                Load::Busy => view! { <Loading what="the form" /> }.into_any(),
                Load::Done(form) => view! { <EmbedForm form /> }.into_any(),
                Load::Failed(error) => view! { <Failure sentence=error.sentence() retry=read /> }.into_any(),
            }}
        </Card>
    }
}

#[component]
fn EmbedForm(form: Form) -> impl IntoView {
    let id = form.id.clone();
    let origin = browser::origin();
    let snippet = format!("<script src=\"{origin}/embed.js?form={id}\"></script>");
    let hosted = format!("{origin}/f/{id}");
    let sites = RwSignal::new(form.allowed_origins.join("\n"));
    let said = RwSignal::new(None::<Result<(), String>>);
    let copied = RwSignal::new(false);
    let copy = {
        let snippet = snippet.clone();
        move |_| {
            browser::copy(&snippet);
            copied.set(true);
        }
    };
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let origins = sites
            .get_untracked()
            .split_whitespace()
            .map(|site| site.trim_end_matches('/').to_owned())
            .collect();
        let form_id = id.clone();
        spawn_local(async move {
            let change = FormChange { allowed_origins: origins };
            let done = send(&UpdateForm { form_id }, &change).await;
            said.set(Some(done.map(drop).map_err(|error| match error {
                super::client::ClientError::Rejected(problem) if !problem.errors.is_empty() => {
                    "Each line is one site, such as https://www.acme.co, without a path; or a single * for any.".to_owned()
                }
                other => other.sentence(),
            })));
        });
    };
    view! {
        <p>"Put this line where the form should stand. It needs nothing else."</p>
        <div class="copy"><pre class="code" tabindex="0">{snippet}</pre>
            <button class="button" on:click=copy>{move || if copied.get() { "Copied" } else { "Copy" }}</button></div>
        <p>"Or link to the page that is there already: " <a href=hosted.clone() rel="external">{hosted.clone()}</a></p>
        <form on:submit=save>
            <label class="label" for="sites">"Sites that may show the form"</label>
            <textarea id="sites" class="input" rows="3" aria-describedby="sites-hint" prop:value=move || sites.get() on:input=move |event| sites.set(event_target_value(&event))></textarea>
            <p id="sites-hint" class="muted">"One a line, such as https://www.acme.co. This deployment itself always may."</p>
            <button class="button is-accent">"Save the sites"</button>
            <span role="status">{move || said.get().map(|said| match said {
                Ok(()) => view! { <Badge text="Saved" tone=Tone::Good /> }.into_any(),
                Err(sentence) => view! { <p class="error">{sentence}</p> }.into_any(),
            })}</span>
        </form>
    }
}

#[component]
fn ApiKeyList() -> impl IntoView {
    let keys = RwSignal::new(Load::Busy);
    let read = move || load(ListApiKeys, keys);
    read();
    let secret = RwSignal::new(None::<String>);
    let failed = RwSignal::new(None::<String>);
    let reload = Callback::new(move |()| read());
    view! {
        <Card title="API keys">
            <p>"A key lets a program of yours in, as far as its scopes go. docs/API.md shows how."</p>
            <NewKey secret failed reload />
            <Failed sentence=failed />
            {move || secret.get().map(|secret| view! {
                <div class="secret" role="status"><p>"This is the only time the key is shown. Keep it somewhere safe."</p><pre class="code" tabindex="0">{secret}</pre></div>
            })}
            {move || match keys.get() {
                Load::Busy => view! { <Loading what="the keys" /> }.into_any(),
                Load::Done(keys) if keys.api_keys.is_empty() => view! {
                    <Empty title="No keys yet" text="Make one above when a program of yours needs to read leads or check addresses." />
                }.into_any(),
                Load::Done(keys) => view! { <KeyTable keys=keys.api_keys failed reload /> }.into_any(),
                Load::Failed(error) => view! { <Failure sentence=error.sentence() retry=read /> }.into_any(),
            }}
        </Card>
    }
}

#[component]
fn NewKey(
    secret: RwSignal<Option<String>>,
    failed: RwSignal<Option<String>>,
    reload: Callback<()>,
) -> impl IntoView {
    let name = RwSignal::new(String::new());
    let scopes = RwSignal::new(vec![Scope::LeadsRead]);
    let create = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        spawn_local(async move {
            let request =
                ApiKeyRequest { name: name.get_untracked(), scopes: scopes.get_untracked() };
            match send(&CreateApiKey, &request).await {
                Ok(made) => {
                    failed.set(None);
                    secret.set(Some(made.secret));
                    name.set(String::new());
                    reload.run(());
                }
                Err(error) => failed.set(Some(error.sentence())),
            }
        });
    };
    let boxes = Scope::ALL.map(|scope| {
        let toggle = move |event| {
            let ticked = event_target_checked(&event);
            scopes.update(|scopes| {
                scopes.retain(|known| *known != scope);
                if ticked {
                    scopes.push(scope);
                }
            });
        };
        view! {
            <label class="check"><input type="checkbox" prop:checked=move || scopes.with(|scopes| scopes.contains(&scope)) on:change=toggle />{scope.as_str()}</label>
        }
    });
    view! {
        <form class="new-key" on:submit=create>
            <input class="input" aria-label="Name of the key" placeholder="What is it for?" required maxlength="80" prop:value=move || name.get() on:input=move |event| name.set(event_target_value(&event)) />
            <span class="new-key__scopes">{boxes.collect_view()}</span>
            <button class="button is-accent">"Make a key"</button>
        </form>
    }
}

#[component]
fn KeyTable(
    keys: Vec<ApiKey>,
    failed: RwSignal<Option<String>>,
    reload: Callback<()>,
) -> impl IntoView {
    let rows: Vec<_> = keys
        .into_iter()
        .map(|key| {
            let scopes: Vec<_> = key.scopes.iter().map(|scope| scope.as_str()).collect();
            let revoke = move |_| {
                tell(&RevokeApiKey { api_key_id: key.id }, move |done| match done {
                    Ok(()) => reload.run(()),
                    Err(error) => failed.set(Some(error.sentence())),
                });
            };
            let label = format!("Revoke {}", key.name);
            view! {
                <tr>
                    <th scope="row"><bdi>{key.name}</bdi></th>
                    <td>{scopes.join(", ")}</td>
                    <td>{format::date(key.created_at.day())}</td>
                    <td>{match key.revoked_at {
                        Some(_) => view! { <Badge text="Revoked" /> }.into_any(),
                        None => view! { <button class="button is-quiet" aria-label=label on:click=revoke>"Revoke"</button> }.into_any(),
                    }}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <div class="scroll"><table class="table">
            <thead><tr><th scope="col">"Key"</th><th scope="col">"Scopes"</th><th scope="col">"Made"</th><th scope="col">"State"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table></div>
    }
}
