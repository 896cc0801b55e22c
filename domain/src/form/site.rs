//! What stands in the way of a form on a page of another site, read off the page itself.

use super::Form;
use crate::named;

named! {
    /// What was found out about a form on a page.
    pub enum SiteFinding {
        /// The page cannot be fetched.
        Unreachable = "unreachable",
        /// The page answers with an error.
        PageError = "page_error",
        /// What answers is no HTML.
        NotHtml = "not_html",
        /// The page does not hold the line that shows the form.
        NoScript = "no_script",
        /// The page shows another form of this deployment.
        OtherForm = "other_form",
        /// The page loads a form from another deployment.
        OtherDeployment = "other_deployment",
        /// The page is encrypted and the line names an address that is not: browsers refuse that.
        MixedContent = "mixed_content",
        /// The page's Content-Security-Policy does not let the script run (`script-src`).
        ScriptRefused = "script_refused",
        /// The page's Content-Security-Policy does not let the form send (`connect-src`).
        SendingRefused = "sending_refused",
        /// The page's Content-Security-Policy allows no WebAssembly: the form works, without checks while
        /// the visitor types.
        WasmRefused = "wasm_refused",
        /// The site is not on the form's list.
        NotListed = "not_listed",
        /// The site is blocked.
        Blocked = "blocked",
        /// The form is on the page and can be used there.
        Ready = "ready",
    }
}

/// A page as it was fetched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FetchedPage {
    /// Its address, after any redirects.
    pub url: String,
    /// The HTTP status.
    pub status: u16,
    /// Its `Content-Type`.
    pub media_type: String,
    /// Its `Content-Security-Policy`, empty where it has none.
    pub policy: String,
    /// Its text.
    pub html: String,
}

/// Returns everything that was found, most important first. `own` is the origin of this deployment.
#[must_use]
pub fn look_at_site(page: &FetchedPage, form: &Form, own: &str) -> Vec<SiteFinding> {
    use SiteFinding as F;
    let origin = origin_of(&page.url);
    let mut found = Vec::new();
    if form.blocks_origin(&origin) {
        found.push(F::Blocked);
    } else if !form.allows_origin(&origin) && origin != own {
        found.push(F::NotListed);
    }
    if !(200..300).contains(&page.status) {
        found.insert(0, F::PageError);
        return found;
    }
    if !page.media_type.contains("html") {
        found.insert(0, F::NotHtml);
        return found;
    }
    let Some(source) = embed_source(&page.html) else {
        found.insert(0, F::NoScript);
        return found;
    };
    let source = if source.starts_with('/') { format!("{origin}{source}") } else { source };
    if origin_of(&source) != own {
        found.insert(0, F::OtherDeployment);
        return found;
    }
    let named = source.split_once("form=").map_or("", |(_, rest)| rest);
    if named.split(['&', '#']).next() != Some(form.id.as_str()) {
        found.insert(0, F::OtherForm);
        return found;
    }
    if page.url.starts_with("https:") && own.starts_with("http:") {
        found.insert(0, F::MixedContent);
    }
    let policies: Vec<String> =
        page.policy.split(',').map(str::to_owned).chain(meta_policies(&page.html)).collect();
    let refuses = |directives: &[&str], wanted: &str| {
        policies.iter().any(|policy| {
            sources(policy, directives)
                .is_some_and(|list| !list.iter().any(|source| allows(source, wanted, &origin)))
        })
    };
    if refuses(&["script-src-elem", "script-src", "default-src"], own) {
        found.push(F::ScriptRefused);
    }
    if refuses(&["connect-src", "default-src"], own) {
        found.push(F::SendingRefused);
    }
    let wasm = |list: &Vec<&str>| list.iter().any(|one| one.contains("unsafe-eval"));
    let no_wasm = |policy: &String| {
        sources(policy, &["script-src", "default-src"]).is_some_and(|list| !wasm(&list))
    };
    if policies.iter().any(no_wasm) {
        found.push(F::WasmRefused);
    }
    // What only makes the form plainer does not stop it.
    if found.iter().all(|one| *one == F::WasmRefused) {
        found.insert(0, F::Ready);
    }
    found
}

/// Returns the address of the script that shows a form.
fn embed_source(html: &str) -> Option<String> {
    let at = html.find("/embed.js?")?;
    let (before, after) = html.split_at(at);
    let start = before.rfind(['"', '\'', '=', ' '])? + 1;
    let end = after.find(['"', '\'', '>', ' ']).unwrap_or(after.len());
    let source = format!("{}{}", before.get(start..)?, after.get(..end)?);
    Some(source.replace("&amp;", "&"))
}

/// Returns the policies that the page's own markup sets.
fn meta_policies(html: &str) -> Vec<String> {
    let tags = html.split("<meta ").skip(1).filter_map(|rest| rest.split('>').next());
    let policy = |tag: &str| {
        let is_policy = tag.to_ascii_lowercase().contains("content-security-policy");
        let content = tag.split_once("content=\"").map(|(_, rest)| rest);
        let content = content.filter(|_| is_policy)?.split('"').next()?;
        Some(content.to_owned())
    };
    tags.filter_map(policy).collect()
}

