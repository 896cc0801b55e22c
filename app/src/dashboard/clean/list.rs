//! A list of addresses on its way to be clean: read, judged domain by domain, counted, written.

use std::collections::{HashMap, HashSet};

use plumbline_api::checks::DomainReport;
use plumbline_domain::csv;
use plumbline_domain::email::{
    EmailAddress, EmailKey, Lists, Reason, SyntaxReason, Verdict, add_mailbox, unwrapped,
};
use plumbline_domain::text::Unicode;

/// The most addresses of one list.
pub const ADDRESSES_MAX: usize = 100_000;

/// One address of the list.
#[derive(Clone, Debug)]
struct Entry {
    /// The address as it was pasted, without the name beside it; or the line that holds none.
    raw: String,
    address: Result<EmailAddress, SyntaxReason>,
    /// Whether a line before it names the same mailbox.
    is_repeated: bool,
    /// Whether the part before the `@` makes a good domain's address risky.
    is_risky_mailbox: bool,
}

/// What is known of one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged<'a> {
    /// As it was pasted.
    pub raw: &'a str,
    /// What became of it.
    pub outcome: Outcome,
    /// Why.
    pub reasons: Vec<Reason>,
    /// Who takes the mail of its domain.
    pub provider: Option<&'a str>,
    /// The address that was probably meant.
    pub suggestion: Option<String>,
}

/// What became of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Its domain was judged, and so was it.
    Judged(Verdict),
    /// It is not an address.
    NotAnAddress,
    /// The same mailbox stands further up.
    Repeated,
    /// Its domain was not looked at yet.
    Waiting,
}

impl Outcome {
    /// Every outcome, as they are shown.
    pub const ALL: [Self; 7] = [
        Self::Judged(Verdict::Deliverable),
        Self::Judged(Verdict::Risky),
        Self::Judged(Verdict::Undeliverable),
        Self::Judged(Verdict::Unknown),
        Self::NotAnAddress,
        Self::Repeated,
        Self::Waiting,
    ];

    /// Returns the word that an exported list has for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Judged(verdict) => verdict.as_str(),
            Self::NotAnAddress => "not_an_address",
            Self::Repeated => "repeated",
            Self::Waiting => "waiting",
        }
    }
}

/// The list with what was found out so far.
#[derive(Clone, Debug, Default)]
pub struct CleanList {
    entries: Vec<Entry>,
    reports: HashMap<String, DomainReport>,
    roles: String,
    domains: usize,
    /// Addresses beyond [`ADDRESSES_MAX`], which were left out.
    pub left_out: usize,
    /// How many lines, or parts of them, hold no address that can be read.
    pub unread: usize,
}

impl CleanList {
    /// Reads pasted text or a file: addresses one or several on a line, with names or without, in a table or
    /// none. A first line without an address is a heading.
    pub fn read(text: &str, unicode: &impl Unicode) -> Self {
        let mut list = Self::default();
        let mut seen = HashSet::new();
        let text = text.trim_start_matches('\u{feff}').replace('\r', "\n");
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        for (number, line) in lines.enumerate() {
            let found = addresses_in(line);
            // A heading names no mailbox, not even badly.
            let is_heading = !line.contains(['@', '(', '.']);
            if number == 0 && found.is_empty() && is_heading {
                continue;
            }
            let none = found.is_empty();
            let parts = if none { vec![line] } else { found };
            for part in parts {
                if list.entries.len() == ADDRESSES_MAX {
                    list.left_out += 1;
                    continue;
                }
                let address = EmailAddress::read(part, unicode);
                let is_repeated = match &address {
                    Ok(address) => !seen.insert(EmailKey::of(address, None).0),
                    Err(_) => false,
                };
                list.unread += usize::from(address.is_err());
                let address = address.map_err(|error| error.reason);
                let raw = part.to_owned();
                list.entries.push(Entry { raw, address, is_repeated, is_risky_mailbox: false });
            }
        }
        list.domains = list.open_domains().len();
        list
    }

    /// Takes over the names of mailboxes that belong to a function.
    pub fn set_roles(&mut self, roles: String) {
        self.roles = roles;
        let lists = Lists { roles: &self.roles, ..Lists::default() };
        for entry in &mut self.entries {
            if let Ok(address) = &entry.address {
                let verdict = add_mailbox(Verdict::Deliverable, &mut Vec::new(), address, &lists);
                entry.is_risky_mailbox = verdict == Verdict::Risky;
            }
        }
    }

