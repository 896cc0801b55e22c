//! The widget: attaches to a form that is on the page already.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::HtmlFormElement;

fn main() {
    console_error_panic_hook::set_once();
}

/// Takes over `form`, whose definition and public rules are in `data`. What is typed stays typed.
///
/// # Errors
/// When `data` is none of this version's; the form then goes on as plain HTML.
#[wasm_bindgen]
pub fn attach(form: HtmlFormElement, data: JsValue, origin: String) -> Result<(), JsValue> {
    plumbline_app::widget::attach(form, data, origin)
}

/// Sends what was kept while there was no connection.
#[wasm_bindgen]
pub fn send_kept() {
    plumbline_app::widget::send_kept();
}
