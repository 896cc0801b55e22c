//! How to put the form on a page: name the site, copy the code, test it; and what other sites show it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use plumbline_api::forms::{
    FindForm, FormChange, ListSites, SiteTest, SiteTestRequest, TestSite, UnlistedSite, UpdateForm,
};
use plumbline_domain::form::{Form, SiteFinding, is_origin, origin_of};
use plumbline_domain::id::FormId;

use crate::browser;
use crate::dashboard::client::{ClientError, Load, load, send};
use crate::dashboard::format;
use crate::dashboard::ui::{Badge, Card, Failure, Loading, Tone};

/// What the card works with.
#[derive(Clone, Copy)]
struct Sites {
    form: RwSignal<Load<Form>>,
    unlisted: RwSignal<Load<plumbline_api::forms::Sites>>,
    /// What came of the last change.
    said: RwSignal<Option<Result<String, String>>>,
}

impl Sites {
    fn read(self) {
        if let Ok(form_id) = FormId::parse("demo") {
            load(FindForm { form_id: form_id.clone() }, self.form);
            load(ListSites { form_id }, self.unlisted);
        }
    }

    /// Stores other lists of sites.
    fn store(self, form: &Form, change: FormChange, done: String) {
        let form_id = form.id.clone();
        spawn_local(async move {
            let stored = send(&UpdateForm { form_id }, &change).await;
            self.said.try_set(Some(match stored {
                Ok(_) => Ok(done),
                Err(ClientError::Rejected(problem)) if !problem.errors.is_empty() => {
                    Err(NOT_A_SITE.to_owned())
                }
                Err(error) => {
                    // What is shown, and what was typed, stays.
                    self.said.try_set(Some(Err(format!("Not saved. {}", error.sentence()))));
                    return;
                }
            }));
            self.read();
        });
    }

    fn allow(self, form: &Form, site: &str) {
        let mut allowed = form.allowed_origins.clone();
        if !allowed.iter().any(|known| known == site) {
            allowed.push(site.to_owned());
        }
        let blocked = form.blocked_origins.iter().filter(|known| *known != site).cloned();
        let change =
            FormChange { allowed_origins: Some(allowed), blocked_origins: Some(blocked.collect()) };
        self.store(form, change, format!("{site} is on the list."));
    }

    fn block(self, form: &Form, site: &str) {
        let mut blocked = form.blocked_origins.clone();
        blocked.push(site.to_owned());
        let allowed = form.allowed_origins.iter().filter(|known| *known != site).cloned();
        let change =
            FormChange { allowed_origins: Some(allowed.collect()), blocked_origins: Some(blocked) };
        self.store(form, change, format!("{site} is blocked."));
    }

    /// Takes a site off both lists.
    fn forget(self, form: &Form, site: &str) {
        let without = |list: &[String]| list.iter().filter(|one| *one != site).cloned().collect();
        let change = FormChange {
            allowed_origins: Some(without(&form.allowed_origins)),
            blocked_origins: Some(without(&form.blocked_origins)),
        };
        self.store(form, change, format!("{site} is off the list."));
    }
}

const NOT_A_SITE: &str = "Enter the address of a site, such as https://www.acme.co.";

/// Returns the site that somebody typed or pasted: a whole address, or a bare host name.
fn typed_site(text: &str) -> Option<String> {
    let text = text.trim();
    let site = match text {
        "*" => text.to_owned(),
        _ if text.contains("://") => origin_of(text),
        _ => origin_of(&format!("https://{text}")),
    };
    let has_ending = site.contains('.') || site.contains("://localhost") || site == "*";
    (is_origin(&site) && has_ending).then_some(site)
}

/// The card.
#[component]
pub fn Embed() -> impl IntoView {
    let sites = Sites {
        form: RwSignal::new(Load::Busy),
        unlisted: RwSignal::new(Load::Busy),
        said: RwSignal::new(None),
    };
    sites.read();
    let retry = move || sites.read();
    view! {
        <Card title="Your form">
            {move || match sites.form.get() {
                Load::Busy => view! { <Loading what="the form" /> }.into_any(),
                Load::Done(form) => view! { <EmbedForm form sites /> }.into_any(),
                Load::Failed(error) => view! { <Failure sentence=error.sentence() retry /> }.into_any(),
            }}
            <p role="status">{move || sites.said.get().map(|said| match said {
                Ok(done) => view! { <Badge text=done tone=Tone::Good /> }.into_any(),
                Err(sentence) => view! { <span class="error">{sentence}</span> }.into_any(),
            })}</p>
        </Card>
    }
}

#[component]
fn EmbedForm(form: Form, sites: Sites) -> impl IntoView {
    let hosted = format!("{}/f/{}", browser::origin(), form.id);
    let form = StoredValue::new(form);
    view! {
        <h3>"1. Add your site"</h3>
        <AddSite form sites />
        <h3>"2. Paste the code"</h3>
        <Snippet form />
        <h3>"3. Test it"</h3>
        <TestPage form />
        <p class="muted">"No site yet? Share the form’s own page: " <a href=hosted.clone() rel="external">{hosted.clone()}</a></p>
        <Unlisted form sites />
    }
}

