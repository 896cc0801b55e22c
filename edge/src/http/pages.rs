//! Pages: the hosted form, its receipt, the embed, and the dashboard's one document.

use plumbline_domain::attribution::PageContext;
use plumbline_domain::form::wording::SITE_BLOCKED;
use plumbline_domain::form::{FormState, escape_html, receipt_html, render_form};
use plumbline_domain::id::FormId;
use plumbline_domain::scoring::PublicRules;
use worker::Headers;

use super::guard::Call;
use super::problem::ApiError;
use super::{Answer, forms, response};
use crate::assets;
use crate::crypto;
use crate::store::forms::PublishedForm;

/// Says that the Worker answers, and whether the database does.
pub async fn show_health(call: Call) -> Answer {
    let id = FormId::parse("demo").map_err(|_| ApiError::NotFound)?;
    call.ctx.store()?.find_form(&id).await?;
    let headers = Headers::new();
    headers.set("content-type", "application/json")?;
    Ok(response(br#"{"status":"ok","database":"ok"}"#.to_vec(), headers))
}

/// Shows the hosted form, finished: it can be filled and sent without script.
pub async fn show_form(call: Call) -> Answer {
    let published = call.published_form().await?;
    let state = FormState {
        idempotency_key: crypto::base64_url(&crypto::random::<16>()),
        page: PageContext {
            page_url: call.url().to_owned(),
            page_title: published.form.title.clone(),
            referrer: call.header("referer").unwrap_or_default(),
        },
        ..FormState::default()
    };
    form_page(&call, &published, state, 200).await
}

/// Returns the page that holds `form` in `state`.
///
/// # Errors
/// When a file of the deployment is missing.
pub async fn form_page(
    call: &Call,
    published: &PublishedForm,
    state: FormState,
    status: u16,
) -> Answer {
    let form = &published.form;
    let action = format!("/api/v1/forms/{}/submissions", form.id);
    let state = FormState {
        action,
        is_page: true,
        rules: PublicRules::of(&published.model).text(),
        ..state
    };
    let body = format!(
        r#"<main class="pl-page">{}</main><script src="/embed-loader.js" defer></script>"#,
        render_form(form, &state),
    );
    html_page(call, published, &form.title, &body, status).await
}

/// Shows the thank-you screen of a form that was sent without script.
pub async fn show_receipt(call: Call) -> Answer {
    let published = call.published_form().await?;
    let body = format!(r#"<main class="pl-page">{}</main>"#, receipt_html(&published.form));
    html_page(&call, &published, &published.form.title, &body, 200).await
}

async fn html_page(
    call: &Call,
    published: &PublishedForm,
    title: &str,
    body: &str,
    status: u16,
) -> Answer {
    let css = assets::text(&call.ctx.bindings, "/form.css").await?;
    let html = format!(
        r#"<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>{}</title><link rel="icon" href="/mark.svg"><style>{css}</style></head><body>{body}</body></html>"#,
        escape_html(title),
    );
    // Framing is an embed like any other: the form's own list decides (attack case 54).
    let mut ancestors = "'self'".to_owned();
    for origin in &published.form.allowed_origins {
        ancestors.push(' ');
        ancestors.push_str(origin);
    }
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'unsafe-inline'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}; require-trusted-types-for 'script'; trusted-types 'none'"
    );
    let headers = Headers::new();
    headers.set("content-type", "text/html; charset=utf-8")?;
    headers.set("content-security-policy", &policy)?;
    Ok(response(html.into_bytes(), headers).with_status(status))
}

/// Serves the loader with the form inside it: one request puts a finished form into any page.
pub async fn show_embed(call: Call) -> Answer {
    let named = form_urlencoded::parse(call.query().as_bytes()).find(|(name, _)| name == "form");
    let id = named.map_or(Err(ApiError::NotFound), |(_, id)| {
        FormId::parse(&id).map_err(|_| ApiError::NotFound)
    })?;
    let published = forms::published(&call.ctx, &id).await?;
    let action = format!("{}/api/v1/forms/{id}/submissions", call.origin());
    let mut form = published.form.clone();
    // On the page of another site a path is that site's.
    if form.privacy_url.starts_with('/') {
        form.privacy_url.insert_str(0, call.origin());
    }
    let html = render_form(
        &form,
        &FormState {
            action,
            rules: PublicRules::of(&published.model).text(),
            ..FormState::default()
        },
    );
    let css = assets::text(&call.ctx.bindings, "/form.css").await?;
    let loader = assets::text(&call.ctx.bindings, "/embed-loader.js").await?;
    let text = |text: &str| serde_json::to_string(text).map_err(worker::Error::from);
    let blocked = if form.blocked_origins.is_empty() {
        String::new()
    } else {
        let origins = serde_json::to_string(&form.blocked_origins).map_err(worker::Error::from)?;
        format!(",blocked:{origins},notice:{}", text(SITE_BLOCKED)?)
    };
    let script = format!(
        "(window.plumblineForms??={{}}).{}={{html:{},css:{}{blocked}}};{loader}",
        identifier(&id),
        text(&html)?,
        text(&css)?,
    );
    let headers = Headers::new();
    headers.set("content-type", "text/javascript; charset=utf-8")?;
    headers.set("cross-origin-resource-policy", "cross-origin")?;
    headers.set("cache-control", "public, max-age=60")?;
    Ok(response(script.into_bytes(), headers))
}

/// A form's slug as a property name.
fn identifier(id: &FormId) -> String {
    format!("f_{}", id.as_str().replace('-', "_"))
}

/// Serves the document of the scoring studio.
pub async fn show_studio(call: Call) -> Answer {
    Ok(assets::read(&call.ctx.bindings, "/studio").await?)
}

/// Serves the document of the screens of every day at each of their paths.
pub async fn show_dashboard(call: Call) -> Answer {
    Ok(assets::read(&call.ctx.bindings, "/").await?)
}

/// Serves the document of the workshop at each of its paths.
pub async fn show_workshop(call: Call) -> Answer {
    Ok(assets::read(&call.ctx.bindings, "/workshop").await?)
}

/// Serves the document of the book at each of its paths.
pub async fn show_book(call: Call) -> Answer {
    Ok(assets::read(&call.ctx.bindings, "/book").await?)
}
