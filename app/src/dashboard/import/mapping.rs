//! Which column means what: recognised by its heading, or said by the owner.

use std::collections::BTreeMap;

use plumbline_domain::form::{CONSENT_DENIED, CONSENT_GIVEN, countries, country_name};
use plumbline_domain::import::{ImportLine, SuppressionReason};
use plumbline_domain::lead::Stage;
use plumbline_domain::named;
use plumbline_domain::time::Timestamp;

use super::table::TableRow;

named! {
    /// What a column means.
    pub enum Target {
        /// It is left out.
        Nothing = "nothing",
        /// The whole name.
        Name = "name",
        /// The given name.
        FirstName = "first_name",
        /// The surname.
        LastName = "last_name",
        /// The address.
        Email = "email",
        /// The number.
        Phone = "phone",
        /// A number that counts where the first is blank.
        OtherPhone = "other_phone",
        /// The company.
        Company = "company",
        /// What they are called there.
        JobTitle = "job_title",
        /// The role that scoring knows.
        Role = "role",
        /// How many work there, as a number or a band.
        CompanySize = "company_size",
        /// What the company does.
        Industry = "industry",
        /// The country, by name or code.
        Country = "country",
        /// What they need.
        Need = "need",
        /// When they would start.
        Timing = "timing",
        /// How far the lead has come.
        Stage = "stage",
        /// When it was captured.
        CapturedAt = "captured_at",
        /// Whether mail was agreed to.
        Consent = "consent",
        /// A note.
        Note = "note",
        /// An answer under the name of the column.
        Other = "other",
    }
}

impl Target {
    /// Returns what the owner reads.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Nothing => "Leave out",
            Self::Name => "Name",
            Self::FirstName => "First name",
            Self::LastName => "Last name",
            Self::Email => "E-mail",
            Self::Phone => "Phone",
            Self::OtherPhone => "Phone, where the first is blank",
            Self::Company => "Company",
            Self::JobTitle => "Job title",
            Self::Role => "Role, as scored",
            Self::CompanySize => "Company size",
            Self::Industry => "Industry",
            Self::Country => "Country",
            Self::Need => "Need",
            Self::Timing => "Timing",
            Self::Stage => "Stage",
            Self::CapturedAt => "Captured at",
            Self::Consent => "Consent to mail",
            Self::Note => "Note",
            Self::Other => "Keep under its own name",
        }
    }
}

/// The headings of HubSpot, Salesforce, Mailchimp and Sales Navigator, and what people write by hand;
/// letters and digits in lower case.
const HEADINGS: [(&str, Target); 62] = [
    ("name", Target::Name),
    ("fullname", Target::Name),
    ("contactname", Target::Name),
    ("firstname", Target::FirstName),
    ("givenname", Target::FirstName),
    ("vorname", Target::FirstName),
    ("lastname", Target::LastName),
    ("surname", Target::LastName),
    ("familyname", Target::LastName),
    ("nachname", Target::LastName),
    ("email", Target::Email),
    ("emailaddress", Target::Email),
    ("primaryemail", Target::Email),
    ("mail", Target::Email),
    ("emailadresse", Target::Email),
    ("phone", Target::Phone),
    ("phonenumber", Target::Phone),
    ("telephone", Target::Phone),
    ("telefon", Target::Phone),
    ("mobilephone", Target::OtherPhone),
    ("mobilephonenumber", Target::OtherPhone),
    ("mobile", Target::OtherPhone),
    ("company", Target::Company),
    ("companyname", Target::Company),
    ("organization", Target::Company),
    ("organisation", Target::Company),
    ("account", Target::Company),
    ("accountname", Target::Company),
    ("firma", Target::Company),
    ("jobtitle", Target::JobTitle),
    ("title", Target::JobTitle),
    ("position", Target::JobTitle),
    ("role", Target::Role),
    ("companysize", Target::CompanySize),
    ("numberofemployees", Target::CompanySize),
    ("employees", Target::CompanySize),
    ("industry", Target::Industry),
    ("country", Target::Country),
    ("countryregion", Target::Country),
    ("countrycode", Target::Country),
    ("land", Target::Country),
    ("need", Target::Need),
    ("message", Target::Need),
    ("timing", Target::Timing),
    ("stage", Target::Stage),
    ("lifecyclestage", Target::Stage),
    ("capturedat", Target::CapturedAt),
    ("createdate", Target::CapturedAt),
    ("createddate", Target::CapturedAt),
    ("createdat", Target::CapturedAt),
    ("optintime", Target::CapturedAt),
    ("consent", Target::Consent),
    ("note", Target::Note),
    ("notes", Target::Note),
    ("description", Target::Note),
    ("id", Target::Nothing),
    ("recordid", Target::Nothing),
    ("memberrating", Target::Nothing),
    ("leid", Target::Nothing),
    ("euid", Target::Nothing),
    ("gmtoff", Target::Nothing),
    ("dstoff", Target::Nothing),
];

