//! Telephone numbers by the numbering plans of the world (Google's libphonenumber, as ported by
//! `rlibphonenumber`).
//!
//! A module of its own, beside the Worker and the widget: the plans weigh as much as all the rest,
//! and are asked only of a number that somebody typed. It knows nothing of the product.

use rlibphonenumber::{NumberLengthType, PhoneNumber, PhoneNumberFormat, PhoneNumberType, Region};
use wasm_bindgen::prelude::wasm_bindgen;

/// Returns what the plans know of the number in `text`, as typed in `region` (two letters; anything
/// else means that only an international number can be read).
///
/// One line of five fields between tabs: E.164, region, kind, extension and `valid`, `possible` or
/// `impossible`; an empty text when it is no number. `plumbline_domain::phone` reads it.
#[wasm_bindgen]
#[must_use]
pub fn describe_phone(text: &str, region: &str) -> String {
    let Ok(number) = PhoneNumber::parse(text, region.parse().ok()) else {
        return String::new();
    };
    let state = match (number.is_valid(), number.is_possible_with_reason()) {
        (true, _) => "valid",
        (false, Ok(_)) => "possible",
        (false, Err(_)) => "impossible",
    };
    let e164 = number.format_as(PhoneNumberFormat::E164);
    let region = number.get_region_code().map(|region: Region| region.as_region_str().to_string());
    let kind = kind(number.get_type());
    let extension = number.extension.as_deref().unwrap_or_default();
    [&e164, region.as_deref().unwrap_or_default(), kind, extension, state].join("\t")
}

const fn kind(kind: PhoneNumberType) -> &'static str {
    match kind {
        PhoneNumberType::FixedLine => "fixed_line",
        PhoneNumberType::Mobile => "mobile",
        PhoneNumberType::FixedLineOrMobile => "fixed_line_or_mobile",
        PhoneNumberType::TollFree => "toll_free",
        PhoneNumberType::PremiumRate => "premium_rate",
        PhoneNumberType::SharedCost => "shared_cost",
        PhoneNumberType::VoIP => "voip",
        PhoneNumberType::PersonalNumber => "personal_number",
        PhoneNumberType::Pager => "pager",
        PhoneNumberType::UAN => "uan",
        PhoneNumberType::VoiceMail => "voicemail",
        PhoneNumberType::Unknown => "unknown",
    }
}

/// Returns how many digits the national numbers of each country calling code may have, one code a
/// line in the order of the codes: `49 4-11,13-15`. `plumbline_domain::phone::PhoneLengths` reads it.
#[must_use]
pub fn length_table() -> String {
    (1..1_000).filter_map(length_line).collect()
}

fn length_line(code: i32) -> Option<String> {
    // Whether a plan has numbers of a length does not hang on their digits.
    let is_known = |length: &usize| {
        let number = PhoneNumber::parse(format!("+{code}{}", "2".repeat(*length)), None);
        number.is_ok_and(|number| {
            number.country_code == code
                && number.is_possible_with_reason() == Ok(NumberLengthType::IsPossible)
        })
    };
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for length in (2..=17).filter(is_known) {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == length => *last = length,
            _ => ranges.push((length, length)),
        }
    }
    let text = |&(low, high): &(usize, usize)| {
        if low == high { low.to_string() } else { format!("{low}-{high}") }
    };
    let ranges = ranges.iter().map(text).collect::<Vec<_>>().join(",");
    (!ranges.is_empty()).then(|| format!("{code} {ranges}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_lengths_is_what_the_plans_say() {
        let kept = include_str!("../../public/lists/phone_lengths.txt");
        assert_eq!(kept, length_table(), "`cargo xtask lists refresh` writes it anew");
        for line in ["1 10\n", "44 7,9-10\n", "33 9\n"] {
            assert!(kept.contains(line) || kept.starts_with(line), "{line}");
        }
    }

    #[test]
    fn describes_numbers() {
        assert_eq!(
            describe_phone("020 7946 0958 ext. 12", "GB"),
            "+442079460958\tGB\tfixed_line\t12\tvalid"
        );
        assert_eq!(describe_phone("+1 800 74", ""), "+180074\t\tunknown\t\timpossible");
        assert_eq!(describe_phone("020 7946 0958", ""), "");
        assert_eq!(describe_phone("call me", "GB"), "");
    }
}