    /// Returns how many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns how many domains the list names.
    pub const fn domains(&self) -> usize {
        self.domains
    }

    /// Returns the domains that were not looked at yet, each once, in the order of the list.
    pub fn open_domains(&self) -> Vec<String> {
        let mut seen = HashSet::new();
        let addresses = self.entries.iter().filter_map(|entry| entry.address.as_ref().ok());
        let domains = addresses.map(EmailAddress::domain);
        let open = domains.filter(|d| !self.reports.contains_key(*d) && seen.insert(*d));
        open.map(str::to_owned).collect()
    }

    /// Takes over what was found out about domains.
    pub fn take(&mut self, reports: Vec<DomainReport>) {
        self.reports.extend(reports.into_iter().map(|report| (report.domain.clone(), report)));
    }

    /// Returns how many domains were looked at.
    pub fn reported(&self) -> usize {
        self.reports.len()
    }

    /// Returns every report, for keeping.
    pub fn reports(&self) -> Vec<&DomainReport> {
        self.reports.values().collect()
    }

    /// Returns the entries with what is known of them.
    pub fn judged(&self) -> impl Iterator<Item = Judged<'_>> {
        self.entries.iter().map(|entry| self.judge(entry))
    }

    fn outcome(&self, entry: &Entry) -> Outcome {
        match &entry.address {
            Err(_) => Outcome::NotAnAddress,
            Ok(_) if entry.is_repeated => Outcome::Repeated,
            Ok(address) => match self.reports.get(address.domain()).map(|report| report.verdict) {
                None => Outcome::Waiting,
                Some(Verdict::Deliverable) if entry.is_risky_mailbox => {
                    Outcome::Judged(Verdict::Risky)
                }
                Some(verdict) => Outcome::Judged(verdict),
            },
        }
    }

    fn judge<'a>(&'a self, entry: &'a Entry) -> Judged<'a> {
        let outcome = self.outcome(entry);
        let (mut reasons, mut provider, mut suggestion) = (Vec::new(), None, None);
        match (&entry.address, outcome) {
            (Err(reason), _) => reasons.push((*reason).into()),
            (Ok(address), Outcome::Judged(_)) => {
                if let Some(report) = self.reports.get(address.domain()) {
                    reasons.clone_from(&report.reasons);
                    provider = report.provider.as_deref();
                    let better = report.suggestion.as_ref();
                    suggestion = better.map(|domain| format!("{}@{domain}", address.local()));
                    let lists = Lists { roles: &self.roles, ..Lists::default() };
                    add_mailbox(report.verdict, &mut reasons, address, &lists);
                }
            }
            (Ok(_), _) => {}
        }
        Judged { raw: &entry.raw, outcome, reasons, provider, suggestion }
    }

    /// Returns how many entries came to each outcome, in the order of [`Outcome::ALL`].
    pub fn counts(&self) -> [u32; Outcome::ALL.len()] {
        let mut counts = [0; Outcome::ALL.len()];
        for entry in &self.entries {
            let found = self.outcome(entry);
            let mut places = Outcome::ALL.iter().zip(&mut counts);
            if let Some((_, count)) = places.find(|(outcome, _)| **outcome == found) {
                *count += 1;
            }
        }
        counts
    }

    /// Returns how many addresses a correction is suggested for.
    pub fn suggestions(&self) -> usize {
        self.judged().filter(|judged| judged.suggestion.is_some()).count()
    }

    /// Replaces each address that has a suggestion by the suggested one, and checks the list again.
    pub fn take_suggestions(&mut self, unicode: &impl Unicode) {
        let lines: Vec<String> = self
            .judged()
            .map(|judged| judged.suggestion.unwrap_or_else(|| judged.raw.to_owned()))
            .collect();
        let (reports, roles) = (std::mem::take(&mut self.reports), std::mem::take(&mut self.roles));
        let left_out = self.left_out;
        // A heading, so that the first address is not taken for one.
        *self = Self::read(&format!("email\n{}", lines.join("\n")), unicode);
        (self.reports, self.left_out) = (reports, left_out);
        self.set_roles(roles);
    }

    /// Returns the text of the list as it is now, to be kept.
    pub fn text(&self) -> String {
        let lines: Vec<&str> = self.entries.iter().map(|entry| entry.raw.as_str()).collect();
        format!("email\n{}", lines.join("\n"))
    }

    /// Forgets what was found out about domains that the resolver said nothing of, so that they are asked
    /// again.
    pub fn ask_unknown_again(&mut self) {
        self.reports.retain(|_, report| report.verdict != Verdict::Unknown);
    }

    /// Writes the entries of the chosen outcomes as CSV.
    pub fn export(&self, chosen: impl Fn(Outcome) -> bool) -> String {
        let mut text = csv::line(["email", "verdict", "reasons", "provider", "did_you_mean"]);
        for judged in self.judged().filter(|judged| chosen(judged.outcome)) {
            let reasons: Vec<&str> = judged.reasons.iter().map(|reason| reason.as_str()).collect();
            text.push_str(&csv::line([
                judged.raw,
                judged.outcome.as_str(),
                &reasons.join(" "),
                judged.provider.unwrap_or_default(),
                judged.suggestion.as_deref().unwrap_or_default(),
            ]));
        }
        text
    }
}

