//! Dates as files write them: in any order, with a month's name, with or without a time and an offset.

use plumbline_domain::named;
use plumbline_domain::time::{DAY_MS, Day, Timestamp};

named! {
    /// In what order a column writes days and months.
    pub enum DateOrder {
        /// `31/05/2024`.
        DayFirst = "day_first",
        /// `05/31/2024`.
        MonthFirst = "month_first",
    }
}

/// What a column of dates says of its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnOrder {
    /// Every date can be read whatever the order.
    DoesNotMatter,
    /// Some date can be read in one order alone.
    Is(DateOrder),
    /// Nothing in it tells `03/04` from `04/03`.
    Unclear,
}

/// The first letters of the months in English, German, French, Spanish, Italian, Portuguese, Dutch and Polish;
/// the longest that fits counts.
const MONTHS: [&str; 12] = [
    "jan gen ene janv sty",
    "feb fév fev lut",
    "mar mär mrz maa mars marz",
    "apr avr abr kwi avril",
    "may mai mag mei maj mayo",
    "jun juin giu cze",
    "jul juil lug lip",
    "aug août aou ago sie",
    "sep set wrz",
    "oct okt ott out paź paz",
    "nov lis",
    "dec dez déc dic gru",
];

/// Names of zones with the minutes that they are ahead of UTC.
const ZONES: [(&str, i64); 22] = [
    ("utc", 0),
    ("gmt", 0),
    ("z", 0),
    ("wet", 0),
    ("bst", 60),
    ("cet", 60),
    ("west", 60),
    ("cest", 120),
    ("eet", 120),
    ("eest", 180),
    ("msk", 180),
    ("jst", 540),
    ("aest", 600),
    ("aedt", 660),
    ("est", -300),
    ("edt", -240),
    ("cst", -360),
    ("cdt", -300),
    ("mst", -420),
    ("mdt", -360),
    ("pst", -480),
    ("pdt", -420),
];

/// The parts of a date that is written in numbers: what comes first, second and third.
struct Numbers {
    parts: [i64; 3],
    /// Whether the year leads.
    is_year_first: bool,
    /// Whether dots part it, as they do where the day comes first.
    has_dots: bool,
}

/// Reads how a column writes its dates.
pub fn order_of<'a>(cells: impl Iterator<Item = &'a str>) -> ColumnOrder {
    let mut found = ColumnOrder::DoesNotMatter;
    let (mut is_day_first, mut is_month_first) = (false, false);
    for cell in cells {
        let (date, _) = split(cell);
        let Some(Numbers { parts: [first, second, _], is_year_first: false, has_dots: false }) =
            numbers(&date)
        else {
            continue;
        };
        match (first > 12, second > 12) {
            (true, false) => is_day_first = true,
            (false, true) => is_month_first = true,
            (false, false) if first != second => found = ColumnOrder::Unclear,
            _ => {}
        }
    }
    match (is_day_first, is_month_first) {
        (true, false) => ColumnOrder::Is(DateOrder::DayFirst),
        (false, true) => ColumnOrder::Is(DateOrder::MonthFirst),
        // Dates of both orders tell nothing of those that can be read either way.
        _ => found,
    }
}

/// Reads a date or a moment; `None` for anything else. A date without a time is a day: midnight in UTC, which
/// no moment is made. `offset` gives the minutes that the zone of times without one is ahead of UTC, at the
/// moment that they would be in UTC.
pub fn read(cell: &str, order: DateOrder, offset: impl Fn(Timestamp) -> i64) -> Option<Timestamp> {
    let cell = cell.trim();
    if let Some(at) = counted(cell) {
        return Some(at);
    }
    let (date, clock) = split(cell);
    let midnight = day(&date, order)?.count() * DAY_MS;
    if clock.is_empty() {
        return Some(Timestamp::from_ms(midnight));
    }
    let (ms, zone) = time(&clock)?;
    // Tools that know only moments write a day as its midnight.
    if ms == 0 && zone.is_none() {
        return Some(Timestamp::from_ms(midnight));
    }
    let local = Timestamp::from_ms(midnight + ms);
    let at = local.as_ms() - zone.unwrap_or_else(|| offset(local)) * 60_000;
    // A moment that falls on midnight is still a moment.
    Some(Timestamp::from_ms(if at.rem_euclid(DAY_MS) == 0 { at + 1 } else { at }))
}

