//! Where a lead came from: UTM tags, click ids and the referrer, grouped into the field's sources.

use serde::{Deserialize, Serialize};

use crate::email::{is_country_tail, self_and_parents};
use crate::named;
use crate::text::truncated;

/// The longest URL, referrer, title or tag that is kept, in characters.
pub const TEXT_CHARS_MAX: usize = 200;

/// The page a submission came from, as the browser reports it; nothing of it is trusted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct PageContext {
    /// The address of the page, with its query.
    pub page_url: String,
    /// The title of the page.
    pub page_title: String,
    /// The address of the page before it.
    pub referrer: String,
}

/// First-touch attribution of a lead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Attribution {
    /// The group the visit belongs to.
    pub source: Source,
    /// `utm_source`, lower case.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub utm_source: String,
    /// `utm_medium`, lower case.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub utm_medium: String,
    /// `utm_campaign` as written.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub utm_campaign: String,
    /// `utm_term` as written.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub utm_term: String,
    /// `utm_content` as written.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub utm_content: String,
    /// The page without its query, which may hold personal data.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub page_url: String,
    /// The title of the page.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub page_title: String,
    /// The host of the page before it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub referrer_host: String,
}

impl Attribution {
    /// Returns what rules can ask about where a lead came from beside its source: what is known of it, by
    /// its name.
    pub fn facts(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let facts = [
            ("page_url", &self.page_url),
            ("referrer_host", &self.referrer_host),
            ("utm_campaign", &self.utm_campaign),
            ("utm_content", &self.utm_content),
            ("utm_medium", &self.utm_medium),
            ("utm_source", &self.utm_source),
            ("utm_term", &self.utm_term),
        ];
        facts
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(name, text)| (name, text.as_str()))
    }
}

impl Attribution {
    /// Sets one of the texts by its name; returns whether there is one of that name. The source is none of
    /// them.
    pub fn set(&mut self, name: &str, text: &str) -> bool {
        let place = match name {
            "utm_source" => &mut self.utm_source,
            "utm_medium" => &mut self.utm_medium,
            "utm_campaign" => &mut self.utm_campaign,
            "utm_term" => &mut self.utm_term,
            "utm_content" => &mut self.utm_content,
            "page_url" => &mut self.page_url,
            "page_title" => &mut self.page_title,
            "referrer_host" => &mut self.referrer_host,
            _ => return false,
        };
        *place = kept(text.trim());
        true
    }
}

named! {
    /// The default channel grouping of web analytics, kept to what a lead owner acts on.
    pub enum Source {
        /// No campaign and no referrer.
        Direct = "direct",
        /// A search engine's unpaid results.
        OrganicSearch = "organic_search",
        /// A paid result, by medium or click id.
        PaidSearch = "paid_search",
        /// A post on a social network.
        OrganicSocial = "organic_social",
        /// An advertisement on a social network.
        PaidSocial = "paid_social",
        /// A link in an e-mail.
        Email = "email",
        /// A link on another site.
        Referral = "referral",
        /// A tagged campaign of any other kind.
        OtherCampaign = "other_campaign",
        /// A file that the owner brought along.
        Imported = "imported",
    }
}

/// Brands whose name in `utm_source` says that a search engine sent the visit.
const SEARCH_BRANDS: [&str; 12] = [
    "google",
    "bing",
    "duckduckgo",
    "yahoo",
    "ecosia",
    "baidu",
    "yandex",
    "startpage",
    "qwant",
    "brave",
    "naver",
    "seznam",
];
/// Brands whose name in `utm_source` says that a social network did.
const SOCIAL_BRANDS: [&str; 12] = [
    "linkedin",
    "lnkd",
    "facebook",
    "instagram",
    "twitter",
    "t.co",
    "x.com",
    "reddit",
    "youtube",
    "pinterest",
    "tiktok",
    "threads",
];

