//! Whether a form works on a page of another site: the page is fetched and read.

use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::{Either, select};
use plumbline_api::forms::{SiteTest, SiteTestRequest};
use plumbline_domain::field_error::{FieldError, Rule};
use plumbline_domain::form::{FetchedPage, SiteFinding, is_origin, look_at_site, origin_of};
use worker::wasm_bindgen::JsCast as _;
use worker::wasm_bindgen_futures::JsFuture;
use worker::{Delay, Response, Url, js_sys, web_sys};

use super::guard::Call;
use super::problem::ApiError;
use super::{Answer, forms, json};

/// How long a page of another site may take, in milliseconds.
const PAGE_MS_MAX: u64 = 10_000;
/// How much of it is read, in bytes: the line that shows a form stands near the top of a page's text.
const PAGE_BYTES_MAX: usize = 2 * 1024 * 1024;

/// Fetches a page and says whether a form works there.
pub async fn test_site(call: Call) -> Answer {
    let SiteTestRequest { form_id, url } = call.json().await?;
    let published = forms::published(&call.ctx, &form_id).await?;
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    if !is_web || !is_origin(&origin_of(&url)) {
        return Err(ApiError::InvalidFields(vec![FieldError::new("url", Rule::OutOfRange)]));
    }
    let fetched = fetch_page(&url);
    let late = Delay::from(Duration::from_millis(PAGE_MS_MAX));
    let page = match select(Box::pin(fetched), Box::pin(late)).await {
        Either::Left((Ok(page), _)) => Some(page),
        Either::Left((Err(_), _)) | Either::Right(_) => None,
    };
    let test = match page {
        Some(page) => SiteTest {
            findings: look_at_site(&page, &published.form, call.origin()),
            url: page.url,
        },
        None => SiteTest { url, findings: vec![SiteFinding::Unreachable] },
    };
    json(&test, 200)
}

async fn fetch_page(url: &str) -> worker::Result<FetchedPage> {
    let asked: Url = url.parse()?;
    // The platform's own request: `worker`'s answer forgets the address that redirects led to.
    let scope: web_sys::WorkerGlobalScope = js_sys::global().unchecked_into();
    let init = web_sys::RequestInit::new();
    let fetched = JsFuture::from(scope.fetch_with_str_and_init(asked.as_str(), &init)).await?;
    let fetched: web_sys::Response = fetched.dyn_into()?;
    let reached = fetched.url();
    let mut response = Response::from(fetched);
    let header = |name: &str| response.headers().get(name).map(Option::unwrap_or_default);
    let mut page = FetchedPage {
        url: if reached.is_empty() { url.to_owned() } else { reached },
        status: response.status_code(),
        media_type: header("content-type")?.to_ascii_lowercase(),
        policy: header("content-security-policy")?,
        html: String::new(),
    };
    let mut bytes = Vec::new();
    let mut stream = response.stream()?;
    while let Some(chunk) = stream.next().await {
        bytes.extend_from_slice(&chunk?);
        if bytes.len() > PAGE_BYTES_MAX {
            break;
        }
    }
    page.html = String::from_utf8_lossy(&bytes).into_owned();
    Ok(page)
}
