//! Which column means what: recognised by its heading, or said by the owner.

use std::collections::BTreeMap;

use plumbline_domain::csv::cell_text;
use plumbline_domain::email::EmailAddress;
use plumbline_domain::form::CONSENT_DENIED;
use plumbline_domain::id::LeadId;
use plumbline_domain::import::{ANSWERS_MAX, ImportLine, SuppressionReason};
use plumbline_domain::named;
use plumbline_domain::phone::PhoneNumber;
use plumbline_domain::text::AsciiOnly;
use plumbline_domain::time::Timestamp;

use super::cells::{self, OptOut};
use super::dates::read as read_date;
use super::dates::{ColumnOrder, DateOrder, order_of};
use super::headings::{meaning, plain};
use super::table::{Table, TableRow};

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
        /// Another address of the same person.
        OtherEmail = "other_email",
        /// The number.
        Phone = "phone",
        /// Another number; it counts where the first is blank.
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
        /// Whether mail was refused.
        OptedOut = "opted_out",
        /// Where the lead came from.
        Source = "source",
        /// `utm_source` of the visit.
        UtmSource = "utm_source",
        /// `utm_medium` of the visit.
        UtmMedium = "utm_medium",
        /// `utm_campaign` of the visit.
        UtmCampaign = "utm_campaign",
        /// `utm_term` of the visit.
        UtmTerm = "utm_term",
        /// `utm_content` of the visit.
        UtmContent = "utm_content",
        /// The page that the form stood on.
        PageUrl = "page_url",
        /// The title of that page.
        PageTitle = "page_title",
        /// The host of the page before it.
        Referrer = "referrer_host",
        /// The lead that the line is about, by its id.
        LeadId = "lead_id",
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
            Self::Nothing => "Leave it out",
            Self::Name => "Name",
            Self::FirstName => "First name",
            Self::LastName => "Last name",
            Self::Email => "Email",
            Self::OtherEmail => "Other email",
            Self::Phone => "Phone",
            Self::OtherPhone => "Other phone",
            Self::Company => "Company",
            Self::JobTitle => "Job title",
            Self::Role => "Role, as scored",
            Self::CompanySize => "Company size",
            Self::Industry => "Industry",
            Self::Country => "Country",
            Self::Need => "Need",
            Self::Timing => "Timing",
            Self::Stage => "Stage",
            Self::CapturedAt => "Created on",
            Self::Consent => "Agreed to email",
            Self::OptedOut => "Opted out of email",
            Self::Source => "Source",
            Self::UtmSource => "UTM source",
            Self::UtmMedium => "UTM medium",
            Self::UtmCampaign => "UTM campaign",
            Self::UtmTerm => "UTM term",
            Self::UtmContent => "UTM content",
            Self::PageUrl => "Page address",
            Self::PageTitle => "Page title",
            Self::Referrer => "Referrer",
            Self::LeadId => "Lead id",
            Self::Note => "Note",
            Self::Other => "Keep under its own name",
        }
    }

    /// Whether several columns may mean this.
    const fn may_repeat(self) -> bool {
        matches!(
            self,
            Self::Nothing
                | Self::Other
                | Self::OtherEmail
                | Self::OtherPhone
                | Self::Note
                | Self::Consent
                | Self::OptedOut
        )
    }

    /// Returns what a further column of the same meaning means.
    const fn further(self) -> Self {
        match self {
            Self::Email => Self::OtherEmail,
            Self::Phone => Self::OtherPhone,
            _ if self.may_repeat() => self,
            _ => Self::Other,
        }
    }
}

/// The headings before those of the file, where lines with problems are saved.
pub const SAVED_HEADINGS: [&str; 3] = ["line", "wrong", "lead"];

/// Headings that mean something else where a clearer one is in the file: in Outlook's, a title is `Dr`.
const LESS_CLEAR: [(&str, &str); 3] =
    [("title", "jobtitle"), ("leadstatus", "lifecyclestage"), ("status", "lifecyclestage")];

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
    /// In what order dates are written, where they are written in numbers; nothing while it has to be asked.
    pub dates: Option<DateOrder>,
}