/// Returns what looks like an address in a line: of a table, of a list with commas, semicolons or spaces, or
/// of what a mail program copies, where names with commas stand before addresses in angle brackets
/// (RFC 5322 §3.4).
fn addresses_in(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut start, mut is_quoted, mut is_angled) = (0, false, false);
    let mut cut = |end: usize, start: usize| {
        let part = line.get(start..end).unwrap_or_default();
        found.extend(addresses_of(part));
    };
    // A quotation mark that is never closed is a letter like any other.
    let has_pairs = line.matches('"').count().is_multiple_of(2);
    for (at, letter) in line.char_indices() {
        match letter {
            '"' if has_pairs => is_quoted = !is_quoted,
            '<' => is_angled = true,
            '>' => is_angled = false,
            ',' | ';' | '\t' | '|' if !is_quoted && !is_angled => {
                cut(at, start);
                start = at + letter.len_utf8();
            }
            _ => {}
        }
    }
    cut(line.len(), start);
    found
}

/// The sign of an address, as it is and in full width.
const AT_SIGNS: [char; 2] = ['@', '\u{ff20}'];

/// Returns the addresses of a part of a line: what stands in angle brackets where it is the only one, or
/// each word with an `@`.
fn addresses_of(part: &str) -> Vec<&str> {
    let trimmed = part.trim();
    if trimmed.matches(AT_SIGNS).count() == 1
        && let Some(inner) = unwrapped(trimmed)
    {
        return vec![inner];
    }
    let edges = |c: char| c.is_whitespace() || "\"'()[]<>,;:".contains(c);
    let words = trimmed.split(|c: char| c.is_whitespace() || "<>,;|\"".contains(c));
    let words = words.map(|word| word.trim_matches(edges)).flat_map(recipients);
    let words: Vec<&str> = words.filter(|word| word.contains(AT_SIGNS)).collect();
    match words[..] {
        // An address with a space in it is listed as one entry with that fault.
        [word] if word.starts_with('@') || word.ends_with('@') => vec![trimmed.trim_matches(edges)],
        _ => words,
    }
}

/// Returns a word, or of a mail link each field of it: it may name more recipients than one (RFC 6068 §2).
fn recipients(word: &str) -> impl Iterator<Item = &str> {
    let scheme = word.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("mailto:"));
    let is_link = scheme.is_some();
    let rest = scheme.and_then(|scheme| word.get(scheme.len()..)).unwrap_or(word);
    let fields = rest.split(move |c: char| is_link && (c == '?' || c == '&'));
    fields.map(move |field| {
        let names = ["to=", "cc=", "bcc="];
        let value = names.iter().find_map(|name| field.strip_prefix(*name));
        value.filter(|_| is_link).unwrap_or(field)
    })
}

#[cfg(test)]
mod tests {
    use plumbline_domain::text::AsciiOnly;

    use super::*;

    fn report(domain: &str, verdict: Verdict, reason: Reason) -> DomainReport {
        let domain = domain.to_owned();
        DomainReport { domain, verdict, reasons: vec![reason], provider: None, suggestion: None }
    }