/// What a file is, by its headings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Who wrote it.
    pub name: &'static str,
    /// Given when it lists whom no mail may reach.
    pub suppress: Option<SuppressionReason>,
}

/// What each column means, in the order of the headings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping {
    /// For each column, its name as an answer and what it means.
    pub columns: Vec<(String, Target)>,
}

fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Returns who wrote a file with these headings, if it is one of those whose files are known.
pub fn origin(file_name: &str, headings: &[String]) -> Option<Origin> {
    let known: Vec<String> = headings.iter().map(|heading| plain(heading)).collect();
    let has = |names: &[&str]| names.iter().all(|name| known.iter().any(|one| one == name));
    let file = file_name.to_lowercase();
    let suppress = match () {
        () if has(&["unsubtime"]) || file.starts_with("unsubscribed") => {
            Some(SuppressionReason::Unsubscribed)
        }
        () if has(&["cleantime"]) || file.starts_with("cleaned") => {
            Some(SuppressionReason::Bounced)
        }
        () => None,
    };
    let name = match () {
        () if has(&["emailaddress", "leid", "euid"]) => "Mailchimp",
        () if has(&["firstname", "lastname", "leadsource", "company"]) => "Salesforce",
        () if has(&["lifecyclestage"]) || has(&["recordid", "email"]) => "HubSpot",
        () if has(&["capturedat", "stage", "cell", "source"]) => "Plumbline",
        () if suppress.is_some() => "a list of suppressions",
        () => return None,
    };
    Some(Origin { name, suppress })
}

impl Mapping {
    /// Guesses what each column means. No meaning is given twice: the first column that has it wins,
    /// and the others are kept under their own names.
    pub fn guess(headings: &[String], origin: Option<Origin>) -> Self {
        let (mut taken, mut names) = (Vec::new(), Vec::new());
        let ours = origin.is_some_and(|origin| origin.name == "Plumbline");
        let mut meaning = |heading: &String| {
            let name = plain(heading);
            let found =
                HEADINGS.iter().find(|(known, _)| *known == name).map(|(_, target)| *target);
            let computed = [
                "cell",
                "fit",
                "engagement",
                "source",
                "verdict",
                "version",
                "updatedat",
                "formid",
            ];
            let found = match found {
                _ if ours && computed.contains(&name.as_str()) => Target::Nothing,
                Some(Target::Nothing) => Target::Nothing,
                Some(target) if !taken.contains(&target) => target,
                _ if name.is_empty() => Target::Nothing,
                _ => Target::Other,
            };
            taken.push(found);
            let name = unique_name(heading, names.len(), &names);
            names.push(name.clone());
            (name, found)
        };
        Self { columns: headings.iter().map(&mut meaning).collect() }
    }

    /// Returns whether any column says who a row is about.
    pub fn names_somebody(&self) -> bool {
        let naming =
            [Target::Email, Target::Phone, Target::Name, Target::FirstName, Target::LastName];
        self.columns.iter().any(|(_, target)| naming.contains(target))
    }