/// A cell that was not used as it stands, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellFault {
    /// The column that it stands in, from 0.
    pub column: usize,
    /// What became of it, as a sentence.
    pub sentence: &'static str,
}

/// Returns who wrote a file with these headings, if it is one of those whose files are known.
pub fn origin(file_name: &str, headings: &[String]) -> Option<Origin> {
    let known: Vec<String> = headings.iter().map(|heading| plain(heading)).collect();
    let has = |names: &[&str]| names.iter().all(|name| known.iter().any(|one| one == name));
    let file = file_name.to_lowercase();
    let suppress = match () {
        () if has(&["unsubtime"]) || file.starts_with("unsubscribed_members") => {
            Some(SuppressionReason::Unsubscribed)
        }
        () if has(&["cleantime"]) || file.starts_with("cleaned_members") => {
            Some(SuppressionReason::Bounced)
        }
        () => None,
    };
    let name = match () {
        () if has(&["emailaddress", "leid", "euid"]) => "Mailchimp",
        () if has(&["firstname", "lastname", "leadsource", "company"]) => "Salesforce",
        () if has(&["lifecyclestage"]) || has(&["recordid", "email"]) => "HubSpot",
        () if has(&["capturedat", "stage", "cell", "source"]) => "Plumbline",
        () if has(&["email1value"]) => "Google Contacts",
        () if has(&["emaildisplayname"]) || has(&["email2address"]) => "Outlook",
        () if has(&["connectedon", "position"]) => "LinkedIn",
        () if known.iter().any(|heading| heading.starts_with("personemail")) => "Pipedrive",
        () if suppress.is_some() => "a do-not-email list",
        () => return None,
    };
    Some(Origin { name, suppress })
}

impl Mapping {
    /// Guesses what each column means. Most meanings are given once: the first column that has it wins, and
    /// the others are kept under their own names, or as further addresses and numbers.
    pub fn guess(table: &Table, origin: Option<Origin>) -> Self {
        let (mut taken, mut names) = (Vec::new(), Vec::new());
        let ours = origin.is_some_and(|origin| origin.name == "Plumbline");
        let has_surname =
            table.headings.iter().any(|heading| meaning(heading) == Some(Target::LastName));
        let is_saved = table.headings.iter().take(2).eq(&SAVED_HEADINGS[..2]);
        let known: Vec<String> = table.headings.iter().map(|heading| plain(heading)).collect();
        let is_less_clear = |name: &str| {
            LESS_CLEAR.iter().any(|(less, clear)| *less == name && known.iter().any(|k| k == clear))
        };
        let mut guessed = |heading: &String| {
            let name = plain(heading);
            let computed = [
                "cell",
                "fit",
                "engagement",
                "verdict",
                "version",
                "updatedat",
                "formid",
                "rejectedfor",
                "rejectedon",
                "consenttext",
            ];
            let found = match meaning(heading) {
                _ if ours && computed.contains(&name.as_str()) => Target::Nothing,
                // Whom our own list kept mail from has not asked for it since.
                _ if ours && name == "suppressed" => Target::OptedOut,
                _ if is_saved && name == "lead" => Target::LeadId,
                _ if is_saved && SAVED_HEADINGS.contains(&name.as_str()) => Target::Nothing,
                _ if is_less_clear(&name) => Target::Other,
                // Next to a surname it is the given name; alone it is the whole one.
                None if matches!(name.as_str(), "nome" | "nom") => match (has_surname, &*name) {
                    (true, "nome") => Target::FirstName,
                    (_, "nom") if !taken.contains(&Target::LastName) => Target::LastName,
                    _ => Target::Name,
                },
                Some(target) if taken.contains(&target) => target.further(),
                Some(target) => target,
                None => Target::Other,
            };
            taken.push(found);
            let name = unique_name(heading, names.len(), &names);
            names.push(name.clone());
            (name, found)
        };
        let columns = table.headings.iter().map(&mut guessed).collect();
        let mut this = Self { columns, dates: None };
        if table.has_no_headings {
            this.guess_by_content(table);
        }
        this.dates = match this.date_order(table) {
            ColumnOrder::Is(order) => Some(order),
            ColumnOrder::DoesNotMatter => Some(DateOrder::DayFirst),
            ColumnOrder::Unclear => None,
        };
        this
    }