    #[test]
    fn a_list_is_judged_by_its_domains() {
        let text = "\u{feff}Name;E-mail\r\nAda;ada@acme.co\n\"Ben\";\"ben@acme.co\"\ninfo@acme.co\n\
                    nobody\nADA@acme.co\nAda <ada@gone.co>\n=x@acme.co\n";
        let mut list = CleanList::read(text, &AsciiOnly);
        list.set_roles("info\n".to_owned());
        assert_eq!(
            (list.len(), list.open_domains()),
            (7, vec!["acme.co".into(), "gone.co".into()])
        );
        assert_eq!((list.counts(), list.unread), ([0, 0, 0, 0, 1, 1, 5], 1));
        list.take(vec![
            report("acme.co", Verdict::Deliverable, Reason::MxOk),
            report("gone.co", Verdict::Undeliverable, Reason::Nxdomain),
        ]);
        assert_eq!(list.counts(), [3, 1, 1, 0, 1, 1, 0]);
        assert!(list.open_domains().is_empty());
        let csv = list.export(|outcome| outcome == Outcome::Judged(Verdict::Deliverable));
        assert_eq!(
            csv,
            "email,verdict,reasons,provider,did_you_mean\r\nada@acme.co,deliverable,mx_ok,,\r\n\
             ben@acme.co,deliverable,mx_ok,,\r\n'=x@acme.co,deliverable,mx_ok,,\r\n"
        );
    }

    #[test]
    fn any_mess_of_addresses_is_read() {
        let read = |text: &str| {
            let list = CleanList::read(text, &AsciiOnly);
            let found: Vec<String> = list.judged().map(|one| one.raw.to_owned()).collect();
            (found, list.unread)
        };
        let four =
            ["victor@example.com", "dora@example.org", "elena@example.net", "jonas@example.com"];
        let four = (four.map(str::to_owned).to_vec(), 0);
        for text in [
            "\"Hale, Victor\" <victor@example.com>; \"Quist, Dora\" <dora@example.org>; Marin, Elena <elena@example.net>; jonas@example.com",
            "victor@example.com, dora@example.org, elena@example.net, jonas@example.com",
            "victor@example.com dora@example.org elena@example.net\njonas@example.com",
            "victor@example.com;dora@example.org\r\nelena@example.net\rjonas@example.com",
            "To: victor@example.com, mailto:dora@example.org, (elena@example.net), 'jonas@example.com'",
            "Name;Email\nHale;victor@example.com;Berlin\nQuist;dora@example.org\n\"Marin, E.\";elena@example.net\nJonas;jonas@example.com",
            "Hale, Victor <victor@example.com>, Quist, Dora <dora@example.org>, elena@example.net, \"Jonas\" <jonas@example.com>",
        ] {
            assert_eq!(read(text), four, "{text}");
        }
        assert_eq!(read("a@b.co\nnobody\nx y@\n@b.co").1, 3);
        assert_eq!(read("\"Name 4\" <name4@yahoo.com>").0, ["name4@yahoo.com"]);
        assert_eq!(read("\"open quote, a@b.co, c@d.co").0, ["a@b.co", "c@d.co"]);
    }

    #[test]
    fn no_address_of_a_line_is_lost() {
        for text in [
            "Ada <a@b.co> Ben <c@d.co>",
            "a@b.co Ben <c@d.co>",
            "Ada<a@b.co>Ben<c@d.co>",
            "\"a@b.co;c@d.co\"",
            "\"a@b.co|c@d.co\"",
            "<a@b.co, c@d.co>",
            "Ada <a@b.co, Ben <c@d.co",
            "mailto:a@b.co mailto:c@d.co",
            "mailto:a@b.co?subject=Hi&cc=c@d.co",
        ] {
            let list = CleanList::read(text, &AsciiOnly);
            let found: Vec<&str> = list.judged().map(|one| one.raw).collect();
            assert_eq!((found, list.unread), (vec!["a@b.co", "c@d.co"], 0), "{text}");
        }
    }

    #[test]
    fn what_is_too_much_is_counted() {
        let text = "a@b.co\n".repeat(ADDRESSES_MAX + 2);
        let list = CleanList::read(&text, &AsciiOnly);
        assert_eq!((list.len(), list.left_out), (ADDRESSES_MAX, 2));
    }
}
