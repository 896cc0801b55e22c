//! The owner tries a scoring model, publishes it, and lets the stored leads follow.

use std::collections::BTreeSet;

use plumbline_api::scoring::{
    AUTHOR_CHARS_MAX, ModelDraft, RESCORED_LEADS_MAX, Scoring, VERSION_NOTE_CHARS_MAX,
};
use plumbline_domain::field_error::{FieldError, Rule};
use plumbline_domain::id::FormId;
use plumbline_domain::scoring::STANDARD_FACTS;
use plumbline_domain::text::{Lines, clean};

use super::guard::Call;
use super::problem::ApiError;
use super::{Answer, forms, json};
use crate::capture::wake_feed_soon;
use crate::rescore::rescore_some;
use crate::store::Store;
use crate::store::scoring::NewVersion;
use crate::unicode::EdgeUnicode;

/// The longest draft, in bytes: more than any model that holds together, so that one that does not is told
/// what is wrong with it.
const DRAFT_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Reads the latest model with its versions.
pub async fn read_scoring(call: Call) -> Answer {
    json(&scoring(&call).await?, 200)
}

async fn scoring(call: &Call) -> Result<Scoring, ApiError> {
    let store = call.ctx.store()?;
    let facts = known_facts(&store, &store.list_form_fields().await?).await?;
    Ok(Scoring {
        model: store.find_model().await?,
        versions: store.list_model_versions().await?,
        facts: facts.into_iter().collect(),
        rescoring: store.find_rescoring().await?.shown,
    })
}

/// What rules may ask about: the fields of every deployment, of its forms, and of files that were imported.
async fn known_facts(
    store: &Store,
    forms: &[(FormId, String)],
) -> Result<BTreeSet<String>, ApiError> {
    let fields = forms.iter().map(|(_, name)| name.clone());
    let standard = STANDARD_FACTS.into_iter().map(str::to_owned);
    Ok(fields.chain(standard).chain(store.list_answer_names().await?).collect())
}

/// Reads one version.
pub async fn find_model(call: Call) -> Answer {
    let version = call.parameter("version", str::parse)?;
    let model = call.ctx.store()?.find_model_version(version).await?;
    json(&model.ok_or(ApiError::NotFound)?, 200)
}

/// Publishes a model, if it was made from the latest one.
pub async fn publish_model(call: Call) -> Answer {
    let draft: ModelDraft = call.json_up_to(DRAFT_BYTES_MAX).await?;
    let text = |field: &'static str, text: &str, lines, max| {
        clean(text, lines, max, &EdgeUnicode).map_err(|_| {
            ApiError::InvalidFields(vec![FieldError::new(field, Rule::TooLong { max })])
        })
    };
    let author = text("author", &draft.author, Lines::Single, AUTHOR_CHARS_MAX)?;
    let note = text("note", &draft.note, Lines::Many, VERSION_NOTE_CHARS_MAX)?;
    if author.is_empty() {
        return Err(ApiError::InvalidFields(vec![FieldError::new("author", Rule::Required)]));
    }
    let mut model = draft.model;
    model.check().map_err(ApiError::InvalidModel)?;
    let store = call.ctx.store()?;
    let forms = store.list_form_fields().await?;
    let facts = known_facts(&store, &forms).await?;
    model.check_facts(|fact| facts.contains(fact)).map_err(ApiError::InvalidModel)?;
    model.version = model.version.checked_add(1).ok_or(ApiError::VersionConflict)?;
    let new = NewVersion { model: &model, author: &author, note: &note };
    if !store.publish_model(&new, call.ctx.now).await? {
        return Err(ApiError::VersionConflict);
    }
    let ids: BTreeSet<_> = forms.into_iter().map(|(form_id, _)| form_id).collect();
    for id in ids {
        forms::publish_again(&call.ctx, &id).await;
    }
    json(&scoring(&call).await?, 201)
}

/// Scores the next stored leads.
pub async fn rescore(call: Call) -> Answer {
    let rescoring = rescore_some(&call.ctx, RESCORED_LEADS_MAX).await?;
    wake_feed_soon(&call.ctx);
    json(&rescoring, 200)
}

/// Reads a page of the book.
pub async fn list_book(call: Call) -> Answer {
    let after = call.after()?;
    json(&call.ctx.store()?.list_book(after).await?, 200)
}
