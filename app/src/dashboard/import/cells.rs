//! What a cell says, in the words that leads are stored in.

use std::collections::HashMap;
use std::sync::LazyLock;

use plumbline_domain::attribution::Source;
use plumbline_domain::email::{EmailAddress, unwrapped};
use plumbline_domain::form::{CONSENT_DENIED, CONSENT_GIVEN, countries, country_name};
use plumbline_domain::lead::Stage;
use plumbline_domain::text::{AsciiOnly, visible};

use super::headings::plain;

/// The names of countries in English and in their own languages beside those of ISO 3166, a line each: the
/// code, and names parted by bars.
static COUNTRY_NAMES: &str = include_str!("country_names.txt");

/// The codes of countries by everything they are called, as [`plain`] has it.
static COUNTRIES: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let others = COUNTRY_NAMES.lines().filter_map(|line| line.split_once(' '));
    let others = others.filter(|(code, _)| country_name(code).is_some());
    let others = others.flat_map(|(code, names)| names.split('|').map(move |name| (name, code)));
    let own = countries().map(|(code, name)| (name, code));
    let codes = countries().map(|(code, _)| (code, code));
    // What stands later counts: a code before a name, a name of ISO 3166 before any other.
    others.chain(own).chain(codes).map(|(name, code)| (plain(name), code)).collect()
});

/// Returns the code of a country by its name or code.
pub fn country(cell: &str) -> Option<&'static str> {
    COUNTRIES.get(&plain(cell)).copied()
}

/// Returns the band of a number of people; a band or word that is none stays as it is.
pub fn company_size(cell: &str) -> String {
    let whole = cell.trim();
    // Tools that know only numbers with a fraction write `50.0`.
    let whole = whole.strip_suffix(".00").or_else(|| whole.strip_suffix(".0")).unwrap_or(whole);
    let parts = |c: char| matches!(c, ',' | '.' | '\'' | '\u{2019}') || c.is_whitespace();
    let has_fraction = whole.rsplit_once(parts).is_some_and(|(_, last)| last.len() != 3);
    let digits: String = whole.chars().filter(|c| !parts(*c)).collect();
    match digits.parse::<u32>().ok().filter(|_| !has_fraction) {
        Some(0..=10) => "1-10".to_owned(),
        Some(11..=50) => "11-50".to_owned(),
        Some(51..=200) => "51-200".to_owned(),
        Some(201..=1_000) => "201-1000".to_owned(),
        Some(_) => "1000+".to_owned(),
        None => cell.to_owned(),
    }
}

const YES: &str = "yes y true t 1 on x ✓ ✔ ☑ ☒ ja j oui si sí sim tak jah да 是 はい wahr vrai verdadero vero ano evet kyllä igen";
const NO: &str = "no n false f 0 off nein non não nao nie nee нет 否 いいえ falsch faux falso nej nei ei ne hayır nem";
/// What says that mail is wanted, whatever the column is called.
const WANTED: &str = "subscribed optin optedin doubleoptin singleoptin confirmedoptin confirmed accepted agreed granted given einverstanden zugestimmt eingewilligt accepté consented marketingcontact";
/// What says that it is not.
const UNWANTED: &str = "unsubscribed optout optedout declined denied refused withdrawn revoked notgiven abgelehnt widerrufen refusé cleaned bounced complained donotcontact donotemail";

/// Whether one of `lists` holds what a cell says.
fn says(cell: &str, lists: &[&str]) -> bool {
    let word =
        if matches!(cell, "✓" | "✔" | "☑" | "☒") { cell.to_owned() } else { plain(cell) };
    lists.iter().any(|words| words.split(' ').any(|known| known == word))
}

/// Returns whether mail was agreed to, `None` for a word that says neither: nobody has agreed by it.
pub fn consent(cell: &str) -> Option<&'static str> {
    match () {
        () if says(cell, &[YES, WANTED]) => Some(CONSENT_GIVEN),
        () if says(cell, &[NO, UNWANTED]) => Some(CONSENT_DENIED),
        () => None,
    }
}

/// What a cell of a column such as “Opted out” says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptOut {
    /// Mail was refused.
    Is,
    /// It was not; that is no consent either.
    IsNot,
    /// Something that is neither yes nor no, such as the day when it was refused.
    Unclear,
}

/// Reads a cell of a column that says whether mail was refused.
pub fn opt_out(cell: &str) -> OptOut {
    match () {
        () if says(cell, &[NO, WANTED]) || plain(cell).is_empty() => OptOut::IsNot,
        () if says(cell, &[YES, UNWANTED]) => OptOut::Is,
        () => OptOut::Unclear,
    }
}

