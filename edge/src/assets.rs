//! Files of this very deployment, read once per isolate: they cannot change while it lives.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use worker::{Method, Request, Response};

use crate::bindings::Bindings;

thread_local! {
    static FILES: RefCell<HashMap<&'static str, Rc<str>>> = RefCell::default();
}

/// Returns the text of a deployed file.
///
/// # Errors
/// When it is not deployed, or the platform cannot read it.
pub async fn text(bindings: &Bindings, path: &'static str) -> worker::Result<Rc<str>> {
    if let Some(text) = FILES.with_borrow(|files| files.get(path).cloned()) {
        return Ok(text);
    }
    let mut response = read(bindings, path).await?;
    if response.status_code() != 200 {
        return Err(worker::Error::RustError(format!("{path} is not deployed")));
    }
    let text: Rc<str> = response.text().await?.into();
    FILES.with_borrow_mut(|files| files.insert(path, text.clone()));
    Ok(text)
}

/// Asks for a deployed file.
///
/// # Errors
/// When the platform cannot answer.
pub async fn read(bindings: &Bindings, path: &str) -> worker::Result<Response> {
    let request = Request::new(&format!("https://assets{path}"), Method::Get)?;
    bindings.assets()?.fetch_request(request).await
}