/// Hosts of search engines, a name that ends in a dot under every country's ending. Whatever stands in
/// front of such a name is another service: `accounts.google.com` searches nothing.
const SEARCH_HOSTS: [&str; 24] = [
    "google.",
    "images.google.",
    "bing.com",
    "cn.bing.com",
    "duckduckgo.com",
    "html.duckduckgo.com",
    "yahoo.",
    "search.yahoo.com",
    "search.yahoo.co.jp",
    "ecosia.org",
    "baidu.com",
    "m.baidu.com",
    "yandex.",
    "ya.ru",
    "startpage.com",
    "qwant.com",
    "search.brave.com",
    "kagi.com",
    "search.naver.com",
    "m.search.naver.com",
    "search.seznam.cz",
    "seznam.cz",
    "go.mail.ru",
    "com.google.android.googlequicksearchbox",
];
/// Hosts of social networks, themselves or with anything in front.
const SOCIAL_HOSTS: [&str; 27] = [
    "linkedin.com",
    "lnkd.in",
    "facebook.com",
    "fb.com",
    "instagram.com",
    "twitter.com",
    "t.co",
    "x.com",
    "reddit.com",
    "youtube.com",
    "youtu.be",
    "pinterest.",
    "tiktok.com",
    "threads.net",
    "threads.com",
    "xing.com",
    "bsky.app",
    "com.linkedin.android",
    "com.facebook.katana",
    "com.facebook.orca",
    "com.instagram.android",
    "com.twitter.android",
    "com.reddit.frontpage",
    "com.pinterest",
    "com.zhiliaoapp.musically",
    "com.google.android.youtube",
    "com.instagram.barcelona",
];
/// Hosts where people read their mail, themselves or with anything in front.
const MAIL_HOSTS: [&str; 21] = [
    "outlook.live.com",
    "outlook.office.com",
    "outlook.office365.com",
    "e.mail.ru",
    "app.fastmail.com",
    "icloud.com",
    "navigator.gmx.net",
    "navigator.web.de",
    "email.t-online.de",
    "app.hey.com",
    "app.tuta.com",
    "email.seznam.cz",
    "com.google.android.gm",
    "com.microsoft.office.outlook",
    "com.yahoo.mobile.client.android.mail",
    "ch.protonmail.android",
    "com.samsung.android.email.provider",
    "com.fsck.k9",
    "me.bluemail.mail",
    "de.gmx.mobile.android.mail",
    "ru.yandex.mail",
];
/// How the name of a webmail host begins, whoever runs it.
const MAIL_STARTS: [&str; 3] = ["mail.", "webmail.", "roundcube."];

/// Whether `host` is one of `hosts`; `below` says whether anything may stand in front of it.
fn is_of(hosts: &[&str], host: &str, below: bool) -> bool {
    hosts.iter().any(|known| {
        let matches = |host: &str| match known.strip_suffix('.') {
            None => host == *known,
            Some(brand) => host
                .strip_prefix(brand)
                .and_then(|rest| rest.strip_prefix('.'))
                .is_some_and(is_country_tail),
        };
        matches(host) || (below && self_and_parents(host).any(matches))
    })
}

impl Attribution {
    /// Reads the tags of a page's address and groups the visit. Never fails: what cannot be read
    /// is left out.
    #[must_use]
    pub fn of(page: &PageContext) -> Self {
        let url = page.page_url.trim();
        // Tags stand behind the question mark, or behind the number sign where a page finds its own way.
        let (before, fragment) = url.split_once('#').unwrap_or((url, ""));
        let (base, query) = before.split_once('?').unwrap_or((before, ""));
        let fragment = fragment.split_once('?').map_or(fragment, |(_, query)| query);
        let tag = |name: &str| {
            let mut pairs = query.split('&').chain(fragment.split('&'));
            let found = pairs.find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
            kept(&percent_decoded(found.unwrap_or("")))
        };
        let mut this = Self {
            source: Source::Direct,
            utm_source: tag("utm_source").to_ascii_lowercase(),
            utm_medium: tag("utm_medium").to_ascii_lowercase(),
            utm_campaign: tag("utm_campaign"),
            utm_term: tag("utm_term"),
            utm_content: tag("utm_content"),
            page_url: if is_web_address(base) { kept(base) } else { String::new() },
            page_title: kept(page.page_title.trim()),
            referrer_host: kept(host_of(&page.referrer)),
        };
        let own = host_of(url);
        if this.referrer_host == own {
            this.referrer_host.clear();
        }
        let clicked = |ids: &[&str]| ids.iter().any(|id| !tag(id).is_empty());
        this.source = this.grouped(
            clicked(&["gclid", "gbraid", "wbraid", "msclkid", "dclid"]),
            clicked(&["fbclid", "li_fat_id", "ttclid", "twclid", "rdt_cid", "sccid", "epik"]),
        );
        this
    }

