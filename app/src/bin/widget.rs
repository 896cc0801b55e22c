//! The widget: attaches to a form that is on the page already.

#[cfg(target_arch = "wasm32")]
use lol_alloc::{FreeListAllocator, LockedAllocator};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::HtmlFormElement;

/// A form allocates little and for as long as the page lives, so the smallest allocator is the best.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: LockedAllocator<FreeListAllocator> =
    LockedAllocator::new(FreeListAllocator::new());

fn main() {}

/// Takes over `form`; what is typed stays typed. `origin` is where the Worker answers.
///
/// # Errors
/// When the markup is none of this version's; the form then goes on as plain HTML.
#[wasm_bindgen]
pub fn attach(form: HtmlFormElement, origin: String) -> Result<(), JsValue> {
    plumbline_app::widget::attach(form, origin)
}

/// Sends what was kept while there was no connection.
#[wasm_bindgen]
pub fn send_kept() {
    plumbline_app::widget::send_kept();
}
