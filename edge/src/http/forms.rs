//! Published forms: read from memory, then KV, then the database.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use plumbline_api::forms::{FormChange, ORIGINS_MAX, Sites};
use plumbline_domain::field_error::{FieldError, Rule};
use plumbline_domain::form::is_origin;
use plumbline_domain::id::FormId;
use plumbline_domain::time::Timestamp;

use super::guard::Call;
use super::problem::ApiError;
use super::{Answer, json};
use crate::bindings::Bindings;
use crate::context::Ctx;
use crate::store::forms::PublishedForm;

/// How long an isolate serves a form from its memory, in milliseconds. KV itself may lag a minute.
const MEMORY_MS: i64 = 10_000;
/// How long KV keeps a form, in seconds: whatever was put there out of turn is gone by then.
pub const KEPT_FORM_S: u64 = 600;
/// The most forms in the memory of one isolate.
const MEMORY_FORMS_MAX: usize = 100;

thread_local! {
    static MEMORY: RefCell<HashMap<FormId, (Timestamp, Rc<PublishedForm>)>> = RefCell::default();
}

/// Returns a published form.
///
/// # Errors
/// 404 when there is none.
pub async fn published(ctx: &Ctx, id: &FormId) -> Result<Rc<PublishedForm>, ApiError> {
    let remembered = MEMORY.with_borrow(|memory| memory.get(id).cloned());
    if let Some((at, form)) = remembered
        && ctx.now.since(at) < MEMORY_MS
    {
        return Ok(form);
    }
    let form = match cached(&ctx.bindings, id).await {
        Some(form) => form,
        None => {
            let form = ctx.store()?.find_form(id).await?.ok_or(ApiError::NotFound)?;
            publish(&ctx.bindings, &form).await;
            form
        }
    };
    Ok(remember(ctx.now, form))
}

fn remember(now: Timestamp, published: PublishedForm) -> Rc<PublishedForm> {
    let form = Rc::new(PublishedForm { form: published.form.with_countries(), ..published });
    MEMORY.with_borrow_mut(|memory| {
        if memory.len() >= MEMORY_FORMS_MAX {
            memory.clear();
        }
        memory.insert(form.form.id.clone(), (now, form.clone()));
    });
    form
}

fn cache_key(id: &FormId) -> String {
    format!("form/1/{id}")
}

async fn cached(bindings: &Bindings, id: &FormId) -> Option<PublishedForm> {
    let text = bindings.cache().ok()?.get(&cache_key(id)).text().await.ok()??;
    serde_json::from_slice(text.as_bytes()).ok()
}

/// Puts a form with the latest model where every submission reads it. If that fails the model before it
/// counts until KV forgets it.
pub async fn publish_again(ctx: &Ctx, id: &FormId) {
    let found = async { ctx.store()?.find_form(id).await };
    match found.await {
        Ok(Some(form)) => {
            publish(&ctx.bindings, &form).await;
            remember(ctx.now, form);
        }
        Ok(None) => {}
        Err(error) => worker::console_warn!("form not published again: {error}"),
    }
}

/// Puts a form where every submission reads it. If KV fails the database answers the next time.
async fn publish(bindings: &Bindings, form: &PublishedForm) {
    let put = async {
        let text = serde_json::to_string(form)?;
        let builder = bindings.cache()?.put(&cache_key(&form.form.id), text)?;
        builder.expiration_ttl(KEPT_FORM_S).execute().await.map_err(worker::Error::from)
    };
    if let Err(error) = put.await {
        worker::console_warn!("form not cached: {error}");
    }
}

/// Reads a form.
pub async fn find_form(call: Call) -> Answer {
    json(&call.published_form().await?.form, 200)
}

/// Sets the sites of a form.
pub async fn update_form(call: Call) -> Answer {
    let id = call.parameter("form_id", FormId::parse)?;
    let FormChange { allowed_origins, blocked_origins } = call.json().await?;
    for (field, origins) in
        [("allowed_origins", &allowed_origins), ("blocked_origins", &blocked_origins)]
    {
        let fits = |origin: &String| {
            let is_any = origin == "*";
            is_origin(origin) && (!is_any || field == "allowed_origins")
                || origin == "null" && field == "blocked_origins"
        };
        let origins = origins.as_deref().unwrap_or_default();
        if origins.len() > ORIGINS_MAX || !origins.iter().all(fits) {
            return Err(ApiError::InvalidFields(vec![FieldError::new(field, Rule::OutOfRange)]));
        }
    }
    let store = call.ctx.store()?;
    let mut published = store.find_form(&id).await?.ok_or(ApiError::NotFound)?;
    let form = &mut published.form;
    form.allowed_origins = allowed_origins.unwrap_or_else(|| form.allowed_origins.clone());
    form.blocked_origins = blocked_origins.unwrap_or_else(|| form.blocked_origins.clone());
    store.update_form(&published.form, call.ctx.now).await?;
    publish(&call.ctx.bindings, &published).await;
    json(&remember(call.ctx.now, published).form, 200)
}

/// Lists the sites that show a form and are neither listed nor blocked.
pub async fn list_sites(call: Call) -> Answer {
    let published = call.published_form().await?;
    let form = &published.form;
    let mut sites = call.ctx.store()?.list_sites(&form.id).await?;
    sites.retain(|site| !form.allows_origin(&site.origin) && !form.blocks_origin(&site.origin));
    json(&Sites { sites }, 200)
}
