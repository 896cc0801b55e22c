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
        /// The line loads the script as a module, which browsers refuse from another site.
        ModuleScript = "module_script",
        /// The page's Content-Security-Policy does not let the script run (`script-src`, `trusted-types`).
        ScriptRefused = "script_refused",
        /// The page's Content-Security-Policy does not let the form send (`connect-src`, or `form-action` where
        /// it allows no WebAssembly).
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
    let html = without_comments(&page.html);
    let lines: Vec<EmbedLine> = embed_lines(&html).collect();
    if lines.is_empty() {
        found.insert(0, F::NoScript);
        return found;
    }
    if lines.iter().all(|line| line.is_module) {
        found.insert(0, F::ModuleScript);
        return found;
    }
    let scripts: Vec<String> = lines
        .into_iter()
        .map(|line| line.source)
        .map(|line| match line.as_str() {
            // Without a scheme it is that of the page (RFC 3986 §4.2).
            line if line.starts_with("//") => format!("{}{line}", scheme_of(&origin)),
            line if line.starts_with('/') => format!("{origin}{line}"),
            _ => line,
        })
        .filter(|script| origin_of(script) == own)
        .collect();
    if scripts.is_empty() {
        found.insert(0, F::OtherDeployment);
        return found;
    }
    let names_form = |script: &String| {
        let named = script.split_once("form=").map_or("", |(_, rest)| rest);
        named.split(['&', '#']).next() == Some(form.id.as_str())
    };
    if !scripts.iter().any(names_form) {
        found.insert(0, F::OtherForm);
        return found;
    }
    if page.url.starts_with("https:") && own.starts_with("http:") {
        found.insert(0, F::MixedContent);
    }
    let policies: Vec<String> =
        page.policy.split(',').map(str::to_owned).chain(meta_policies(&html)).collect();
    let covers = |list: &[&str]| list.iter().any(|source| allows(source, own, &origin));
    let refuses_script = |policy: &String| {
        sources(policy, &["script-src-elem", "script-src", "default-src"])
            .is_some_and(|list| !covers(&list) && !list.iter().any(|one| trusts_by_mark(one)))
    };
    let refuses_sending = |policy: &String| {
        sources(policy, &["connect-src", "default-src"]).is_some_and(|list| !covers(&list))
    };
    // The loader has a Trusted Types policy of its own.
    let refuses_markup = |policy: &String| {
        sources(policy, &["require-trusted-types-for"]).is_some()
            && sources(policy, &["trusted-types"])
                .is_some_and(|list| !list.contains(&"plumbline") && !list.contains(&"*"))
    };
    if policies.iter().any(|policy| refuses_script(policy) || refuses_markup(policy)) {
        found.push(F::ScriptRefused);
    }
    let wasm = |list: &Vec<&str>| list.iter().any(|one| one.contains("unsafe-eval"));
    let no_wasm = |policy: &String| {
        sources(policy, &["script-src", "default-src"]).is_some_and(|list| !wasm(&list))
    };
    let is_plain = policies.iter().any(no_wasm);
    // Without WebAssembly the form is posted as plain HTML.
    let refuses_post = |policy: &String| {
        is_plain && sources(policy, &["form-action"]).is_some_and(|list| !covers(&list))
    };
    if policies.iter().any(|policy| refuses_sending(policy) || refuses_post(policy)) {
        found.push(F::SendingRefused);
    }
    if is_plain {
        found.push(F::WasmRefused);
    }
    // What only makes the form plainer does not stop it.
    if found.iter().all(|one| *one == F::WasmRefused) {
        found.insert(0, F::Ready);
    }
    found
}

/// Returns the scheme of an origin, with its colon.
fn scheme_of(origin: &str) -> &str {
    origin.split_inclusive(':').next().unwrap_or_default()
}

/// A script that shows a form.
struct EmbedLine {
    source: String,
    is_module: bool,
}

/// Returns the scripts that show forms, in the order of the page.
fn embed_lines(html: &str) -> impl Iterator<Item = EmbedLine> {
    let tags =
        html.match_indices("<script").filter_map(|(at, _)| html.get(at..)?.split('>').next());
    tags.filter_map(|tag| {
        let at = tag.find("/embed.js?")?;
        let (before, after) = tag.split_at_checked(at)?;
        let start = before.rfind(['"', '\'', '=', ' '])? + 1;
        let end = after.find(['"', '\'', ' ']).unwrap_or(after.len());
        let source = format!("{}{}", before.get(start..)?, after.get(..end)?).replace("&amp;", "&");
        let words = tag.replace(['"', '\''], "");
        Some(EmbedLine { source, is_module: words.contains("type=module") })
    })
}

/// Returns a page without its comments.
fn without_comments(html: &str) -> String {
    let mut parts = html.split("<!--");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once("-->").map_or("", |(_, rest)| rest))
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

/// Whether a source expression lets scripts run by a nonce, by a hash or because a trusted script loads
/// them: whether it lets a given one run cannot be told from its address.
fn trusts_by_mark(source: &str) -> bool {
    let source = source.to_ascii_lowercase();
    let marks = ["'nonce-", "'sha256-", "'sha384-", "'sha512-", "'strict-dynamic'"];
    marks.iter().any(|mark| source.starts_with(mark))
}