    fn grouped(&self, search_click: bool, social_click: bool) -> Source {
        let medium = self.utm_medium.as_str();
        let paid =
            ["cpc", "ppc", "paid", "display", "retargeting"].iter().any(|m| medium.contains(m));
        // `google_ads` and `googleads` name Google; `t.company` does not name `t.co`.
        let ends = |rest: &str| !rest.starts_with(char::is_alphanumeric) || rest.starts_with("ads");
        let is_of_brand = |brand: &&str| self.utm_source.strip_prefix(*brand).is_some_and(ends);
        let named = |brands: &[&str]| brands.iter().any(is_of_brand);
        let social = named(&SOCIAL_BRANDS) || medium.contains("social");
        let search = named(&SEARCH_BRANDS) || medium.contains("search");
        let host = self.referrer_host.as_str();
        let read_mail = is_of(&MAIL_HOSTS, host, true)
            || MAIL_STARTS.iter().any(|start| host.starts_with(start))
            || host.contains(".mail.");
        let searched = is_of(&SEARCH_HOSTS, host, false) || host.ends_with(".search.yahoo.com");
        match () {
            () if medium.contains("mail") || self.utm_source.contains("newsletter") => {
                Source::Email
            }
            () if social && paid => Source::PaidSocial,
            () if social => Source::OrganicSocial,
            () if search_click || (search && paid) => Source::PaidSearch,
            () if search => Source::OrganicSearch,
            () if medium == "referral" => Source::Referral,
            () if !self.utm_source.is_empty() || !self.utm_campaign.is_empty() => {
                Source::OtherCampaign
            }
            // A click id without tags says which network sent the visit, not that it was paid for.
            () if social_click || is_of(&SOCIAL_HOSTS, host, true) => Source::OrganicSocial,
            () if searched => Source::OrganicSearch,
            () if read_mail => Source::Email,
            () if !self.referrer_host.is_empty() => Source::Referral,
            () => Source::Direct,
        }
    }
}

/// Returns the path of a page's address, for counting views by page.
#[must_use]
pub fn page_path(url: &str) -> String {
    let after = url.split_once("://").map_or("", |(_, rest)| rest);
    let path = after.find('/').and_then(|at| after.get(at..)).unwrap_or("/");
    let path = path.split(['?', '#']).next().unwrap_or("/");
    // A segment with an address in it is about a person, and counts of pages are about none.
    let is_address = |part: &str| part.contains('@') || part.to_ascii_lowercase().contains("%40");
    let parts: Vec<_> =
        path.split('/').map(|part| if is_address(part) { "…" } else { part }).collect();
    kept(&parts.join("/"))
}

