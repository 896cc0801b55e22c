//! The form as its own markup describes it: nothing about it has to be fetched a second time.

use plumbline_domain::form::{FieldKind, FieldOption, Form, FormField};
use plumbline_domain::id::FormId;
use plumbline_domain::scoring::PublicRules;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Element, HtmlElement, HtmlFormElement, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement,
};

/// Reads the form and its public rules, or `None` when the markup is none of this version's.
pub fn read(form: &HtmlFormElement) -> Option<(Form, PublicRules)> {
    let attribute = |name: &str| form.get_attribute(name).unwrap_or_default();
    let id = FormId::parse(&attribute("data-plumbline")).ok()?;
    let mut fields = Vec::new();
    let found = form.query_selector_all("[data-kind]").ok()?;
    for index in 0..found.length() {
        fields.extend(found.item(index).and_then(|node| field(node.dyn_ref()?)));
    }
    let definition = Form {
        id,
        title: String::new(),
        intro: String::new(),
        submit_label: String::new(),
        privacy_url: String::new(),
        hand_raise: attribute("data-hand-raise") == "true",
        allowed_origins: Vec::new(),
        blocked_origins: Vec::new(),
        fields,
    };
    Some((definition, PublicRules::read(&attribute("data-rules"))))
}

fn field(element: &Element) -> Option<FormField> {
    let kind = FieldKind::parse(&element.get_attribute("data-kind")?)?;
    let input = element.query_selector("[name]").ok()??;
    let label = element.query_selector("label").ok()??;
    let label = label.first_child().and_then(|text| text.text_content()).unwrap_or_default();
    let mut options = Vec::new();
    if let Some(select) = input.dyn_ref::<HtmlSelectElement>() {
        for index in 0..select.length() {
            let value = select.item(index).and_then(|option| option.get_attribute("value"));
            // The first one only says that nothing is chosen.
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                options.push(FieldOption { value, label: String::new() });
            }
        }
    }
    Some(FormField {
        name: input.get_attribute("name")?,
        label,
        kind,
        required: input.has_attribute("required"),
        autocomplete: String::new(),
        options,
    })
}

/// Returns the input of a field.
pub fn input(form: &HtmlFormElement, name: &str) -> Option<HtmlElement> {
    form.query_selector(&["#pl-", name].concat()).ok()??.dyn_into().ok()
}

/// Returns whether one of the form's fields has the focus, also where the form is in a shadow root.
pub fn has_focus(form: &HtmlFormElement) -> bool {
    form.query_selector("input:focus, select:focus, textarea:focus")
        .is_ok_and(|found| found.is_some())
}

/// Returns the place below a field.
pub fn slot(form: &HtmlFormElement, name: &str) -> Option<HtmlElement> {
    form.query_selector(&["[data-slot=\"", name, "\"]"].concat()).ok()??.dyn_into().ok()
}

/// Returns the raw answer that an input holds.
pub fn value(input: &Element) -> String {
    if let Some(input) = input.dyn_ref::<HtmlInputElement>() {
        let unticked = input.type_() == "checkbox" && !input.checked();
        return if unticked { String::new() } else { input.value() };
    }
    if let Some(input) = input.dyn_ref::<HtmlSelectElement>() {
        return input.value();
    }
    input.dyn_ref::<HtmlTextAreaElement>().map(HtmlTextAreaElement::value).unwrap_or_default()
}

/// Returns what a hidden input holds, such as the key of this form fill.
pub fn hidden(form: &HtmlFormElement, name: &str) -> String {
    let found = form.query_selector(&["input[name=\"", name, "\"]"].concat()).ok().flatten();
    found.as_ref().map(value).unwrap_or_default()
}

/// Writes a hidden input.
pub fn set_hidden(form: &HtmlFormElement, name: &str, value: &str) {
    let found = form.query_selector(&["input[name=\"", name, "\"]"].concat()).ok().flatten();
    if let Some(input) = found.and_then(|found| found.dyn_into::<HtmlInputElement>().ok()) {
        input.set_value(value);
    }
}

/// Returns the answer that an input holds as the visitor reads it: of a list, the words of the choice.
pub fn shown(input: &Element) -> String {
    let Some(select) = input.dyn_ref::<HtmlSelectElement>() else { return value(input) };
    let chosen = u32::try_from(select.selected_index()).ok().and_then(|index| select.item(index));
    let chosen = chosen.filter(|_| !select.value().is_empty());
    chosen.and_then(|option| option.text_content()).unwrap_or_default()
}

/// Adds an element at the end of another.
pub fn append(parent: &HtmlElement, tag: &str) -> Result<HtmlElement, JsValue> {
    let document = parent.owner_document().ok_or("an element of no page")?;
    let child: HtmlElement = document.create_element(tag)?.dyn_into()?;
    parent.append_child(&child)?;
    Ok(child)
}

/// Adds a button that does what `does` names; it is not there while it says nothing.
pub fn append_offer(parent: &HtmlElement, does: &str) -> Result<HtmlElement, JsValue> {
    let button = append(parent, "button")?;
    button.set_attribute("type", "button")?;
    button.set_attribute("data-do", does)?;
    button.set_class_name("pl-suggestion");
    Ok(button)
}