    /// Finds the addresses and the names of a table that names no columns.
    fn guess_by_content(&mut self, table: &Table) {
        let Some(row) = table.rows.first() else { return };
        for ((_, target), cell) in self.columns.iter_mut().zip(&row.cells) {
            if EmailAddress::read(cell, &AsciiOnly).is_ok() {
                *target = Target::Email;
            } else if cell.starts_with('+') && PhoneNumber::read(cell, &AsciiOnly).is_some() {
                *target = Target::Phone;
            }
        }
    }

    /// Returns what the columns of dates say of their order.
    pub fn date_order(&self, table: &Table) -> ColumnOrder {
        let is_date = |(_, (_, target)): &(usize, &(String, Target))| *target == Target::CapturedAt;
        let columns = self.columns.iter().enumerate().filter(is_date).map(|(place, _)| place);
        columns.fold(ColumnOrder::DoesNotMatter, |found, place| match found {
            ColumnOrder::Is(_) => found,
            _ => order_of(
                table.rows.iter().filter_map(|row| row.cells.get(place)).map(String::as_str),
            ),
        })
    }

    /// Returns whether any column says who a row is about.
    pub fn names_somebody(&self) -> bool {
        let naming =
            [Target::Email, Target::Phone, Target::Name, Target::FirstName, Target::LastName];
        self.columns.iter().any(|(_, target)| naming.contains(target))
    }

