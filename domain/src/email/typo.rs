//! “Did you mean …?” for a mistyped provider: an offer, never a block.

use super::key::is_country_tail;
use super::lists::DomainClass;

/// The providers that a slip is corrected to, by how common they are.
const TOP: [&str; 44] = [
    "gmail.com",
    "yahoo.com",
    "hotmail.com",
    "outlook.com",
    "icloud.com",
    "aol.com",
    "live.com",
    "msn.com",
    "protonmail.com",
    "proton.me",
    "googlemail.com",
    "ymail.com",
    "comcast.net",
    "verizon.net",
    "sbcglobal.net",
    "att.net",
    "bellsouth.net",
    "cox.net",
    "earthlink.net",
    "gmx.de",
    "gmx.net",
    "gmx.com",
    "web.de",
    "t-online.de",
    "freenet.de",
    "orange.fr",
    "free.fr",
    "laposte.net",
    "wanadoo.fr",
    "yahoo.fr",
    "hotmail.fr",
    "libero.it",
    "yahoo.co.uk",
    "hotmail.co.uk",
    "btinternet.com",
    "yandex.ru",
    "mail.ru",
    "rocketmail.com",
    "fastmail.com",
    "zoho.com",
    "hey.com",
    "me.com",
    "mac.com",
    "qq.com",
];

/// Providers under an ending of their own country, which people write with `.com`.
const REGIONAL: [(&str, &str); 9] = [
    ("bellsouth.com", "bellsouth.net"),
    ("bluewin.com", "bluewin.ch"),
    ("earthlink.com", "earthlink.net"),
    ("laposte.com", "laposte.net"),
    ("libero.com", "libero.it"),
    ("sbcglobal.com", "sbcglobal.net"),
    ("t-online.com", "t-online.de"),
    ("virgilio.com", "virgilio.it"),
    ("wanadoo.com", "wanadoo.fr"),
];

/// Providers that have one domain for every country.
const WORLDWIDE: [&str; 3] = ["gmail", "googlemail", "icloud"];

/// Endings of four letters in which two may change places; no other ending is made of the same letters.
const SWAPPED: [&str; 4] = ["info", "mobi", "name", "shop"];

/// Endings that no registry has and that are one slip away from one that it has.
const ENDINGS: [(&str, &str); 14] = [
    (".con", ".com"),
    (".cmo", ".com"),
    (".ocm", ".com"),
    (".comm", ".com"),
    (".vom", ".com"),
    (".xom", ".com"),
    (".coom", ".com"),
    (".clm", ".com"),
    (".ner", ".net"),
    (".nte", ".net"),
    (".ogr", ".org"),
    (".orgg", ".org"),
    (".c0m", ".com"),
    (".cpm", ".com"),
];

/// The most slips that are ever mended.
const SLIPS_MAX: usize = 2;

/// Returns the domain that `domain`, in lower case, was probably meant to be, or `None` when it may
/// well be right.
///
/// A known provider is never “corrected” (VALIDATION §5.3). Otherwise one slip away (an edit or a
/// swap), two from names of 9 characters or more, or an ending that does not exist or is typed twice.
/// A throw-away domain is mostly typed on purpose, so only the nearest slip is offered for it.
#[must_use]
pub(crate) fn suggest_domain(domain: &str, class: DomainClass) -> Option<String> {
    let slips_max = match class {
        DomainClass::Free | DomainClass::Relay => return None,
        DomainClass::Disposable => 1,
        DomainClass::Business => SLIPS_MAX,
    };
    if domain.len() < 4 {
        return None;
    }
    let mended = mended_ending(domain);
    let name = mended.as_deref().unwrap_or(domain);
    if TOP.contains(&name) {
        return mended;
    }
    if let Some((_, meant)) = REGIONAL.iter().find(|(typed, _)| *typed == name) {
        return Some((*meant).to_owned());
    }
    // `gmail.co.uk`: nobody has mailboxes there.
    let (brand, tail) = name.split_once('.').unwrap_or((name, ""));
    if WORLDWIDE.contains(&brand) && tail != "com" && is_country_tail(tail) {
        return Some([brand, ".com"].concat());
    }
    let nearest = TOP
        .iter()
        .filter_map(|top| Some((slips(name, top, slips_allowed(name, top)?.min(slips_max))?, *top)))
        .min_by_key(|(count, _)| *count)
        .map(|(_, top)| top.to_owned());
    nearest.or(mended)
}

