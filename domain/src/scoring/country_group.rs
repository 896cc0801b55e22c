//! Groups of countries that rules can name.

use crate::named;

named! {
    /// A group of countries, by their ISO 3166-1 codes.
    pub enum CountryGroup {
        /// The European Union.
        EuropeanUnion = "eu",
        /// The European Economic Area.
        EconomicArea = "eea",
        /// Germany, Austria and Switzerland.
        GermanSpeaking = "dach",
        /// Denmark, Finland, Iceland, Norway and Sweden.
        Nordics = "nordics",
        /// Belgium, the Netherlands and Luxembourg.
        Benelux = "benelux",
        /// The United States and Canada.
        NorthAmerica = "north_america",
        /// Australia and New Zealand.
        Oceania = "oceania",
    }
}

const EU: &str = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK";

/// The members of the European Economic Area that are not in the Union.
const EEA: &str = "IS LI NO";

impl CountryGroup {
    /// Returns whether a country is one of the group.
    #[must_use]
    pub fn contains(self, country: &str) -> bool {
        self.countries().any(|code| code == country)
    }

    /// Returns one of its countries.
    pub(super) fn example(self) -> &'static str {
        self.countries().next().unwrap_or_default()
    }

    fn countries(self) -> impl Iterator<Item = &'static str> {
        let (codes, more) = match self {
            Self::EuropeanUnion => (EU, ""),
            Self::EconomicArea => (EU, EEA),
            Self::GermanSpeaking => ("AT CH DE", ""),
            Self::Nordics => ("DK FI IS NO SE", ""),
            Self::Benelux => ("BE LU NL", ""),
            Self::NorthAmerica => ("CA US", ""),
            Self::Oceania => ("AU NZ", ""),
        };
        codes.split_ascii_whitespace().chain(more.split_ascii_whitespace())
    }
}
