//! The form as finished HTML. Rendered by the Worker for the hosted page and the embed, and by the
//! dashboard for its preview; the widget attaches to it and never redraws it.

use std::fmt::Write as _;

use super::{
    CONSENT_GIVEN, FieldKind, FieldOption, Form, FormField, LINE_CHARS_MAX, TEXT_CHARS_MAX, is_link,
};
use crate::attribution::PageContext;
use crate::field_error::FieldError;
use crate::form::wording::{RECEIPT, rule_sentence};

/// What is already in the form: nothing at first, everything typed when it comes back.
#[derive(Clone, Debug, Default)]
pub struct FormState {
    /// Where it posts to.
    pub action: String,
    /// Whether the form is the page: its title is then the first heading.
    pub is_page: bool,
    /// The public rules, as `PublicRules::text` writes them, for the widget.
    pub rules: String,
    /// The raw answers by field name.
    pub values: Vec<(String, String)>,
    /// What is wrong with them.
    pub errors: Vec<FieldError>,
    /// What went wrong on our side, in one sentence; empty when nothing did.
    pub notice: String,
    /// The key of this form fill; empty when script makes one.
    pub idempotency_key: String,
    /// The page the visitor came from.
    pub page: PageContext,
}

impl FormState {
    fn value(&self, name: &str) -> &str {
        self.values.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    fn error(&self, name: &str) -> Option<&FieldError> {
        self.errors.iter().find(|error| error.field == name)
    }
}

/// Returns the `<form>` element of `form` in `state`, every text escaped.
#[must_use]
pub fn render_form(form: &Form, state: &FormState) -> String {
    let mut html = String::with_capacity(16_384);
    let heading = if state.is_page { "h1" } else { "h2" };
    let _ = write!(
        html,
        r#"<form class="pl-form" method="post" accept-charset="utf-8" action="{}" data-plumbline="{}" data-rules="{}" data-hand-raise="{}"><{heading} class="pl-title">{}</{heading}><p class="pl-intro">{}</p>"#,
        escape_html(&state.action),
        form.id,
        escape_html(&state.rules),
        form.hand_raise,
        escape_html(&form.title),
        escape_html(&form.intro),
    );
    push_summary(&mut html, form, state);
    html.push_str(r#"<div class="pl-fields">"#);
    for field in &form.fields {
        push_field(&mut html, field, state);
    }
    html.push_str("</div>");
    // A trap for scripts: off screen, out of the tab order, closed to autofill.
    html.push_str(
        r#"<div class="pl-trap" aria-hidden="true"><label>Leave this empty<input name="website2" tabindex="-1" autocomplete="off"></label></div>"#,
    );
    for (name, value) in [
        ("idempotency_key", &state.idempotency_key),
        ("page_url", &state.page.page_url),
        ("page_title", &state.page.page_title),
        ("referrer", &state.page.referrer),
    ] {
        let _ =
            write!(html, r#"<input type="hidden" name="{name}" value="{}">"#, escape_html(value));
    }
    let _ = write!(
        html,
        r#"<div class="pl-actions"><button class="pl-submit">{}</button><p class="pl-privacy"><a href="{}">How we treat your data</a></p></div><div class="pl-status" role="status"></div></form>"#,
        escape_html(&form.submit_label),
        escape_html(
            Some(form.privacy_url.as_str()).filter(|url| is_link(url)).unwrap_or("/privacy")
        ),
    );
    html
}

/// Returns the thank-you page of a stored submission of `form`, with a way back to the form.
#[must_use]
pub fn receipt_html(form: &Form) -> String {
    let (heading, sentence) = RECEIPT;
    format!(
        r#"<div class="pl-receipt" tabindex="-1" role="status"><h1 class="pl-title">{heading}</h1><p class="pl-intro">{sentence}</p><p><a href="/f/{}">Fill the form again</a></p></div>"#,
        form.id,
    )
}

fn push_summary(html: &mut String, form: &Form, state: &FormState) {
    if !state.notice.is_empty() {
        let notice = escape_html(&state.notice);
        let _ = write!(html, r#"<div class="pl-summary" role="alert"><p>{notice}</p></div>"#);
    }
    if state.errors.is_empty() {
        return;
    }
    html.push_str(r#"<div class="pl-summary" role="alert" tabindex="-1"><p>Please look at these again. Nothing you typed is lost.</p><ul>"#);
    for error in &state.errors {
        let field = form.field(&error.field);
        let label = field.map_or(error.field.as_str(), |field| field.label.as_str());
        let _ = write!(
            html,
            r##"<li><a href="#pl-{}">{}</a>: {}</li>"##,
            escape_html(&error.field),
            escape_html(label),
            escape_html(&rule_sentence(error.rule, field)),
        );
    }
    html.push_str("</ul></div>");
}

fn push_field(html: &mut String, field: &FormField, state: &FormState) {
    let name = escape_html(&field.name);
    let label = escape_html(&field.label);
    let value = state.value(&field.name);
    let error = state.error(&field.name);
    let mut attributes =
        format!(r#"id="pl-{name}" name="{name}" aria-describedby="pl-{name}-note""#);
    if field.required {
        attributes.push_str(" required");
    }
    if !field.autocomplete.is_empty() {
        let _ = write!(attributes, r#" autocomplete="{}""#, escape_html(&field.autocomplete));
    }
    if error.is_some() {
        attributes.push_str(r#" aria-invalid="true""#);
    }
    let _ = write!(
        html,
        r#"<div class="pl-field pl-{}" data-kind="{}">"#,
        kind_class(field.kind),
        field.kind.as_str()
    );
    let optional =
        if field.required { "" } else { r#" <span class="pl-optional">optional</span>"# };
    if field.kind == FieldKind::Consent {
        let checked = if value == CONSENT_GIVEN { " checked" } else { "" };
        let _ = write!(
            html,
            r#"<label class="pl-check"><input type="checkbox" value="{CONSENT_GIVEN}" {attributes}{checked}><span>{label}</span></label>"#,
        );
    } else {
        let _ = write!(html, r#"<label for="pl-{name}">{label}{optional}</label>"#);
        push_control(html, field, &attributes, value);
    }
    let sentence = error.map(|error| escape_html(&rule_sentence(error.rule, Some(field))));
    let _ = write!(
        html,
        r#"<div class="pl-note" id="pl-{name}-note" data-slot="{name}" aria-live="polite">{}</div></div>"#,
        sentence.map(|text| format!(r#"<p class="pl-error">{text}</p>"#)).unwrap_or_default(),
    );
}

fn push_control(html: &mut String, field: &FormField, attributes: &str, value: &str) {
    let escaped = escape_html(value);
    // `type=email` would rewrite what was typed and refuse international addresses, so the
    // keyboard is asked for by `inputmode` and the checking is ours.
    let (kind, mode) = match field.kind {
        FieldKind::Email => {
            ("text", r#" inputmode="email" autocapitalize="none" spellcheck="false""#)
        }
        FieldKind::Phone => ("tel", ""),
        _ => ("text", ""),
    };
    let _ = match field.kind {
        FieldKind::LongText => write!(
            html,
            r#"<textarea {attributes} rows="3" maxlength="{TEXT_CHARS_MAX}">{escaped}</textarea>"#
        ),
        FieldKind::Select | FieldKind::Country => {
            push_select(html, attributes, value, &field.options)
        }
        _ => {
            let max = if field.kind == FieldKind::Email { 320 } else { LINE_CHARS_MAX };
            write!(
                html,
                r#"<input type="{kind}" {attributes}{mode} maxlength="{max}" value="{escaped}">"#
            )
        }
    };
}

fn push_select(
    html: &mut String,
    attributes: &str,
    value: &str,
    options: &[FieldOption],
) -> std::fmt::Result {
    write!(html, r#"<select {attributes}><option value="">Choose…</option>"#)?;
    for option in options {
        let selected = if option.value == value { " selected" } else { "" };
        write!(
            html,
            r#"<option value="{}"{selected}>{}</option>"#,
            escape_html(&option.value),
            escape_html(&option.label)
        )?;
    }
    html.push_str("</select>");
    Ok(())
}

const fn kind_class(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::LongText => "wide",
        FieldKind::Consent => "consent",
        _ => "half",
    }
}

/// Returns `text` with `& < > " '` as character references, safe in text and quoted attributes.
#[must_use]
pub fn escape_html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field_error::Rule;

    fn demo() -> Form {
        serde_json::from_str(include_str!("../../data/demo_form.json")).unwrap()
    }

    #[test]
    fn every_field_has_a_label_a_name_and_a_note() {
        let form = demo();
        let html = render_form(&form, &FormState::default());
        for field in &form.fields {
            assert!(html.contains(&format!(r#"id="pl-{}""#, field.name)), "{}", field.name);
            assert!(html.contains(&format!(r#"data-slot="{}""#, field.name)), "{}", field.name);
        }
        assert!(!html.contains("type=\"email\"") && !html.contains("placeholder"));
        assert!(!html.contains("checked"), "consent is never given in advance");
    }

    #[test]
    fn what_was_typed_comes_back_inert() {
        let evil = r#""><img src=x onerror=alert(1)>"#;
        let state = FormState {
            values: vec![("name".into(), evil.into()), ("timing".into(), "now".into())],
            errors: vec![FieldError::new("email", Rule::Required)],
            ..FormState::default()
        };
        let html = render_form(&demo(), &state);
        assert!(!html.contains("<img") && html.contains("&lt;img"));
        assert!(html.contains(r#"<option value="now" selected>"#));
        assert!(html.contains(r##"<a href="#pl-email">"##) && html.contains("aria-invalid"));
    }
}