fn mended_ending(domain: &str) -> Option<String> {
    let (name, ending) = domain.rsplit_once('.')?;
    if name.rsplit_once('.').is_some_and(|(rest, last)| last == ending && !rest.is_empty()) {
        return Some(name.to_owned());
    }
    let swapped = SWAPPED.iter().find(|right| {
        ending != **right && slips(ending, right, 1) == Some(1) && has_same_letters(ending, right)
    });
    if let Some(right) = swapped {
        return Some([name, ".", right].concat());
    }
    ENDINGS.iter().find_map(|(wrong, right)| {
        let name = domain.strip_suffix(wrong).filter(|name| !name.is_empty())?;
        Some([name, right].concat())
    })
}

fn has_same_letters(one: &str, other: &str) -> bool {
    let sorted = |text: &str| {
        let mut letters = text.as_bytes().to_vec();
        letters.sort_unstable();
        letters
    };
    sorted(one) == sorted(other)
}

/// Returns how many slips may lie between a name and a provider, or `None` when their lengths alone
/// lie further apart. Two slips turn a short name into another, and people rarely miss the first key.
fn slips_allowed(name: &str, top: &str) -> Option<usize> {
    let same_start = name.as_bytes().first() == top.as_bytes().first();
    let allowed = if top.len() >= 9 && same_start { SLIPS_MAX } else { 1 };
    (name.len().abs_diff(top.len()) <= allowed).then_some(allowed)
}

/// The length of the longest provider, in bytes.
const TOP_BYTES_MAX: usize = 14;
const WIDTH: usize = TOP_BYTES_MAX + 1;

/// Returns the optimal string alignment distance when it is at most `most`.
fn slips(a: &str, b: &str, most: usize) -> Option<usize> {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut before = [0; WIDTH];
    let mut above: [usize; WIDTH] = std::array::from_fn(|column| column);
    for (i, ca) in a.iter().enumerate() {
        let mut current = [i + 1; WIDTH];
        let mut least = i + 1;
        for (j, cb) in b.iter().enumerate().take(TOP_BYTES_MAX) {
            let at = |row: &[usize; WIDTH], column: usize| row.get(column).map_or(most, |n| *n);
            let mut best = (at(&above, j + 1) + 1)
                .min(at(&current, j) + 1)
                .min(at(&above, j) + usize::from(ca != cb));
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(cb) && b.get(j - 1) == Some(ca);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            if let Some(cell) = current.get_mut(j + 1) {
                *cell = best;
            }
            least = least.min(best);
        }
        // A swap reaches over one row, so one more than allowed may still be mended.
        if least > most + 1 {
            return None;
        }
        (before, above) = (above, current);
    }
    above.get(b.len()).copied().filter(|count| *count <= most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::email::Lists;

    #[test]
    fn offers_the_provider_that_was_meant() {
        for (typed, meant) in [
            ("gmial.com", "gmail.com"),
            ("gmail.con", "gmail.com"),
            ("gnail.con", "gmail.com"),
            ("gmaill.com", "gmail.com"),
            ("yaho.com", "yahoo.com"),
            ("hotmial.com", "hotmail.com"),
            ("hotnail.cmo", "hotmail.com"),
            ("outlok.com", "outlook.com"),
            ("iclud.com", "icloud.com"),
            ("comcast.nte", "comcast.net"),
            ("acme.con", "acme.com"),
            ("gmail.com.com", "gmail.com"),
            ("aolcom", "aol.com"),
            ("gmx..de", "gmx.de"),
            ("wbe.de", "web.de"),
            ("acme.ifno", "acme.info"),
            ("acme.inof", "acme.info"),
            ("gmail.co.uk", "gmail.com"),
            ("icloud.fr", "icloud.com"),
            ("wanadoo.com", "wanadoo.fr"),
        ] {
            assert_eq!(Lists::default().suggest_domain(typed).as_deref(), Some(meant), "{typed}");
        }
    }

    #[test]
    fn every_provider_fits_the_table() {
        assert_eq!(TOP.iter().map(|top| top.len()).max(), Some(TOP_BYTES_MAX));
        for top in TOP {
            assert_eq!(slips(top, top, 0), Some(0));
        }
    }

    #[test]
    fn leaves_real_names_alone() {
        for real in [
            "gmail.com",
            "mail.com",
            "gmx.at",
            "email.com",
            "acme.co",
            "aol.de",
            "me.com",
            "live.nl",
            "yahoo.ca",
            "gmail.studio",
            "comcast.com",
            "gmx.fr",
            "acme.info",
        ] {
            assert_eq!(Lists::default().suggest_domain(real), None, "{real}");
        }
    }
}
