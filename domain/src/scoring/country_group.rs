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

impl CountryGroup {
    /// Returns whether a country is one of the group.
    #[must_use]
    pub fn contains(self, country: &str) -> bool {
        let is_in = |codes: &str| codes.split(' ').any(|code| code == country);
        match self {
            Self::EuropeanUnion => is_in(EU),
            Self::EconomicArea => is_in(EU) || is_in("IS LI NO"),
            Self::GermanSpeaking => is_in("AT CH DE"),
            Self::Nordics => is_in("DK FI IS NO SE"),
            Self::Benelux => is_in("BE LU NL"),
            Self::NorthAmerica => is_in("CA US"),
            Self::Oceania => is_in("AU NZ"),
        }
    }
}