/// Seconds or milliseconds since 1970, or the days that a spreadsheet counts since 1900.
fn counted(cell: &str) -> Option<Timestamp> {
    if !cell.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number: i64 = cell.parse().ok()?;
    match cell.len() {
        5 => Some(Timestamp::from_ms((number - 25_569) * DAY_MS)),
        10 => Some(Timestamp::from_ms(number * 1_000)),
        13 => Some(Timestamp::from_ms(number)),
        _ => None,
    }
}

/// Parts a cell into the words of its date and those of its time.
fn split(cell: &str) -> (Vec<String>, Vec<String>) {
    let lower = cell.trim().to_lowercase().replace(',', " ");
    // `2024-05-31T09:30`: the sign between date and time.
    let mut text = String::new();
    let letters: Vec<char> = lower.chars().collect();
    for (place, letter) in letters.iter().enumerate() {
        let is_digit =
            |at: Option<usize>| at.and_then(|at| letters.get(at)).is_some_and(char::is_ascii_digit);
        let parts = *letter == 't' && is_digit(place.checked_sub(1)) && is_digit(Some(place + 1));
        text.push(if parts { ' ' } else { *letter });
    }
    let (mut date, mut clock) = (Vec::new(), Vec::new());
    for word in text.split_whitespace() {
        let is_weekday = date.is_empty()
            && WEEKDAYS.iter().any(|day| word.starts_with(day))
            && month(word).is_none();
        if is_weekday || matches!(word, "at" | "um" | "uhr" | "de" | "of" | "à" | "kl.") {
            continue;
        }
        let is_time = word.contains(':') && word.starts_with(|c: char| c.is_ascii_digit());
        if is_time || !clock.is_empty() {
            clock.push(word.to_owned());
        } else {
            date.push(word.to_owned());
        }
    }
    // `Wed Apr 15 02:40:03 2026`: the year comes last.
    if let Some(year) = clock.last().filter(|word| is_year(word)).cloned() {
        clock.pop();
        date.push(year);
    }
    (date, clock)
}

/// How the names of days begin in English, German, French and Spanish.
const WEEKDAYS: [&str; 24] = [
    "mon",
    "tue",
    "wed",
    "thu",
    "fri",
    "sat",
    "sun",
    "mo.",
    "di.",
    "mi.",
    "do.",
    "fr.",
    "sa.",
    "so.",
    "montag",
    "dienstag",
    "mittwoch",
    "donnerstag",
    "freitag",
    "samstag",
    "sonntag",
    "lun",
    "jue",
    "vie",
];

fn is_year(word: &str) -> bool {
    word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit())
}

fn month(word: &str) -> Option<i64> {
    let word = word.trim_end_matches('.');
    if word.chars().count() < 3 || !word.chars().all(char::is_alphabetic) {
        return None;
    }
    let longest = |names: &str| {
        names.split(' ').filter(|name| word.starts_with(name)).map(str::len).max().unwrap_or(0)
    };
    let best =
        MONTHS.iter().map(|names| longest(names)).enumerate().max_by_key(|(_, length)| *length)?;
    (best.1 > 0).then_some(best.0 as i64 + 1)
}

/// Reads a date that is written in numbers alone.
fn numbers(date: &[String]) -> Option<Numbers> {
    let [word] = date else { return None };
    let has_dots = word.contains('.');
    let parts: Vec<&str> = word.trim_end_matches('.').split(['-', '/', '.']).collect();
    let [first, second, third] = parts[..] else { return None };
    let number = |text: &str| text.parse::<i64>().ok().filter(|_| (1..=4).contains(&text.len()));
    let written_year = |text: &str| number(text).and_then(|_| year(text));
    let is_year_first = first.len() == 4;
    let parts = if is_year_first {
        [written_year(first)?, number(second)?, number(third)?]
    } else {
        [number(first)?, number(second)?, written_year(third)?]
    };
    Some(Numbers { parts, is_year_first, has_dots })
}