#[component]
fn AddSite(form: StoredValue<Form>, sites: Sites) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let add = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        match typed_site(&typed.get_untracked()) {
            Some(site) => form.with_value(|form| sites.allow(form, &site)),
            None => sites.said.set(Some(Err(NOT_A_SITE.to_owned()))),
        }
    };
    let row = |site: String, word: &'static str, tone: Tone, act: &'static str| {
        let label = format!("{act} {site}");
        let forgotten = site.clone();
        let forget = move |_| form.with_value(|form| sites.forget(form, &forgotten));
        view! {
            <tr><th scope="row"><bdi>{site}</bdi></th><td><Badge text=word tone /></td>
                <td><button class="button is-quiet" aria-label=label on:click=forget>{act}</button></td></tr>
        }
    };
    let (allowed, blocked) =
        form.with_value(|form| (form.allowed_origins.clone(), form.blocked_origins.clone()));
    let has_any = !allowed.is_empty() || !blocked.is_empty();
    let allowed = allowed.into_iter().map(|site| row(site, "Allowed", Tone::Good, "Remove"));
    let blocked = blocked.into_iter().map(|site| row(site, "Blocked", Tone::Bad, "Unblock"));
    let rows: Vec<_> = allowed.chain(blocked).collect();
    view! {
        <form on:submit=add>
            <label class="label" for="site">"Which site will show the form?"</label>
            <div class="copy"><input id="site" class="input" inputmode="url" autocomplete="off" spellcheck="false" placeholder="https://www.acme.co" aria-describedby="site-hint" prop:value=move || typed.get() on:input=move |event| typed.set(event_target_value(&event)) />
                <button class="button is-accent">"Add site"</button></div>
            <p id="site-hint" class="muted">"Leads from other sites are kept too. They are marked until you allow or block the site."</p>
        </form>
        {has_any.then(|| view! {
            <div class="scroll"><table class="table">
                <thead><tr><th scope="col">"Site"</th><th scope="col">"State"</th><th scope="col">"Change"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table></div>
        })}
    }
}

#[component]
fn Snippet(form: StoredValue<Form>) -> impl IntoView {
    let (id, is_listed) =
        form.with_value(|form| (form.id.clone(), !form.allowed_origins.is_empty()));
    let origin = browser::origin();
    let snippet = format!("<script src=\"{origin}/embed.js?form={id}\"></script>");
    let copied = RwSignal::new(None::<bool>);
    let text = snippet.clone();
    let copy = move |_| {
        let text = text.clone();
        spawn_local(async move {
            copied.try_set(Some(browser::copy(&text).await));
        });
    };
    let word = move || match copied.get() {
        Some(true) => "Copied",
        Some(false) => "Select and copy it",
        None => "Copy",
    };
    let hint = if is_listed {
        "Paste this line where the form should stand."
    } else {
        "Add your site above first. Then paste this line where the form should stand."
    };
    view! {
        <p>{hint}</p>
        <div class="copy"><pre class="code" tabindex="0">{snippet}</pre>
            <button class="button" on:click=copy>{word}</button></div>
    }
}

#[component]
fn TestPage(form: StoredValue<Form>) -> impl IntoView {
    let first = form.with_value(|form| form.allowed_origins.first().cloned()).unwrap_or_default();
    let first = if first == "*" { String::new() } else { first };
    let url = RwSignal::new(first);
    let is_busy = RwSignal::new(false);
    let found = RwSignal::new(None::<Result<SiteTest, String>>);
    let test = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if is_busy.get_untracked() {
            return;
        }
        let text = url.get_untracked().trim().to_owned();
        let text = if text.contains("://") { text } else { format!("https://{text}") };
        let form_id = form.with_value(|form| form.id.clone());
        is_busy.set(true);
        spawn_local(async move {
            let answer = send(&TestSite, &SiteTestRequest { form_id, url: text }).await;
            let said = answer.map_err(|error| match error {
                ClientError::Rejected(problem) if !problem.errors.is_empty() => {
                    "Enter the address of the page, such as https://www.acme.co/contact.".to_owned()
                }
                other => other.sentence(),
            });
            found.try_set(Some(said));
            is_busy.try_set(false);
        });
    };
    let finding = |finding: SiteFinding| {
        let (word, tone, sentence) = words(finding);
        view! { <li><Badge text=word tone />" "{sentence}</li> }
    };
    view! {
        <form on:submit=test>
            <label class="label" for="page">"Page that shows the form"</label>
            <div class="copy"><input id="page" class="input" inputmode="url" autocomplete="off" spellcheck="false" placeholder="https://www.acme.co/contact" prop:value=move || url.get() on:input=move |event| url.set(event_target_value(&event)) />
                <button class="button" aria-disabled=move || is_busy.get().to_string()>{move || if is_busy.get() { "Testing…" } else { "Test on my site" }}</button></div>
        </form>
        <div role="status">{move || found.get().map(|found| match found {
            Ok(test) => view! {
                <p class="muted"><bdi>{test.url}</bdi></p>
                <ul class="plain findings">{test.findings.into_iter().map(finding).collect_view()}</ul>
            }.into_any(),
            Err(sentence) => view! { <p class="error">{sentence}</p> }.into_any(),
        })}</div>
    }
}

