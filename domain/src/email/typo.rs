//! “Did you mean …?” for a mistyped provider: an offer, never a block.

use super::lists::free_providers;

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

/// Returns the domain that `domain` was probably meant to be, or `None` when it may well be right.
///
/// A known provider is never “corrected” (VALIDATION §5.3). Otherwise one slip away (an edit or a
/// swap), two for names of 9 characters or more, or an ending that does not exist.
#[must_use]
pub fn suggest_domain(domain: &str) -> Option<String> {
    let domain = domain.to_ascii_lowercase();
    if domain.len() < 4 || free_providers().any(|known| known == domain) {
        return None;
    }
    let mended = ENDINGS.iter().find_map(|(wrong, right)| {
        domain
            .strip_suffix(wrong)
            .filter(|name| !name.is_empty())
            .map(|name| format!("{name}{right}"))
    });
    let name = mended.as_deref().unwrap_or(&domain);
    if TOP.contains(&name) {
        return mended;
    }
    let nearest = TOP
        .iter()
        .filter_map(|top| slips(name, top).map(|count| (count, *top)))
        .filter(|(count, top)| is_close(name, top, *count))
        .min_by_key(|(count, _)| *count)
        .map(|(_, top)| top.to_owned());
    nearest.or(mended)
}

/// A short name differs from half the dictionary by one letter, so it must share its ending or its
/// start with the provider; a long one may be two slips away.
fn is_close(name: &str, top: &str, count: usize) -> bool {
    let stem = |text: &str| text.split('.').next().unwrap_or_default().len();
    let (name_stem, top_stem) = (stem(name), stem(top));
    let long_enough = top_stem >= 5 || (top_stem == 4 && name_stem == top_stem);
    let allowed = if top.len() >= 9 && name_stem >= 5 { 2 } else { 1 };
    long_enough && count <= allowed && name.chars().next() == top.chars().next()
        || (count == 1 && long_enough && name_stem >= 4)
}

/// Returns the optimal string alignment distance when it is at most 2.
fn slips(a: &str, b: &str) -> Option<usize> {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len().abs_diff(b.len()) > 2 || a.len() > 64 {
        return None;
    }
    let width = b.len() + 1;
    let mut rows: [Vec<usize>; 3] = [vec![0; width], (0..width).collect(), vec![0; width]];
    for (i, ca) in a.iter().enumerate() {
        let [before, above, current] = &mut rows;
        if let Some(first) = current.first_mut() {
            *first = i + 1;
        }
        for (j, cb) in b.iter().enumerate() {
            let at =
                |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX / 2);
            let mut best = (at(above, j + 1) + 1)
                .min(at(current, j) + 1)
                .min(at(above, j) + usize::from(ca != cb));
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(cb) && b.get(j - 1) == Some(ca);
            if swapped {
                best = best.min(at(before, j - 1) + 1);
            }
            if let Some(cell) = current.get_mut(j + 1) {
                *cell = best;
            }
        }
        rows.rotate_left(1);
    }
    rows.get(1).and_then(|row| row.last()).copied().filter(|count| *count <= 2)
}

#[cfg(test)]
mod tests {
    use super::*;

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
        ] {
            assert_eq!(suggest_domain(typed).as_deref(), Some(meant), "{typed}");
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
        ] {
            assert_eq!(suggest_domain(real), None, "{real}");
        }
    }
}