fn day(date: &[String], order: DateOrder) -> Option<Day> {
    if let Some(Numbers { parts: [first, second, third], is_year_first, has_dots }) = numbers(date)
    {
        let (year, month, day) = match (is_year_first, has_dots, order) {
            (true, ..) => (first, second, third),
            (_, true, _) | (_, _, DateOrder::DayFirst) => (third, second, first),
            (_, _, DateOrder::MonthFirst) => (third, first, second),
        };
        return civil(year, month, day);
    }
    // `31 May 2024`, `May 31 2024`, `31-May-24`, `31. Mai 2024`, `20240531`.
    let words: Vec<&str> = match date {
        [word] if word.len() == 8 && word.bytes().all(|b| b.is_ascii_digit()) => {
            vec![word.get(..4)?, word.get(4..6)?, word.get(6..)?]
        }
        [word] => word.split(['-', '/', '.']).collect(),
        words => words.iter().map(String::as_str).collect(),
    };
    let [first, second, third] = words[..] else { return None };
    let number =
        |word: &str| word.trim_end_matches(|c: char| !c.is_ascii_digit()).parse::<i64>().ok();
    match (month(first), month(second)) {
        (Some(month), _) => civil(year(third)?, month, number(second)?),
        (_, Some(month)) if is_year(first) => civil(year(first)?, month, number(third)?),
        (_, Some(month)) => civil(year(third)?, month, number(first)?),
        _ if is_year(first) => civil(year(first)?, number(second)?, number(third)?),
        _ => None,
    }
}

/// Reads a year. Of two digits, it is of this century up to 69; one before 1900 stands for no date at all.
fn year(word: &str) -> Option<i64> {
    let digits = word.trim_end_matches(|c: char| !c.is_ascii_digit());
    let year: i64 = digits.parse().ok()?;
    match (digits.len(), year) {
        (..=2, 0..=69) => Some(2_000 + year),
        (..=2, 70..=99) => Some(1_900 + year),
        (_, 1_900..) => Some(year),
        _ => None,
    }
}

fn civil(year: i64, month: i64, day: i64) -> Option<Day> {
    Day::parse(&format!("{year:04}-{month:02}-{day:02}")).ok()
}