/// Whether a spreadsheet has shortened a long number, such as `4,91512E+11`: the rest of it is lost.
pub fn is_shortened_number(cell: &str) -> bool {
    let lower = cell.trim().to_ascii_lowercase();
    let Some((digits, power)) = lower.split_once("e+") else { return false };
    let is_number = |text: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','))
    };
    is_number(digits) && is_number(power)
}

/// Returns how far a lead has come, by the names of this product and of others.
pub fn stage(cell: &str) -> Option<Stage> {
    let name = plain(cell);
    let others = [
        ("mql", Stage::MarketingQualified),
        ("sql", Stage::SalesQualified),
        ("evangelist", Stage::Customer),
        ("client", Stage::Customer),
        ("kunde", Stage::Customer),
        ("won", Stage::Customer),
        ("closedwon", Stage::Customer),
        ("closedconverted", Stage::Opportunity),
        ("converted", Stage::Opportunity),
        ("new", Stage::Lead),
        ("opennotcontacted", Stage::Lead),
        ("deal", Stage::Opportunity),
    ];
    let own = Stage::ALL.into_iter().find(|stage| {
        let own = plain(stage.as_str());
        name == own || name == format!("{own}lead")
    });
    own.or_else(|| others.into_iter().find(|(known, _)| *known == name).map(|(_, stage)| stage))
}

/// Returns where a lead came from, by the names of this product and of others.
pub fn source(cell: &str) -> Option<Source> {
    let name = plain(cell);
    let others = [
        ("directtraffic", Source::Direct),
        ("organic", Source::OrganicSearch),
        ("seo", Source::OrganicSearch),
        ("paid", Source::PaidSearch),
        ("ppc", Source::PaidSearch),
        ("googleads", Source::PaidSearch),
        ("socialmedia", Source::OrganicSocial),
        ("emailmarketing", Source::Email),
        ("newsletter", Source::Email),
        ("referrals", Source::Referral),
        ("partnerreferral", Source::Referral),
        ("othercampaigns", Source::OtherCampaign),
        ("offline", Source::Imported),
        ("offlinesources", Source::Imported),
    ];
    let own = Source::ALL.into_iter().find(|source| plain(source.as_str()) == name);
    own.or_else(|| others.into_iter().find(|(known, _)| *known == name).map(|(_, source)| source))
}

/// Parts a cell that holds several values: as Google Contacts writes them, or by commas, semicolons and lines.
pub fn several<'a>(cell: &'a str, signs: &'static [char]) -> Vec<&'a str> {
    cell.split(":::")
        .flat_map(|part| part.split(signs))
        .map(|part| part.trim().trim_matches('*').trim())
        .filter(|part| !part.is_empty())
        .collect()
}

/// Parts the addresses of a cell: the first that is one, and the others. Where none is, the cell is the first.
pub fn addresses(cell: &str) -> (String, Vec<String>) {
    let text = visible(cell);
    let parts = several(&text, &[',', ';', '\n', '|']);
    let is_address = |part: &str| {
        let inner = unwrapped(part).unwrap_or(part);
        EmailAddress::read(inner, &AsciiOnly).is_ok() || (!inner.is_ascii() && inner.contains('@'))
    };
    let bare = |part: &str| unwrapped(part).unwrap_or(part).to_owned();
    match parts.iter().position(|part| is_address(part)) {
        Some(first) => {
            // What is none stays beside it as it was written.
            let others = parts.iter().enumerate().filter(|(place, _)| *place != first);
            let others = others.map(|(_, part)| bare(part)).filter(|part| part.contains('@'));
            (parts.get(first).map(|part| bare(part)).unwrap_or_default(), others.collect())
        }
        None => (cell.to_owned(), Vec::new()),
    }
}

