//! What was published before.

use leptos::prelude::*;
use leptos::task::spawn_local;
use plumbline_api::NoBody;
use plumbline_api::scoring::{FindModel, VERSIONS_MAX};

use super::super::client::send;
use super::super::format;
use super::super::ui::{Card, Failed};
use super::Studio;

/// What was published, the newest first; each can be the draft again.
#[component]
pub fn Versions(studio: Studio) -> impl IntoView {
    let failed = RwSignal::new(None::<String>);
    let take = move |version: u32| {
        spawn_local(async move {
            match send(&FindModel { version }, &NoBody {}).await {
                Ok(model) if !studio.is_gone() => studio.replace(&model),
                Ok(_) => {}
                Err(error) => {
                    failed.try_set(Some(error.sentence()));
                }
            }
        });
    };
    let is_cut = move || {
        studio.scoring.with(|scoring| {
            scoring.as_ref().is_some_and(|scoring| scoring.versions.len() >= VERSIONS_MAX as usize)
        })
    };
    let rows = move || {
        let versions = studio.scoring.with(|scoring| {
            scoring.as_ref().map(|scoring| scoring.versions.clone()).unwrap_or_default()
        });
        versions
            .into_iter()
            .map(|one| {
                let version = one.version;
                // The first one came with the deployment.
                let published = match one.published_at.as_ms() {
                    0 => "From the start".to_owned(),
                    _ => format::local_time(one.published_at),
                };
                let author = if one.author.is_empty() { "Plumbline".to_owned() } else { one.author };
                view! {
                    <tr>
                        <th scope="row">{version}</th>
                        <td>{published}</td>
                        <td><bdi>{author}</bdi></td>
                        <td><bdi>{one.note}</bdi></td>
                        <td>{one.rules}</td>
                        <td><button class="button is-quiet" aria-label=format!("Take as draft: version {version}") on:click=move |_| take(version)>"Take as draft"</button></td>
                    </tr>
                }
            })
            .collect_view()
    };
    view! {
        <Card title="Versions">
            <Failed sentence=failed />
            <div class="clean__table" tabindex="0" role="region" aria-label="Versions">
                <table class="table">
                    <thead><tr><th scope="col">"Version"</th><th scope="col">"Published"</th><th scope="col">"By"</th><th scope="col">"Why"</th><th scope="col">"Rules"</th><th scope="col"><span class="hidden">"Draft"</span></th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {move || is_cut().then(|| format!("The newest {VERSIONS_MAX}; older ones by number at /api/v1/scoring/models/….")) }
        </Card>
    }
}
