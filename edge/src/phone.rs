//! Telephone numbers by the numbering plans: a second module beside this one, since the plans weigh
//! as much as the Worker and are asked only when somebody typed a number.

use plumbline_domain::lead::Submission;
use plumbline_domain::phone::{PhoneFacts, PhoneNumber};
use worker::wasm_bindgen::{self, JsValue, prelude::wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    /// Set up by `edge/js/worker.js`, which starts the module the first time.
    #[wasm_bindgen(catch, js_name = describePhone)]
    fn describe(text: &str, region: &str) -> Result<String, JsValue>;
}

/// Returns what is known of the number of a submission. What somebody says of their country counts;
/// `country`, in two letters or nothing, is the next best guess.
pub fn submitted_phone(submission: &Submission, country: &str) -> Option<PhoneFacts> {
    let region = submission.answers.get("country").map_or(country, String::as_str);
    submission.phone.as_ref().and_then(|number| describe_phone(number, region))
}

/// Returns what is known of a number as typed in `region`; `None` when it is none, or when the module
/// cannot answer: a lead without it is better than none.
fn describe_phone(number: &PhoneNumber, region: &str) -> Option<PhoneFacts> {
    PhoneFacts::from_line(&describe(number.as_str(), region).ok()?)
}