/// Returns the sources of the first directive that a policy has.
fn sources<'a>(policy: &'a str, directives: &[&str]) -> Option<Vec<&'a str>> {
    directives.iter().find_map(|wanted| {
        policy.split(';').find_map(|directive| {
            let mut words = directive.split_whitespace();
            let name = words.next()?;
            name.eq_ignore_ascii_case(wanted).then(|| words.collect())
        })
    })
}

/// Whether a source expression covers an origin (CSP 3 §6.7.2.8, paths left out).
fn allows(source: &str, wanted: &str, page: &str) -> bool {
    let (scheme, host) = wanted.split_once("://").unwrap_or(("", wanted));
    let source = source.trim_end_matches('/');
    match source {
        "*" => true,
        "'self'" => wanted == page,
        _ if source.ends_with(':') => source.trim_end_matches(':') == scheme,
        _ => {
            let (source_scheme, pattern) = source.split_once("://").unwrap_or((scheme, source));
            let pattern = pattern.split('/').next().unwrap_or_default();
            let host_fits = match pattern.strip_prefix("*.") {
                Some(parent) => host.strip_suffix(parent).is_some_and(|rest| rest.ends_with('.')),
                None => pattern == host,
            };
            source_scheme == scheme && host_fits
        }
    }
}

/// Returns scheme, host and port of a web address in lower case; of another text the part that stands
/// where these would.
#[must_use]
pub fn origin_of(url: &str) -> String {
    let Some((scheme, rest)) = url.trim().split_once("://") else { return String::new() };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    format!("{scheme}://{host}").to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "https://leads.acme.co";

    fn form() -> Form {
        let mut form: Form =
            serde_json::from_str(include_str!("../../data/demo_form.json")).unwrap();
        form.allowed_origins = vec!["https://www.acme.co".to_owned()];
        form.blocked_origins = vec!["https://scraper.example".to_owned()];
        form
    }

    fn page(url: &str, policy: &str, html: &str) -> FetchedPage {
        FetchedPage {
            url: url.to_owned(),
            status: 200,
            media_type: "text/html; charset=utf-8".to_owned(),
            policy: policy.to_owned(),
            html: html.to_owned(),
        }
    }

    fn found(url: &str, policy: &str, html: &str) -> Vec<&'static str> {
        let found = look_at_site(&page(url, policy, html), &form(), OWN);
        found.into_iter().map(SiteFinding::as_str).collect()
    }

    const LINE: &str = "<p><script src=\"https://leads.acme.co/embed.js?form=demo\"></script>";

    #[test]
    fn says_what_stands_in_the_way() {
        let site = "https://www.acme.co/contact";
        assert_eq!(found(site, "", LINE), ["ready"]);
        assert_eq!(found("https://blog.acme.co/", "", LINE), ["not_listed"]);
        assert_eq!(found("https://scraper.example/", "", LINE), ["blocked"]);
        assert_eq!(found(site, "", "<p>Hello</p>"), ["no_script"]);
        let other = LINE.replace("form=demo", "form=spring");
        assert_eq!(found(site, "", &other), ["other_form"]);
        let relative = "<script src=\"/embed.js?form=demo\"></script>";
        assert_eq!(found(&format!("{OWN}/demo"), "", relative), ["ready"]);
        let other = LINE.replace("leads.", "old.");
        assert_eq!(found(site, "", &other), ["other_deployment"]);
        let missing = FetchedPage { status: 404, ..page(site, "", LINE) };
        assert_eq!(look_at_site(&missing, &form(), OWN), [SiteFinding::PageError]);
        let feed = FetchedPage { media_type: "application/rss+xml".into(), ..page(site, "", LINE) };
        assert_eq!(look_at_site(&feed, &form(), OWN), [SiteFinding::NotHtml]);
        let plain = "http://127.0.0.1:8787";
        let mixed = LINE.replace(OWN, plain);
        let mixed = look_at_site(&page(site, "", &mixed), &form(), plain);
        assert_eq!(mixed, [SiteFinding::MixedContent]);
    }

    #[test]
    fn a_policy_is_read_as_a_browser_reads_it() {
        let site = "https://www.acme.co/";
        let policy = |policy: &str| found(site, policy, LINE);
        assert_eq!(
            policy("default-src 'self'"),
            ["script_refused", "sending_refused", "wasm_refused"]
        );
        for good in [
            "script-src https://leads.acme.co 'wasm-unsafe-eval'; connect-src https://leads.acme.co",
            "default-src * 'unsafe-eval'",
            "default-src https: 'wasm-unsafe-eval'",
            "script-src *.acme.co 'unsafe-eval'; connect-src leads.acme.co; img-src 'none'",
        ] {
            assert_eq!(policy(good), ["ready"], "{good}");
        }
        assert_eq!(policy("script-src https://leads.acme.co"), ["ready", "wasm_refused"]);
        assert_eq!(policy("connect-src 'self'"), ["sending_refused"]);
        let meta = format!(
            "<meta http-equiv=\"Content-Security-Policy\" content=\"script-src 'self' 'unsafe-eval'\">{LINE}"
        );
        assert_eq!(found(site, "", &meta), ["script_refused"]);
    }

    #[test]
    fn an_origin_is_cut_from_whatever_was_pasted() {
        assert_eq!(origin_of(" HTTPS://www.Acme.co:8443/a?b#c "), "https://www.acme.co:8443");
        assert_eq!(origin_of("https://user:pw@acme.co"), "https://acme.co");
        assert_eq!(origin_of("acme.co"), "");
    }
}