/// Reads the words of a time: the milliseconds since midnight, and the minutes ahead of UTC where it says so.
fn time(words: &[String]) -> Option<(i64, Option<i64>)> {
    let text = words.join(" ");
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.')));
    let (clock, rest) = text.split_at_checked(end.unwrap_or(text.len()))?;
    let (whole, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let mut parts = whole.split(':').map(|part| part.parse::<i64>().ok());
    let (mut hour, minute) = (parts.next()??, parts.next()??);
    let second = parts.next().unwrap_or(Some(0))?;
    let rest = rest.trim();
    let (half, rest) = match rest.get(..2) {
        Some(half @ ("am" | "pm")) => (Some(half), rest.get(2..)?.trim()),
        _ => match rest.get(..4) {
            Some("a.m.") => (Some("am"), rest.get(4..)?.trim()),
            Some("p.m.") => (Some("pm"), rest.get(4..)?.trim()),
            _ => (None, rest),
        },
    };
    if half.is_some() && !(1..=12).contains(&hour) {
        return None;
    }
    hour = match half {
        Some("am") => hour % 12,
        Some(_) => hour % 12 + 12,
        None => hour,
    };
    if !(0..24).contains(&hour) || !(0..60).contains(&minute) || !(0..=60).contains(&second) {
        return None;
    }
    let millis: String = fraction.chars().chain("000".chars()).take(3).collect();
    let ms = ((hour * 60 + minute) * 60 + second) * 1_000 + millis.parse::<i64>().ok()?;
    Some((ms, zone(rest)?))
}

/// Reads an offset of any form: `Z`, `+0200`, `+02:00`, `-8`, `UTC`, `GMT+2`, `(CEST)`.
#[expect(
    clippy::option_option,
    reason = "no zone is an answer, and one that cannot be read is none"
)]
fn zone(text: &str) -> Option<Option<i64>> {
    let text = text.trim_matches(['(', ')', ' ']);
    let text = text.split_once(" (").map_or(text, |(offset, _)| offset);
    if text.is_empty() {
        return Some(None);
    }
    if let Some((_, minutes)) = ZONES.iter().find(|(name, _)| *name == text) {
        return Some(Some(*minutes));
    }
    let signed = text.strip_prefix("utc").or(text.strip_prefix("gmt")).unwrap_or(text).trim();
    let (sign, digits) = match signed.strip_prefix('+') {
        Some(digits) => (1, digits),
        None => (-1, signed.strip_prefix(['-', '\u{2212}'])?),
    };
    let plain: String = digits.chars().filter(|c| *c != ':').collect();
    if plain.is_empty() || plain.len() > 4 || !plain.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes) = plain
        .split_at_checked(plain.len().saturating_sub(2))
        .filter(|_| plain.len() > 2)
        .unwrap_or((&plain, "0"));
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours <= 14 && minutes < 60).then_some(Some(sign * (hours * 60 + minutes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(cell: &str, order: DateOrder) -> String {
        read(cell, order, |_| 120).map_or_else(|| "-".to_owned(), |at| at.to_string())
    }

    #[test]
    fn days_are_read_in_every_spelling() {
        for cell in [
            "2024-05-31",
            "2024/05/31",
            "20240531",
            "31.05.2024",
            "31.5.24",
            "31 May 2024",
            "May 31, 2024",
            "31-May-24",
            "31. Mai 2024",
            "31 mai 2024",
            "31 mayo 2024",
            "31 de mayo de 2024",
            "2024 May 31",
            "Fri, 31 May 2024",
            "45443",
        ] {
            assert_eq!(at(cell, DateOrder::DayFirst), "2024-05-31T00:00:00.000Z", "{cell}");
        }
        assert_eq!(at("31/05/2024", DateOrder::DayFirst), "2024-05-31T00:00:00.000Z");
        assert_eq!(at("05/31/2024", DateOrder::MonthFirst), "2024-05-31T00:00:00.000Z");
        assert_eq!(at("3/4/24", DateOrder::MonthFirst), "2024-03-04T00:00:00.000Z");
        assert_eq!(at("3. März 2024", DateOrder::DayFirst), "2024-03-03T00:00:00.000Z");
        assert_eq!(at("1 août 2024", DateOrder::DayFirst), "2024-08-01T00:00:00.000Z");
        for wrong in ["", "soon", "2024-02-30", "31/31/2024", "12", "2024"] {
            assert_eq!(at(wrong, DateOrder::DayFirst), "-", "{wrong}");
        }
    }

    #[test]
    fn only_a_year_of_two_digits_is_of_this_century() {
        for wrong in ["0001-01-01", "01/01/0001", "1 Jan 0001", "00010101", "31.12.1899", "1/1/124"]
        {
            assert_eq!(at(wrong, DateOrder::DayFirst), "-", "{wrong}");
        }
        assert_eq!(at("1.1.01", DateOrder::DayFirst), "2001-01-01T00:00:00.000Z");
        assert_eq!(at("1 Jan 70", DateOrder::DayFirst), "1970-01-01T00:00:00.000Z");
    }

    #[test]
    fn moments_are_read_with_offsets_of_every_form() {
        for cell in [
            "2026-04-15T02:40:03.000+0000",
            "2026-04-15T02:40:03Z",
            "2026-04-15 02:40:03 UTC",
            "2026-04-15T04:40:03+02:00",
            "2026-04-15T04:40:03+02",
            "2026-04-14 18:40:03 -08:00",
            "2026-04-14T19:40:03 PDT",
            "Wed, 15 Apr 2026 02:40:03 +0000",
            "Apr 15, 2026, 4:40:03 AM GMT+2",
            "15.04.2026 04:40:03",
            "2026-04-15T04:40:03",
            "Wed Apr 15 2026 04:40:03 GMT+0200 (CEST)",
            "1776220803",
            "1776220803000",
        ] {
            assert_eq!(at(cell, DateOrder::DayFirst), "2026-04-15T02:40:03.000Z", "{cell}");
        }
        assert_eq!(at("4/15/2026 2:05 PM", DateOrder::MonthFirst), "2026-04-15T12:05:00.000Z");
        assert_eq!(at("2026-04-15 12:30 am", DateOrder::DayFirst), "2026-04-14T22:30:00.000Z");
        // Midnight that somebody wrote is a moment, and a date alone is none.
        assert_eq!(at("2026-04-15T00:00:00Z", DateOrder::DayFirst), "2026-04-15T00:00:00.001Z");
        for wrong in [
            "2026-04-15 25:00",
            "2026-04-15 10:00 +99",
            "2026-04-15 10:00 mars",
            "2026-04-15 13:00 pm",
        ] {
            assert_eq!(at(wrong, DateOrder::DayFirst), "-", "{wrong}");
        }
    }

    #[test]
    fn a_column_tells_its_order_or_does_not() {
        let of = |cells: &[&str]| order_of(cells.iter().copied());
        assert_eq!(of(&["03/04/2024", "31/05/2024"]), ColumnOrder::Is(DateOrder::DayFirst));
        assert_eq!(of(&["03/04/2024", "05/31/2024 10:00"]), ColumnOrder::Is(DateOrder::MonthFirst));
        assert_eq!(of(&["03/04/2024", "04/04/2024"]), ColumnOrder::Unclear);
        assert_eq!(
            of(&["2024-03-04", "4.3.2024", "04/04/2024", "3 May 2024"]),
            ColumnOrder::DoesNotMatter
        );
    }
}