    /// Returns a row as the Worker takes it.
    pub fn line(&self, row: &TableRow) -> ImportLine {
        let mut line = ImportLine { line: row.line, ..ImportLine::default() };
        let (mut first, mut last, mut other_phone) = ("", "", "");
        for ((name, target), cell) in self.columns.iter().zip(&row.cells) {
            let cell = plumbline_domain::csv::cell_text(cell).trim();
            if cell.is_empty() {
                continue;
            }
            let answer = match target {
                Target::Nothing => continue,
                Target::FirstName => {
                    first = cell;
                    continue;
                }
                Target::LastName => {
                    last = cell;
                    continue;
                }
                Target::OtherPhone => {
                    other_phone = cell;
                    continue;
                }
                Target::Note => {
                    cell.clone_into(&mut line.note);
                    continue;
                }
                Target::Stage => {
                    line.stage = stage(cell);
                    continue;
                }
                Target::CapturedAt => {
                    line.captured_at = instant(cell);
                    continue;
                }
                Target::Country => country(cell),
                Target::CompanySize => company_size(cell),
                Target::Consent => consent(cell),
                _ => cell.to_owned(),
            };
            let name = if *target == Target::Other { name } else { target.as_str() };
            line.answers.insert(name.to_owned(), answer);
        }
        let whole = [first, last].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
        if !whole.is_empty() && !line.answers.contains_key("name") {
            line.answers.insert("name".to_owned(), whole.join(" "));
        }
        if !other_phone.is_empty() {
            line.answers.entry("phone".to_owned()).or_insert_with(|| other_phone.to_owned());
        }
        line
    }
}

/// A heading as the name of an answer that no other column has; one without any plain letter is named
/// by its place.
fn unique_name(heading: &str, place: usize, names: &[String]) -> String {
    let name = answer_name(heading);
    let is_meant = Target::parse(&name).is_some();
    if name.is_empty() || is_meant || names.contains(&name) {
        format!("column_{}", place + 1)
    } else {
        name
    }
}

/// `State/Region` becomes `state_region`.
fn answer_name(heading: &str) -> String {
    let words = heading.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let name = words.collect::<Vec<_>>().join("_").to_ascii_lowercase();
    name.get(..64).unwrap_or(&name).to_owned()
}

fn stage(cell: &str) -> Option<Stage> {
    let name = plain(cell);
    let short = [
        ("mql", Stage::MarketingQualified),
        ("sql", Stage::SalesQualified),
        ("evangelist", Stage::Customer),
    ];
    let whole = Stage::ALL.into_iter().find(|stage| {
        let own = plain(stage.as_str());
        name == own || name == format!("{own}lead")
    });
    whole.or_else(|| short.into_iter().find(|(known, _)| *known == name).map(|(_, stage)| stage))
}

/// `2024-05-31`, with or without a time, in UTC.
fn instant(cell: &str) -> Option<Timestamp> {
    let text = cell.trim_end_matches('Z').replacen(' ', "T", 1);
    let text = match text.len() {
        10 => format!("{text}T00:00:00Z"),
        16 => format!("{text}:00Z"),
        _ => format!("{text}Z"),
    };
    Timestamp::parse(&text).ok()
}

fn country(cell: &str) -> String {
    let code = cell.to_ascii_uppercase();
    if country_name(&code).is_some() {
        return code;
    }
    let common = [
        ("usa", "US"),
        ("unitedstates", "US"),
        ("uk", "GB"),
        ("unitedkingdom", "GB"),
        ("deutschland", "DE"),
        ("germany", "DE"),
    ];
    let name = plain(cell);
    let found = common.iter().find(|(known, _)| *known == name).map(|(_, code)| *code);
    let found =
        found.or_else(|| countries().find(|(_, known)| plain(known) == name).map(|(code, _)| code));
    found.map_or_else(|| cell.to_owned(), str::to_owned)
}

fn company_size(cell: &str) -> String {
    let digits: String = cell.chars().filter(|c| !matches!(c, ',' | '.' | ' ' | '\'')).collect();
    match digits.parse::<u32>() {
        Ok(0..=10) => "1-10".to_owned(),
        Ok(11..=50) => "11-50".to_owned(),
        Ok(51..=200) => "51-200".to_owned(),
        Ok(201..=1_000) => "201-1000".to_owned(),
        Ok(_) => "1000+".to_owned(),
        Err(_) => cell.to_owned(),
    }
}

