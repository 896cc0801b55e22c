//! Fields by which people must not be judged, and those that stand for them.

/// Words that name what people are protected by (GDPR article 9; Charter of Fundamental Rights of the
/// European Union, article 21).
const ATTRIBUTES: [&str; 27] = [
    "age",
    "birth",
    "birthdate",
    "birthday",
    "caste",
    "children",
    "disability",
    "disabled",
    "dob",
    "ethnic",
    "ethnicity",
    "faith",
    "gender",
    "genetic",
    "health",
    "marital",
    "married",
    "nationality",
    "orientation",
    "political",
    "pregnancy",
    "pregnant",
    "race",
    "religion",
    "sex",
    "skin",
    "union",
];
/// Words that name what stands for one of these: where somebody lives tells of origin, a name and a title
/// of gender.
const PROXIES: [&str; 22] = [
    "citizenship",
    "city",
    "country",
    "county",
    "district",
    "forename",
    "language",
    "neighborhood",
    "neighbourhood",
    "place",
    "postcode",
    "postal",
    "pronouns",
    "region",
    "salutation",
    "street",
    "surname",
    "title",
    "town",
    "zip",
    "zipcode",
    "accent",
];
/// Two words that name one of these together, where one alone is harmless.
const PAIRS: [(&str, &str); 4] =
    [("first", "name"), ("last", "name"), ("given", "name"), ("family", "name")];
/// What another word makes harmless: the title of a page or of a job, or the town of a company, tells
/// nothing of a person.
const HARMLESS: [&str; 5] = ["job", "page", "company", "employer", "billing"];

/// How a field touches what people are protected by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    /// It is that itself.
    Attribute,
    /// It stands for it.
    Proxy,
}

impl Protection {
    /// Returns how a field of this name touches what people are protected by, `None` where it does not.
    /// Names are all there is to go by: what a field holds under another name is not seen.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        let words = crate::leakage::words(name);
        let has = |wanted: &str| words.iter().any(|word| word == wanted);
        let any = |list: &[&str]| list.iter().any(|word| has(word));
        if any(&ATTRIBUTES) {
            return Some(Self::Attribute);
        }
        let is_pair = PAIRS.iter().any(|(one, other)| has(one) && has(other));
        (is_pair || any(&PROXIES) && !any(&HARMLESS)).then_some(Self::Proxy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_people_are_protected_by() {
        for name in ["age", "Date of birth", "maritalStatus", "GENDER", "place_of_birth"] {
            assert_eq!(Protection::of(name), Some(Protection::Attribute), "{name}");
        }
        for name in
            ["postal_code", "First name", "title", "Language", "zip", "country", "phone_region"]
        {
            assert_eq!(Protection::of(name), Some(Protection::Proxy), "{name}");
        }
        for name in ["job_title", "company", "page title", "role", "stage", "company country"] {
            assert_eq!(Protection::of(name), None, "{name}");
        }
    }
}