/// Whether a source expression covers an origin (CSP 3 §6.7.2.8, paths left out).
fn allows(source: &str, wanted: &str, page: &str) -> bool {
    let (scheme, authority) = wanted.split_once("://").unwrap_or(("", wanted));
    // What may be loaded without encryption may be loaded with it.
    let scheme_fits = |allowed: &str| allowed == scheme || (allowed == "http" && scheme == "https");
    let source = source.trim_end_matches('/').to_ascii_lowercase();
    match source.as_str() {
        "*" => true,
        "'self'" => wanted == page,
        source if source.ends_with(':') => scheme_fits(source.trim_end_matches(':')),
        source => {
            let (source_scheme, pattern) = source.split_once("://").unwrap_or((scheme, source));
            let (pattern, source_port) =
                host_and_port(pattern.split('/').next().unwrap_or_default());
            let (host, port) = host_and_port(authority);
            let usual_port = match scheme {
                "https" => "443",
                "http" => "80",
                _ => "",
            };
            let port = port.unwrap_or(usual_port);
            let port_fits = match source_port {
                None => port == usual_port,
                Some("*") => true,
                // The scheme is raised together with its usual port.
                Some("80") if scheme == "https" => port == "80" || port == "443",
                Some(allowed) => allowed == port,
            };
            let host_fits = match pattern.strip_prefix("*.") {
                Some(parent) => host.strip_suffix(parent).is_some_and(|rest| rest.ends_with('.')),
                None => pattern == "*" || pattern == host,
            };
            scheme_fits(source_scheme) && host_fits && port_fits
        }
    }
}

/// Returns the host, and the port where one is named; `*` stands for any port.
fn host_and_port(authority: &str) -> (&str, Option<&str>) {
    let is_port = |text: &str| {
        text == "*" || (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()))
    };
    match authority.rsplit_once(':') {
        Some((host, port)) if is_port(port) => (host, Some(port)),
        _ => (authority, None),
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
        assert_eq!(found(site, "", &LINE.replace("https:", "")), ["ready"]);
        let other = LINE.replace("leads.", "old.");
        assert_eq!(found(site, "", &other), ["other_deployment"]);
        let missing = FetchedPage { status: 404, ..page(site, "", LINE) };
        assert_eq!(look_at_site(&missing, &form(), OWN), [SiteFinding::PageError]);
        let feed = FetchedPage { media_type: "application/rss+xml".into(), ..page(site, "", LINE) };
        assert_eq!(look_at_site(&feed, &form(), OWN), [SiteFinding::NotHtml]);
        let plain = "http://127.0.0.1:8787";
        let hidden = ["<!-- ", LINE, " -->"].concat();
        assert_eq!(found(site, "", &hidden), ["no_script"]);
        assert_eq!(found(site, "", &LINE.replace('<', "&lt;")), ["no_script"]);
        let module = LINE.replace("<script", "<script type=\"module\"");
        assert_eq!(found(site, "", &module), ["module_script"]);
        let types = "require-trusted-types-for 'script'; trusted-types foo";
        assert_eq!(found(site, types, LINE), ["script_refused"]);
        let types = types.replace("foo", "foo plumbline");
        assert_eq!(found(site, &types, LINE), ["ready"]);
        let plain_post = "script-src https://leads.acme.co; form-action 'self'";
        assert_eq!(found(site, plain_post, LINE), ["sending_refused", "wasm_refused"]);
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
    fn the_right_line_is_found_among_several() {
        let site = "https://www.acme.co/";
        let other_form = LINE.replace("form=demo", "form=spring");
        let other_deployment = LINE.replace("leads.", "old.");
        assert_eq!(found(site, "", &format!("{other_form}{LINE}")), ["ready"]);
        assert_eq!(found(site, "", &format!("{other_deployment}{LINE}{other_form}")), ["ready"]);
        let both = format!("{other_deployment}{other_form}");
        assert_eq!(found(site, "", &both), ["other_form"]);
    }

    #[test]
    fn a_script_that_a_mark_may_let_run_is_not_called_refused() {
        for mark in ["'nonce-abc'", "'sha256-abc='", "'SHA512-abc='", "'strict-dynamic'"] {
            let policy = format!("script-src {mark} 'unsafe-eval'");
            assert_eq!(found("https://www.acme.co/", &policy, LINE), ["ready"], "{mark}");
        }
        let sending = "default-src 'nonce-abc' 'unsafe-eval'";
        assert_eq!(found("https://www.acme.co/", sending, LINE), ["sending_refused"]);
    }

    #[test]
    fn a_source_covers_the_raised_scheme_and_the_usual_port() {
        for source in [
            "http:",
            "http://leads.acme.co",
            "http://leads.acme.co:80",
            "https://leads.acme.co:443",
            "leads.acme.co:443",
            "*.acme.co:443",
            "Leads.Acme.co:*/embed.js",
        ] {
            assert!(allows(source, OWN, "https://www.acme.co"), "{source}");
        }
        for source in ["leads.acme.co:8443", "https://acme.co", "wss://leads.acme.co", "ftp:"] {
            assert!(!allows(source, OWN, "https://www.acme.co"), "{source}");
        }
        assert!(!allows("https://leads.acme.co", "http://leads.acme.co", ""));
        assert!(allows("127.0.0.1:8787", "http://127.0.0.1:8787", ""));
        assert!(!allows("127.0.0.1", "http://127.0.0.1:8787", ""));
    }

    #[test]
    fn an_origin_is_cut_from_whatever_was_pasted() {
        assert_eq!(origin_of(" HTTPS://www.Acme.co:8443/a?b#c "), "https://www.acme.co:8443");
        assert_eq!(origin_of("https://user:pw@acme.co"), "https://acme.co");
        assert_eq!(origin_of("acme.co"), "");
    }
}
