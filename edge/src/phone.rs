//! Telephone numbers by the numbering plans: a second module beside this one, since the plans weigh
//! as much as the Worker and are asked only when somebody typed a number.

use plumbline_domain::phone::{PhoneFacts, PhoneNumber};
use worker::wasm_bindgen::{self, JsValue, prelude::wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    /// Set up by `edge/js/worker.js`, which starts the module the first time.
    #[wasm_bindgen(catch, js_name = describePhone)]
    fn describe(text: &str, region: &str) -> Result<String, JsValue>;
}

/// Returns what is known of a number as typed in `region`; `None` when it is none, or when the module
/// cannot answer: a lead without it is better than none.
pub fn describe_phone(number: &PhoneNumber, region: &str) -> Option<PhoneFacts> {
    PhoneFacts::from_line(&describe(number.as_str(), region).ok()?)
}
