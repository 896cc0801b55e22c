//! Settings: how to put the form on a page, the sending domain, and keys for programs.

mod embed;

use leptos::prelude::*;
use leptos::task::spawn_local;
use plumbline_api::Scope;
use plumbline_api::api_keys::{ApiKey, ApiKeyRequest, CreateApiKey, ListApiKeys, RevokeApiKey};

use super::client::{Load, load, send, tell};
use super::format;
use super::health::SendingDomain;
use super::ui::{Badge, Card, Empty, Failed, Failure, Loading};
use crate::browser;
use embed::Embed;

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
        if name.with_untracked(|name| name.trim().is_empty()) {
            failed
                .set(Some("Name the key first, so that you know later what it is for.".to_owned()));
            return browser::focus(".new-key .input");
        }
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
            <input class="input" aria-label="Name of the key" placeholder="What is it for?" aria-required="true" maxlength="80" prop:value=move || name.get() on:input=move |event| name.set(event_target_value(&event)) />
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
                    <td>{format::local_date(key.created_at)}</td>
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
