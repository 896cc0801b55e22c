//! The health of the domain that the owner's own mail is sent from.

use leptos::prelude::*;
use leptos::task::spawn_local;
use plumbline_api::checks::{CheckHealth, DomainHealth, HealthRequest};
use plumbline_domain::email::{HealthLine, HealthState};

use super::client::{ClientError, send};
use super::ui::{Badge, Card, Failure, Tone};
use super::wording;

/// Looks at MX, SPF, DKIM and DMARC, each explained in one sentence.
#[component]
pub fn SendingDomain() -> impl IntoView {
    let domain = RwSignal::new(String::new());
    let selector = RwSignal::new(String::new());
    let found = RwSignal::new(None::<Result<DomainHealth, String>>);
    let busy = RwSignal::new(false);
    let look = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        busy.set(true);
        spawn_local(async move {
            let named = Some(selector.get_untracked()).filter(|text| !text.trim().is_empty());
            let request = HealthRequest { domain: domain.get_untracked(), selector: named };
            let answer = send(&CheckHealth, &request).await;
            found.set(Some(answer.map_err(|error| sentence(&error))));
            busy.set(false);
        });
    };
    view! {
        <Card title="Your sending domain">
            <p class="muted">"What receivers read before they take your mail. Nothing is stored."</p>
            <form class="lookup" on:submit=look>
                <label class="field">
                    <span>"Domain"</span>
                    <input class="input" autocomplete="off" spellcheck="false" placeholder="acme.co" prop:value=domain
                        on:input=move |event| domain.set(event_target_value(&event)) />
                </label>
                <label class="field">
                    <span>"DKIM selector, if you know it"</span>
                    <input class="input" autocomplete="off" spellcheck="false" prop:value=selector
                        on:input=move |event| selector.set(event_target_value(&event)) />
                </label>
                <button class="button" disabled=busy>"Look at it"</button>
            </form>
            {move || found.get().map(|found| match found {
                Ok(health) => view! { <Lines health /> }.into_any(),
                Err(sentence) => view! { <Failure sentence /> }.into_any(),
            })}
        </Card>
    }
}

#[component]
fn Lines(health: DomainHealth) -> impl IntoView {
    let row = |line: HealthLine| {
        let (word, tone) = match line.finding.state() {
            HealthState::Good => ("Good", Tone::Good),
            HealthState::Weak => ("Could be better", Tone::Warn),
            HealthState::Bad => ("Missing or wrong", Tone::Bad),
            HealthState::Unknown => ("Not known", Tone::Plain),
        };
        let records: Vec<_> = line
            .records
            .into_iter()
            .map(|record| view! { <code><bdi>{record}</bdi></code> })
            .collect();
        view! {
            <li>
                <p><strong>{line.subject.as_str().to_uppercase()}</strong> " " <Badge text=word tone /></p>
                <p>{wording::health(line.finding)}</p>
                <p class="health__records muted">{records}</p>
            </li>
        }
    };
    let rows: Vec<_> = health.lines.into_iter().map(row).collect();
    view! { <ul class="plain health" aria-label=format!("Health of {}", health.domain)>{rows}</ul> }
}

fn sentence(error: &ClientError) -> String {
    match error {
        ClientError::Rejected(problem) if !problem.errors.is_empty() => {
            let wrong = &problem.errors;
            let names_domain = wrong.iter().any(|error| error.field == "domain");
            let what = if names_domain {
                "That is no domain: name one such as acme.co."
            } else {
                "A selector has letters, digits, dots and hyphens."
            };
            what.to_owned()
        }
        other => other.sentence(),
    }
}