    /// Returns a row as the Worker takes it, and the cells that were not used as they stand. `offset` gives the
    /// minutes that times without a zone are ahead of UTC.
    pub fn line(
        &self,
        row: &TableRow,
        offset: impl Fn(Timestamp) -> i64,
    ) -> (ImportLine, Vec<CellFault>) {
        let mut line = ImportLine { line: row.line, ..ImportLine::default() };
        let mut faults = Vec::new();
        let (mut first, mut last) = ("", "");
        let (mut emails, mut phones, mut notes) = (Vec::new(), Vec::new(), Vec::new());
        for (column, ((name, target), cell)) in self.columns.iter().zip(&row.cells).enumerate() {
            let cell = cell_text(cell).trim();
            if cell.is_empty() {
                continue;
            }
            let mut fault = |sentence| faults.push(CellFault { column, sentence });
            let kept_name = format!("{}_as_written", target.as_str());
            match target {
                Target::Nothing => {}
                Target::LeadId => match LeadId::parse(cell) {
                    Ok(id) => line.lead_id = Some(id),
                    Err(_) => fault("This is not the id of a lead."),
                },
                Target::FirstName => first = cell,
                Target::LastName => last = cell,
                // The owner may choose this meaning for two columns: the first stays in front.
                Target::Email if !line.answers.contains_key("email") => {
                    let (address, others) = cells::addresses(cell);
                    line.answers.insert("email".to_owned(), address);
                    emails.extend(others);
                }
                Target::Email | Target::OtherEmail => {
                    let (address, others) = cells::addresses(cell);
                    emails.push(address);
                    emails.extend(others);
                }
                Target::Phone | Target::OtherPhone if cells::is_shortened_number(cell) => {
                    fault(
                        "A spreadsheet has shortened this number. It is kept as “phone as written”.",
                    );
                    line.answers.insert("phone_as_written".to_owned(), cell.to_owned());
                }
                Target::Phone if !line.answers.contains_key("phone") => {
                    let (number, others) = cells::numbers(cell);
                    line.answers.insert("phone".to_owned(), number);
                    phones.extend(others);
                }
                Target::Phone | Target::OtherPhone => {
                    let (number, others) = cells::numbers(cell);
                    phones.push(number);
                    phones.extend(others);
                }
                Target::Note => notes.push(cell),
                Target::Stage => match cells::stage(cell) {
                    Some(stage) => line.stage = Some(stage),
                    None => {
                        fault("There is no such stage. It is kept as “stage as written”.");
                        line.answers.insert(kept_name, cell.to_owned());
                    }
                },
                Target::CapturedAt => {
                    match read_date(cell, self.dates.unwrap_or(DateOrder::DayFirst), &offset) {
                        Some(at) => line.captured_at = Some(at),
                        None => {
                            fault("This is not a date. It is kept as “captured at as written”.");
                            line.answers.insert(kept_name, cell.to_owned());
                        }
                    }
                }
                Target::Country => match cells::country(cell) {
                    Some(code) => drop(line.answers.insert("country".to_owned(), code.to_owned())),
                    None => {
                        fault("There is no such country. It is kept as “country as written”.");
                        line.answers.insert(kept_name, cell.to_owned());
                    }
                },
                Target::Consent => match cells::consent(cell) {
                    Some(said) => say_consent(&mut line.answers, said),
                    None => {
                        fault(
                            "This says neither yes nor no, so nobody has agreed by it. It is kept as “consent as written”.",
                        );
                        line.answers.insert(kept_name, cell.to_owned());
                    }
                },
                Target::OptedOut => match cells::opt_out(cell) {
                    OptOut::Is => say_consent(&mut line.answers, CONSENT_DENIED),
                    OptOut::IsNot => {}
                    OptOut::Unclear => {
                        fault(
                            "This says neither yes nor no, so it counts as opted out. It is kept as “opted out as written”.",
                        );
                        say_consent(&mut line.answers, CONSENT_DENIED);
                        line.answers.insert(kept_name, cell.to_owned());
                    }
                },
                Target::Source => match cells::source(cell) {
                    Some(source) => {
                        line.origin.insert("source".to_owned(), source.as_str().to_owned());
                    }
                    // It is the owner's own word for it, and rules can ask about it.
                    None => drop(line.answers.insert("lead_source".to_owned(), cell.to_owned())),
                },
                Target::UtmSource
                | Target::UtmMedium
                | Target::UtmCampaign
                | Target::UtmTerm
                | Target::UtmContent
                | Target::PageUrl
                | Target::PageTitle
                | Target::Referrer => {
                    line.origin.insert(target.as_str().to_owned(), cell.to_owned());
                }
                Target::CompanySize => {
                    line.answers.insert("company_size".to_owned(), cells::company_size(cell));
                }
                Target::Other => drop(line.answers.insert(name.clone(), cell.to_owned())),
                Target::Name
                | Target::Company
                | Target::JobTitle
                | Target::Role
                | Target::Industry
                | Target::Need
                | Target::Timing => {
                    line.answers.insert(target.as_str().to_owned(), cell.to_owned());
                }
            }
        }
        let whole = [first, last].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
        // A column of whole names may hold nicknames: both parts together say more.
        if whole.len() == 2 || (whole.len() == 1 && !line.answers.contains_key("name")) {
            line.answers.insert("name".to_owned(), whole.join(" "));
        }
        self.leave_out_last(&mut line, &mut faults);
        add_others(&mut line.answers, "email", "other_email", emails);
        add_others(&mut line.answers, "phone", "other_phone", phones);
        line.note = notes.join("\n");
        (line, faults)
    }
}

impl Mapping {
    /// Leaves out the last columns under their own names where a row has more answers than a lead keeps, and
    /// says so of each cell.
    fn leave_out_last(&self, line: &mut ImportLine, faults: &mut Vec<CellFault>) {
        // Further addresses and numbers come after this.
        let mut extra = line.answers.len().saturating_sub(ANSWERS_MAX - KEPT_BESIDE);
        for (column, (name, target)) in self.columns.iter().enumerate().rev() {
            if extra > 0 && *target == Target::Other && line.answers.remove(name).is_some() {
                extra -= 1;
                let sentence = "A lead keeps 60 answers, and this row has more. It is left out.";
                faults.push(CellFault { column, sentence });
            }
        }
    }
}

/// How many answers are added beside those of the columns.
const KEPT_BESIDE: usize = 3;

/// Notes what one column says of mail; where several say something, a no counts.
fn say_consent(answers: &mut BTreeMap<String, String>, said: &str) {
    let known = answers.entry("consent".to_owned()).or_insert_with(|| said.to_owned());
    if said == CONSENT_DENIED {
        said.clone_into(known);
    }
}