fn is_web_address(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// Returns the host of an address without `www.`; of an app that opened the page, its name.
fn host_of(url: &str) -> &str {
    let is_app = url.starts_with("android-app://") || url.starts_with("ios-app://");
    if !is_web_address(url) && !is_app {
        return "";
    }
    let after = url.split_once("://").map_or("", |(_, rest)| rest);
    let authority = after.split(['/', '?', '#']).next().unwrap_or("");
    let host = authority.rsplit('@').next().unwrap_or("");
    let host = host.split(':').next().unwrap_or("");
    host.strip_prefix("www.").unwrap_or(host)
}

fn kept(text: &str) -> String {
    let clean: String = text.chars().filter(|c| !crate::text::is_hidden(*c)).collect();
    truncated(&clean, TEXT_CHARS_MAX).to_owned()
}

/// Decodes `%XX` and `+` of a query value; bytes that are no UTF-8 become U+FFFD and are dropped.
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = |b: u8| (b as char).to_digit(16).and_then(|d| u8::try_from(d).ok());
        match (first, tail) {
            (b'%', [high, low, after @ ..]) if hex(*high).is_some() && hex(*low).is_some() => {
                bytes.push(hex(*high).unwrap_or(0) * 16 + hex(*low).unwrap_or(0));
                rest = after;
            }
            (b'+', _) => {
                bytes.push(b' ');
                rest = tail;
            }
            (other, _) => {
                bytes.push(*other);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(url: &str, referrer: &str) -> Source {
        let page =
            PageContext { page_url: url.into(), referrer: referrer.into(), ..Default::default() };
        Attribution::of(&page).source
    }

    #[test]
    fn groups_visits_by_source() {
        for (url, referrer, expected) in [
            ("https://a.co/", "", Source::Direct),
            ("https://a.co/", "https://a.co/pricing", Source::Direct),
            ("https://a.co/", "https://www.google.com/", Source::OrganicSearch),
            ("https://a.co/?gclid=x", "https://www.google.com/", Source::PaidSearch),
            ("https://a.co/?utm_source=google&utm_medium=cpc", "", Source::PaidSearch),
            ("https://a.co/?utm_source=Google&utm_medium=organic", "", Source::OrganicSearch),
            ("https://a.co/", "https://www.linkedin.com/feed", Source::OrganicSocial),
            ("https://a.co/?utm_source=linkedin&utm_medium=paid_social", "", Source::PaidSocial),
            ("https://a.co/?fbclid=1", "", Source::OrganicSocial),
            ("https://a.co/?utm_source=newsletter", "", Source::Email),
            ("https://a.co/?utm_medium=email", "", Source::Email),
            ("https://a.co/", "https://blog.partner.io/x", Source::Referral),
            ("https://a.co/?utm_source=badge&utm_campaign=fair", "", Source::OtherCampaign),
            ("javascript:alert(1)", "javascript:alert(1)", Source::Direct),
            ("https://a.co/#utm_source=newsletter", "", Source::Email),
            ("https://a.co/#/page?utm_source=google&utm_medium=cpc", "", Source::PaidSearch),
            ("https://a.co/", "https://www.google.co.uk/", Source::OrganicSearch),
            ("https://a.co/", "https://uk.search.yahoo.com/", Source::OrganicSearch),
            ("https://a.co/", "https://mail.google.com/", Source::Email),
            ("https://a.co/", "https://mail.yahoo.com/", Source::Email),
            ("https://a.co/", "https://us.mail.yahoo.com/", Source::Email),
            ("https://a.co/", "https://outlook.live.com/mail/0/", Source::Email),
            ("https://a.co/", "https://webmail.partner.io/", Source::Email),
            ("https://a.co/", "https://accounts.google.com/", Source::Referral),
            ("https://a.co/", "https://docs.google.com/", Source::Referral),
            ("https://a.co/", "https://login.microsoftonline.com/", Source::Referral),
            ("https://a.co/", "https://x.company.de/", Source::Referral),
            ("https://a.co/", "https://t.community/", Source::Referral),
            ("https://a.co/", "https://l.facebook.com/", Source::OrganicSocial),
            ("https://a.co/", "https://www.pinterest.co.uk/", Source::OrganicSocial),
            (
                "https://a.co/",
                "android-app://com.google.android.googlequicksearchbox/",
                Source::OrganicSearch,
            ),
            ("https://a.co/", "android-app://com.linkedin.android/", Source::OrganicSocial),
            ("https://a.co/", "android-app://com.google.android.gm/", Source::Email),
            ("https://a.co/", "android-app://com.partner.app/", Source::Referral),
        ] {
            assert_eq!(source(url, referrer), expected, "{url} {referrer}");
        }
    }

    #[test]
    fn a_brand_is_named_as_a_whole_word() {
        for (tag, expected) in [
            ("t.co", Source::OrganicSocial),
            ("t.company", Source::OtherCampaign),
            ("x.com", Source::OrganicSocial),
            ("x.community", Source::OtherCampaign),
            ("bing", Source::OrganicSearch),
            ("binge", Source::OtherCampaign),
            ("google_ads", Source::OrganicSearch),
            ("googleads", Source::OrganicSearch),
            ("google.com", Source::OrganicSearch),
            ("linkedin-ads", Source::OrganicSocial),
        ] {
            assert_eq!(source(&format!("https://a.co/?utm_source={tag}"), ""), expected, "{tag}");
        }
    }

    #[test]
    fn keeps_tags_decoded_and_bounded() {
        let page = PageContext {
            page_url: format!(
                "https://a.co/p?utm_campaign=Spring%20%C3%A9+1&utm_term={}&e=a@b.co#x",
                "t".repeat(500)
            ),
            page_title: "x".repeat(500),
            referrer: String::new(),
        };
        let got = Attribution::of(&page);
        assert_eq!(got.utm_campaign, "Spring é 1");
        assert_eq!((got.utm_term.len(), got.page_title.len()), (TEXT_CHARS_MAX, TEXT_CHARS_MAX));
        assert_eq!(got.page_url, "https://a.co/p");
        assert_eq!(page_path("https://a.co/p/q?x=1"), "/p/q");
    }
}