fn consent(cell: &str) -> String {
    match plain(cell).as_str() {
        "yes" | "true" | "1" | "on" | "ja" | "subscribed" => CONSENT_GIVEN.to_owned(),
        "no" | "false" | "0" | "off" | "nein" | "unsubscribed" => CONSENT_DENIED.to_owned(),
        // What is neither is told with its line; nobody has consented by it.
        _ => cell.to_owned(),
    }
}

/// Counts what became of lines, by what they became.
pub type Counts = BTreeMap<plumbline_domain::import::ImportAction, u32>;

#[cfg(test)]
mod tests {
    use super::*;

    fn mapped(headings: &[&str], cells: &[&str]) -> ImportLine {
        let headings: Vec<String> = headings.iter().map(|h| (*h).to_owned()).collect();
        let row = TableRow { line: 7, cells: cells.iter().map(|c| (*c).to_owned()).collect() };
        Mapping::guess(&headings, origin("list.csv", &headings)).line(&row)
    }

    #[test]
    fn consent_is_given_denied_or_told_with_its_line() {
        for (cell, said) in
            [("Yes", "yes"), ("NEIN", "no"), ("0", "no"), ("perhaps", "perhaps"), ("", "")]
        {
            assert_eq!(consent(cell), said);
        }
    }

    #[test]
    fn exports_of_others_are_understood() {
        let headings = [
            "First Name",
            "Last Name",
            "Email",
            "Phone Number",
            "Mobile Phone Number",
            "Company Name",
            "State/Region",
            "Country/Region",
            "Lifecycle Stage",
            "Create Date",
        ];
        let line = mapped(
            &headings,
            &[
                "Ada",
                "Byron",
                "ada@acme.co",
                "",
                "+44 20 7946 0958",
                "Acme",
                "Kent",
                "United Kingdom",
                "Marketing Qualified Lead",
                "2024-05-31 09:30",
            ],
        );
        assert_eq!(line.answers["name"], "Ada Byron");
        assert_eq!(
            (line.answers["phone"].as_str(), line.answers["country"].as_str()),
            ("+44 20 7946 0958", "GB")
        );
        assert_eq!(
            (line.answers["state_region"].as_str(), line.stage),
            ("Kent", Some(Stage::MarketingQualified))
        );
        assert_eq!(
            line.captured_at.map(|at| at.to_string()).as_deref(),
            Some("2024-05-31T09:30:00.000Z")
        );
        let owned: Vec<String> = headings.iter().map(|h| (*h).to_owned()).collect();
        assert_eq!(origin("x.csv", &owned).map(|o| o.name), Some("HubSpot"));
        let line = mapped(
            &["FirstName", "LastName", "Company", "LeadSource", "NumberOfEmployees"],
            &["", "Byron", "Acme", "Web", "1,200"],
        );
        assert_eq!(
            (line.answers["name"].as_str(), line.answers["company_size"].as_str()),
            ("Byron", "1000+")
        );
        let cleaned: Vec<String> =
            ["Email Address", "LEID", "EUID", "CLEAN_TIME"].map(str::to_owned).to_vec();
        assert_eq!(
            origin("x.csv", &cleaned),
            Some(Origin { name: "Mailchimp", suppress: Some(SuppressionReason::Bounced) })
        );
        assert_eq!(origin("x.csv", &["colour".to_owned()]), None);
        // Two columns of one meaning, and a heading without a plain letter, lose nothing.
        let line = mapped(
            &["Telephone", "Phone", "Имя", "Email"],
            &["1234567", "7654321", "Ада", "a@b.co"],
        );
        assert_eq!(
            (line.answers["phone"].as_str(), line.answers["column_2"].as_str()),
            ("1234567", "7654321")
        );
        assert_eq!(line.answers["column_3"], "Ада");
        // A formula was guarded on its way out, and is what it was on its way in.
        assert_eq!(mapped(&["email", "motto"], &["a@b.co", "'=1+1"]).answers["motto"], "=1+1");
    }
}