/// Keeps further addresses or numbers: the first where there is none yet, the others beside it.
fn add_others(
    answers: &mut BTreeMap<String, String>,
    name: &str,
    beside: &str,
    found: Vec<String>,
) {
    let mut others: Vec<String> = Vec::new();
    for text in found {
        let first = answers.entry(name.to_owned()).or_insert_with(|| text.clone());
        if *first != text && !others.contains(&text) {
            others.push(text);
        }
    }
    if !others.is_empty() {
        answers.insert(beside.to_owned(), others.join(", "));
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

/// Counts what became of lines, by what they became.
pub type Counts = BTreeMap<plumbline_domain::import::ImportAction, u32>;

#[cfg(test)]
mod tests {
    use plumbline_domain::lead::Stage;

    use super::*;

    fn read(text: &str) -> (ImportLine, Vec<CellFault>) {
        let table = Table::read(text).unwrap();
        let mapping = Mapping::guess(&table, origin("list.csv", &table.headings));
        mapping.line(&table.rows[0], |_| 0)
    }

    fn mapped(headings: &[&str], cells: &[&str]) -> ImportLine {
        let quoted = |cells: &[&str]| {
            cells.iter().map(|cell| format!("\"{cell}\"")).collect::<Vec<_>>().join(",")
        };
        read(&format!("{}\n{}\n", quoted(headings), quoted(cells))).0
    }

    #[test]
    fn a_no_in_any_column_counts() {
        let said = |headings: &[&str], cells: &[&str]| {
            mapped(headings, cells).answers.get("consent").cloned().unwrap_or_default()
        };
        let all = ["Email", "Newsletter", "GDPR consent", "Opt out"];
        assert_eq!(said(&all, &["a@acme.co", "yes", "no", ""]), "no");
        assert_eq!(said(&all, &["a@acme.co", "no", "yes", ""]), "no");
        assert_eq!(said(&all, &["a@acme.co", "yes", "yes", "Opted out"]), "no");
        assert_eq!(said(&all, &["a@acme.co", "yes", "", "2023-05-01"]), "no");
        assert_eq!(said(&all, &["a@acme.co", "yes", "yes", "no"]), "yes");
        let hubspot = ["Email", "Marketing emails", "Opted out of email: One to One"];
        assert_eq!(said(&hubspot, &["a@acme.co", "yes", "true"]), "no");
        let pipedrive = ["Person - Email", "Person - Marketing status"];
        assert_eq!(said(&pipedrive, &["a@acme.co", "unsubscribed"]), "no");
        let ours = ["captured_at", "stage", "cell", "source", "email", "consent", "suppressed"];
        let cells = ["2024-01-01", "lead", "A1", "direct", "a@acme.co", "yes", "unsubscribed"];
        assert_eq!(said(&ours, &cells), "no");
    }

    #[test]
    fn the_last_columns_of_a_wide_row_are_left_out_and_told() {
        let headings: Vec<String> = std::iter::once("Email".to_owned())
            .chain((1..=80).map(|number| format!("Field {number}")))
            .collect();
        let cells: Vec<String> = std::iter::once("a@acme.co".to_owned())
            .chain((1..=80).map(|number| number.to_string()))
            .collect();
        let (line, faults) = read(&format!("{}\n{}\n", headings.join(","), cells.join(",")));
        assert_eq!((line.answers.len(), faults.len()), (57, 24));
        assert!(line.answers.contains_key("field_56") && !line.answers.contains_key("field_57"));
        assert!(faults.iter().any(|fault| fault.column == 80));
    }

    #[test]
    fn a_saved_line_names_its_lead() {
        let id = "0190b1b2-0000-7000-8000-000000000000";
        let line = mapped(&["line", "wrong", "lead", "Name"], &["2", "x", id, "Ada"]);
        assert_eq!(line.lead_id.map(|id| id.to_string()).as_deref(), Some(id));
    }

    #[test]
    fn the_first_of_two_columns_with_one_meaning_stays_in_front() {
        let table = Table::read("Work,Home,Call,Mobile\na@acme.co,b@acme.co,1,2\n,c@acme.co,,3\n");
        let table = table.unwrap();
        let mut mapping = Mapping::guess(&table, None);
        let chosen = [Target::Email, Target::Email, Target::Phone, Target::Phone];
        for (column, target) in mapping.columns.iter_mut().zip(chosen) {
            column.1 = target;
        }
        let answers = |row: usize| mapping.line(&table.rows[row], |_| 0).0.answers;
        let named = |names: &[(&str, &str)]| {
            names.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
        };
        let both = [("email", "a@acme.co"), ("other_email", "b@acme.co")];
        let numbers = [("phone", "1"), ("other_phone", "2")];
        assert_eq!(answers(0), named(&[both, numbers].concat()));
        assert_eq!(answers(1), named(&[("email", "c@acme.co"), ("phone", "3")]));
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
            "Original Source",
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
                "Paid Search",
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
        assert_eq!(line.origin["source"], "paid_search");
        assert_eq!(
            line.captured_at.map(|at| at.to_string()).as_deref(),
            Some("2024-05-31T09:30:00.000Z")
        );
        let owned: Vec<String> = headings.iter().map(|h| (*h).to_owned()).collect();
        assert_eq!(origin("x.csv", &owned).map(|o| o.name), Some("HubSpot"));
        let line = mapped(
            &["FirstName", "LastName", "Company", "LeadSource", "NumberOfEmployees"],
            &["", "Byron", "Acme", "Fair", "1,200"],
        );
        assert_eq!(
            (line.answers["name"].as_str(), line.answers["company_size"].as_str()),
            ("Byron", "1000+")
        );
        assert_eq!(line.answers["lead_source"], "Fair");
        let cleaned: Vec<String> =
            ["Email Address", "LEID", "EUID", "CLEAN_TIME"].map(str::to_owned).to_vec();
        assert_eq!(
            origin("x.csv", &cleaned),
            Some(Origin { name: "Mailchimp", suppress: Some(SuppressionReason::Bounced) })
        );
        assert_eq!(origin("x.csv", &["colour".to_owned()]), None);
        // A heading without a plain letter loses nothing.
        let line = mapped(&["Phone", "Имя", "Email"], &["7654321", "Ада", "a@b.co"]);
        assert_eq!(line.answers["column_2"], "Ада");
        // A formula was guarded on its way out, and is what it was on its way in.
        assert_eq!(mapped(&["email", "motto"], &["a@b.co", "'=1+1"]).answers["motto"], "=1+1");
    }

    #[test]
    fn contacts_with_several_addresses_are_one_lead_each() {
        let google = "First Name,Middle Name,Last Name,Organization Name,Organization Title,Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value\nPetra,,Novotna,Bohemia Glass,Owner,* myContacts,* Work,petra@example.com ::: p.novotna@example.org,Work,+44 20 7946 0021 ::: +44 7700 900121\n";
        let (line, faults) = read(google);
        let answer = |name: &str| line.answers[name].as_str();
        assert_eq!((answer("name"), answer("company")), ("Petra Novotna", "Bohemia Glass"));
        assert_eq!(
            (answer("email"), answer("other_email")),
            ("petra@example.com", "p.novotna@example.org")
        );
        assert_eq!(
            (answer("phone"), answer("other_phone")),
            ("+44 20 7946 0021", "+44 7700 900121")
        );
        assert_eq!((answer("job_title"), faults), ("Owner", Vec::new()));
        let outlook = mapped(
            &[
                "First Name",
                "Last Name",
                "Business Phone",
                "Mobile Phone",
                "E-mail Address",
                "E-mail 2 Address",
            ],
            &["Ada", "Byron", "+44 1", "+44 2", "ada@acme.co", "ada@home.co"],
        );
        assert_eq!(
            (outlook.answers["other_email"].as_str(), outlook.answers["other_phone"].as_str()),
            ("ada@home.co", "+44 2")
        );
    }

    #[test]
    fn a_cell_that_cannot_be_read_is_kept_and_told() {
        let (line, faults) =
            read("Email,Stage,Country,Consent,Create Date\na@b.co,Prospect,Mars,perhaps,soon\n");
        assert_eq!((line.stage, line.captured_at), (None, None));
        for (name, text) in [
            ("stage", "Prospect"),
            ("country", "Mars"),
            ("consent", "perhaps"),
            ("captured_at", "soon"),
        ] {
            assert_eq!(line.answers[&format!("{name}_as_written")], text);
            assert!(!line.answers.contains_key(name));
        }
        assert_eq!(faults.iter().map(|fault| fault.column).collect::<Vec<_>>(), [1, 2, 3, 4]);
    }

    #[test]
    fn who_has_not_opted_out_has_not_opted_in() {
        let said = |cell: &str| {
            mapped(&["Email", "HasOptedOutOfEmail"], &["a@b.co", cell])
                .answers
                .get("consent")
                .cloned()
        };
        assert_eq!((said("1").as_deref(), said("0"), said("")), (Some("no"), None, None));
    }

    #[test]
    fn who_has_opted_out_anywhere_has_opted_out() {
        for cells in [["a@b.co", "yes", "no"], ["a@b.co", "no", "yes"]] {
            let line = mapped(&["Email", "Email Opt Out", "Unsubscribed"], &cells);
            assert_eq!(line.answers["consent"], "no", "{cells:?}");
        }
    }

    #[test]
    fn the_clearer_heading_wins_wherever_it_stands() {
        let line = mapped(&["Title", "Job Title", "Email"], &["Dr", "CTO", "a@b.co"]);
        assert_eq!(
            (line.answers["job_title"].as_str(), line.answers["title"].as_str()),
            ("CTO", "Dr")
        );
        assert_eq!(mapped(&["Title", "Email"], &["CTO", "a@b.co"]).answers["job_title"], "CTO");
        let line = mapped(
            &["Email", "Lead Status", "Lifecycle Stage"],
            &["a@b.co", "In progress", "Opportunity"],
        );
        assert_eq!(
            (line.stage, line.answers["lead_status"].as_str()),
            (Some(Stage::Opportunity), "In progress")
        );
    }

    #[test]
    fn a_further_address_or_number_stands_in_for_a_blank_first() {
        let headings = ["Email", "Work Email", "Business Phone", "Primary Phone"];
        let line = mapped(&headings, &["", "ada@acme.co", "", "+44 2"]);
        assert_eq!(
            (line.answers["email"].as_str(), line.answers["phone"].as_str()),
            ("ada@acme.co", "+44 2")
        );
        assert_eq!(line.answers.len(), 2);
        let line = mapped(&headings, &["ada@home.co", "ada@acme.co", "+44 1", "+44 2"]);
        assert_eq!(
            (line.answers["other_email"].as_str(), line.answers["other_phone"].as_str()),
            ("ada@acme.co", "+44 2")
        );
    }

    #[test]
    fn what_was_added_to_a_saved_file_is_left_out() {
        let line = mapped(&["line", "wrong", "Email"], &["7", "Not a date.", "a@b.co"]);
        assert_eq!(line.answers.into_keys().collect::<Vec<_>>(), ["email"]);
        let line = mapped(&["Email", "Line"], &["a@b.co", "U2"]);
        assert_eq!(line.answers["line"], "U2");
        let ours = ["captured_at", "stage", "cell", "source", "email", "rejected_on"];
        let line = mapped(&ours, &["2024-05-31", "lead", "A1", "direct", "a@b.co", "2024-06-01"]);
        assert_eq!(line.answers.into_keys().collect::<Vec<_>>(), ["email"]);
    }

    #[test]
    fn days_and_months_are_told_by_the_whole_column_or_asked() {
        let guess = |cells: &str| {
            let table = Table::read(&format!("Email,Created\n{cells}")).unwrap();
            Mapping::guess(&table, None).dates
        };
        assert_eq!(guess("a@b.co,03/04/2024\nb@b.co,31/04/2024\n"), Some(DateOrder::DayFirst));
        assert_eq!(guess("a@b.co,03/04/2024\nb@b.co,04/31/2024\n"), Some(DateOrder::MonthFirst));
        assert_eq!(guess("a@b.co,03/04/2024\n"), None);
        assert_eq!(guess("a@b.co,2024-03-04\n"), Some(DateOrder::DayFirst));
    }
}