/// Parts the numbers of a cell: the first, and the others. Lead forms of Meta write `p:` before a number.
pub fn numbers(cell: &str) -> (String, Vec<String>) {
    let parts = several(cell, &[';', '\n', '|', ',']);
    let bare = |part: &str| part.strip_prefix("p:").unwrap_or(part).trim().to_owned();
    let mut all = parts.into_iter().map(bare);
    (all.next().unwrap_or_default(), all.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_known_by_their_names() {
        for (name, code) in [
            ("DE", "DE"),
            ("gb", "GB"),
            ("Germany", "DE"),
            ("Deutschland", "DE"),
            ("UK", "GB"),
            ("U.K.", "GB"),
            ("England", "GB"),
            ("USA", "US"),
            ("United States of America", "US"),
            ("Czech Republic", "CZ"),
            ("Česko", "CZ"),
            ("Österreich", "AT"),
            ("Schweiz", "CH"),
            ("Suomi", "FI"),
            ("Holland", "NL"),
            ("The Netherlands", "NL"),
            ("日本", "JP"),
            ("Россия", "RU"),
            ("South Korea", "KR"),
            ("Vietnam", "VN"),
            ("Turkey", "TR"),
            ("Ivory Coast", "CI"),
        ] {
            assert_eq!(country(name), Some(code), "{name}");
        }
        for none in ["", "Mars", "-", "Bavaria"] {
            assert_eq!(country(none), None, "{none}");
        }
        // Every line names a country that there is, and no name is of two.
        let mut seen = std::collections::BTreeSet::new();
        for (code, names) in COUNTRY_NAMES.lines().filter_map(|line| line.split_once(' ')) {
            assert!(country_name(code).is_some(), "{code}");
            for name in names.split('|').map(plain) {
                assert!(seen.insert(name.clone()), "{name}");
            }
        }
    }

    #[test]
    fn a_column_of_opt_outs_is_read_as_one() {
        for (cell, said) in [
            ("1", OptOut::Is),
            ("Opted out", OptOut::Is),
            ("opt-out", OptOut::Is),
            ("unsubscribed", OptOut::Is),
            ("Do not email", OptOut::Is),
            ("WAHR", OptOut::Is),
            ("0", OptOut::IsNot),
            ("FALSCH", OptOut::IsNot),
            ("opted in", OptOut::IsNot),
            ("Subscribed", OptOut::IsNot),
            ("-", OptOut::IsNot),
            ("2023-05-01", OptOut::Unclear),
        ] {
            assert_eq!(opt_out(cell), said, "{cell}");
        }
        assert!(is_shortened_number("4,91512E+11") && is_shortened_number("4.9E+11"));
        assert!(!is_shortened_number("+49 151 2") && !is_shortened_number("e+"));
        let (first, others) = addresses("good@x.co; bad@@x");
        assert_eq!((first.as_str(), others), ("good@x.co", vec!["bad@@x".to_owned()]));
    }

    #[test]
    fn consent_is_given_denied_or_not_known() {
        for (cell, said) in [
            ("Yes", Some("yes")),
            ("Y", Some("yes")),
            ("double opt-in", Some("yes")),
            ("Opted-In", Some("yes")),
            ("✓", Some("yes")),
            ("NEIN", Some("no")),
            ("0", Some("no")),
            ("Opt out", Some("no")),
            ("perhaps", None),
            ("Non-Subscribed", None),
        ] {
            assert_eq!(consent(cell), said, "{cell}");
        }
    }

    #[test]
    fn several_values_of_a_cell_are_parted() {
        assert_eq!(
            addresses("petra@example.com ::: p.novotna@example.org"),
            ("petra@example.com".to_owned(), vec!["p.novotna@example.org".to_owned()])
        );
        assert_eq!(addresses("Ada <ada@acme.co>; n/a").0, "ada@acme.co");
        assert_eq!(addresses("n/a"), ("n/a".to_owned(), Vec::new()));
        assert_eq!(numbers("+44 1 ::: +44 2"), ("+44 1".to_owned(), vec!["+44 2".to_owned()]));
        assert_eq!(numbers("p:+49301234567").0, "+49301234567");
    }

    #[test]
    fn stages_and_sources_of_others_are_known_or_left_alone() {
        assert_eq!(stage("Marketing Qualified Lead"), Some(Stage::MarketingQualified));
        assert_eq!((stage("Closed Won"), stage("Prospect")), (Some(Stage::Customer), None));
        assert_eq!(source("Organic Search"), Some(Source::OrganicSearch));
        assert_eq!(source("PAID_SOCIAL"), Some(Source::PaidSocial));
        assert_eq!((source("Email Marketing"), source("Fair")), (Some(Source::Email), None));
    }

    #[test]
    fn sizes_are_whole_numbers_or_stay_text() {
        for (cell, size) in [
            ("1,200", "1000+"),
            ("1.200", "1000+"),
            ("1 200.0", "1000+"),
            ("50.0", "11-50"),
            ("50.00", "11-50"),
            ("50.5", "50.5"),
            ("51-200", "51-200"),
        ] {
            assert_eq!(company_size(cell), size, "{cell}");
        }
    }
}