const fn words(finding: SiteFinding) -> (&'static str, Tone, &'static str) {
    use SiteFinding as F;
    match finding {
        F::Ready => ("Works", Tone::Good, "The form is on this page and can be sent from it."),
        F::Unreachable => {
            ("Not reached", Tone::Bad, "The page did not answer. Check the address, or try again.")
        }
        F::PageError => (
            "Error page",
            Tone::Bad,
            "The page answers with an error, or asks for a password. Open it in a private window.",
        ),
        F::NotHtml => ("Not a page", Tone::Bad, "This address is a file, not a page."),
        F::NoScript => (
            "No code",
            Tone::Bad,
            "The code from step 2 is not in this page. If a tag manager adds it, open the page and look for the form.",
        ),
        F::OtherForm => {
            ("Other form", Tone::Bad, "The page shows another form. Copy the code again.")
        }
        F::OtherDeployment => (
            "Other address",
            Tone::Bad,
            "The code on this page loads the form from another address. Copy the code again.",
        ),
        F::MixedContent => (
            "Not encrypted",
            Tone::Bad,
            "The page uses https and the code names an http address, which browsers refuse. Serve Plumbline over https.",
        ),
        F::ModuleScript => (
            "Loaded as a module",
            Tone::Bad,
            "The code on this page has type=\"module\", so browsers refuse it. Copy the code again.",
        ),
        F::ScriptRefused => (
            "Script refused",
            Tone::Bad,
            "The page’s Content-Security-Policy does not let the script run. Add this address to script-src, and plumbline to trusted-types where the policy has that.",
        ),
        F::SendingRefused => (
            "Sending refused",
            Tone::Bad,
            "The page’s Content-Security-Policy does not let the form send. Add this address to connect-src, and to form-action where the policy has that.",
        ),
        F::WasmRefused => (
            "Fewer checks",
            Tone::Warn,
            "The page’s Content-Security-Policy does not allow WebAssembly. The form works, but checks nothing while people type. Add 'wasm-unsafe-eval' to script-src.",
        ),
        F::NotListed => (
            "Not listed",
            Tone::Warn,
            "This site is not on your list. Its leads are kept and marked. Add it in step 1.",
        ),
        F::Blocked => {
            ("Blocked", Tone::Bad, "You have blocked this site, so the form does not show there.")
        }
    }
}

/// The sites that show the form without being on its list.
#[component]
fn Unlisted(form: StoredValue<Form>, sites: Sites) -> impl IntoView {
    let row = move |site: UnlistedSite| {
        let origin = site.origin;
        let (allowed, blocked) = (origin.clone(), origin.clone());
        let allow = move |_| form.with_value(|form| sites.allow(form, &allowed));
        let block = move |_| form.with_value(|form| sites.block(form, &blocked));
        // A page without an address cannot be told from another, so it cannot be listed.
        let allow_button = (origin != "null").then(|| {
            let label = format!("Allow {origin}");
            view! { <button class="button" aria-label=label on:click=allow>"Allow"</button>" " }
        });
        let label = format!("Block {origin}");
        let name = if origin == "null" { "A saved or sandboxed page".to_owned() } else { origin };
        view! {
            <tr>
                <th scope="row"><bdi>{name}</bdi></th>
                <td>{format::count(site.starts)}</td>
                <td>{format::count(site.submissions)}</td>
                <td>{format::local_date(site.last_at)}</td>
                <td>{allow_button}<button class="button is-quiet" aria-label=label on:click=block>"Block"</button></td>
            </tr>
        }
    };
    move || match sites.unlisted.get() {
        Load::Done(found) if !found.sites.is_empty() => {
            let rows: Vec<_> = found.sites.into_iter().map(row).collect();
            view! {
                <h3 id="unlisted">"Sites you have not listed"</h3>
                <p>"People use your form on these sites. Their leads are kept and marked."</p>
                <div class="scroll"><table class="table">
                    <thead><tr><th scope="col">"Site"</th><th scope="col">"Started"</th><th scope="col">"Sent"</th><th scope="col">"Last used"</th><th scope="col">"Change"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table></div>
            }
            .into_any()
        }
        Load::Failed(error) => view! { <Failure sentence=error.sentence() /> }.into_any(),
        _ => ().into_any(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_read_as_people_paste_it() {
        for (typed, expected) in [
            ("https://www.acme.co/contact?x=1", Some("https://www.acme.co")),
            (" www.Acme.co ", Some("https://www.acme.co")),
            ("http://127.0.0.1:9911/", Some("http://127.0.0.1:9911")),
            ("http://localhost:3000", Some("http://localhost:3000")),
            ("*", Some("*")),
            ("acme", None),
            ("", None),
            ("javascript://alert(1)", None),
        ] {
            assert_eq!(typed_site(typed).as_deref(), expected, "{typed}");
        }
    }
}
