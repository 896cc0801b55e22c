//! Numbers and times as people read them.

use plumbline_domain::time::{DAY_MS, Day, Timestamp};

use crate::browser;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Returns how long ago `at` was, in one unit.
#[must_use]
pub fn ago(at: Timestamp, now: Timestamp) -> String {
    let minutes = now.since(at) / 60_000;
    match minutes {
        0 => "just now".to_owned(),
        1..60 => format!("{minutes} min"),
        60..1440 => format!("{} h", minutes / 60),
        _ => format!("{} d", minutes / 1440),
    }
}

/// Returns date and time in the reader's own zone, as it was at that moment; of a day without a time the
/// day alone.
#[must_use]
pub fn local_time(at: Timestamp) -> String {
    if at.is_day() {
        return date(at.day());
    }
    shifted_time(at, browser::minutes_ahead_of_utc(at))
}

/// Returns the day on which a moment was, or will be, in the reader's own zone.
#[must_use]
pub fn local_date(at: Timestamp) -> String {
    if at.is_day() {
        return date(at.day());
    }
    let minutes_ahead = browser::minutes_ahead_of_utc(at);
    date(Timestamp::from_ms(at.as_ms() + minutes_ahead * 60_000).day())
}

/// Returns the moment at which a day, as a date field has it, begins in the reader's own zone.
#[must_use]
pub fn start_of_local_day(text: &str) -> Option<Timestamp> {
    let midnight = Day::parse(text).ok()?.count() * DAY_MS;
    // The offset of the middle of the day: the one of midnight may be of the day before.
    let noon = Timestamp::from_ms(midnight + DAY_MS / 2);
    let at = midnight - browser::minutes_ahead_of_utc(noon) * 60_000;
    let at = midnight - browser::minutes_ahead_of_utc(Timestamp::from_ms(at)) * 60_000;
    Some(Timestamp::from_ms(at))
}

fn shifted_time(at: Timestamp, minutes_ahead: i64) -> String {
    let local = Timestamp::from_ms(at.as_ms() + minutes_ahead * 60_000);
    let minute = local.as_ms().rem_euclid(DAY_MS) / 60_000;
    format!("{}, {:02}:{:02}", date(local.day()), minute / 60, minute % 60)
}

/// Returns a day as `21 Nov 2026`.
#[must_use]
pub fn date(day: Day) -> String {
    format!("{} {}", short_date(day), day.to_string().split('-').next().unwrap_or_default())
}

/// Returns a day as `21 Nov`.
#[must_use]
pub fn short_date(day: Day) -> String {
    let text = day.to_string();
    let mut parts = text.split('-').skip(1).map(|part| part.parse::<usize>().unwrap_or(1));
    let (month, day) = (parts.next().unwrap_or(1), parts.next().unwrap_or(1));
    format!("{day} {}", MONTHS.get(month - 1).copied().unwrap_or_default())
}

/// Returns a number with thin spaces between the thousands.
#[must_use]
pub fn count(number: impl TryInto<u32>) -> String {
    let digits = number.try_into().unwrap_or(u32::MAX).to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('\u{2009}');
        }
        text.push(digit);
    }
    text
}

/// Returns how many there are of something: `1 lead`, `2 leads`.
#[must_use]
pub fn counted(number: impl TryInto<u32>, one: &str) -> String {
    let number = number.try_into().unwrap_or(u32::MAX);
    let many = if number == 1 { "" } else { "s" };
    format!("{} {one}{many}", count(number))
}

/// Returns how many there are of something whose plural has letters of its own: `1 address`, `2 addresses`.
#[must_use]
pub fn counted_as(number: impl TryInto<u32>, one: &str, many: &str) -> String {
    let number = number.try_into().unwrap_or(u32::MAX);
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// Returns points with their sign.
#[must_use]
pub fn signed(points: i32) -> String {
    let sign = match points {
        0 => "",
        ..0 => "\u{2212}",
        _ => "+",
    };
    format!("{sign}{}", points.unsigned_abs())
}

/// Returns a share in per cent, or a dash where there is nothing to share.
#[must_use]
pub fn percent(part: impl TryInto<u32>, whole: impl TryInto<u32>) -> String {
    let (part, whole) = (part.try_into().unwrap_or(u32::MAX), whole.try_into().unwrap_or(u32::MAX));
    if whole == 0 {
        "–".to_owned()
    } else {
        format!("{} %", (u64::from(part) * 100 + u64::from(whole) / 2) / u64::from(whole))
    }
}

/// Returns a share, 0 to 1, in whole per cent.
#[must_use]
pub fn share(share: f64) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 100")]
    let per_cent = (share * 100.0).round() as u32;
    format!("{per_cent} %")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_well() {
        let now = Timestamp::from_ms(1_795_300_000_000);
        let before = |ms: i64| Timestamp::from_ms(now.as_ms() - ms);
        assert_eq!(ago(now, now), "just now");
        assert_eq!(ago(before(5 * 60_000), now), "5 min");
        assert_eq!(ago(before(3 * DAY_MS), now), "3 d");
        assert_eq!(shifted_time(Timestamp::from_ms(0), 90), "1 Jan 1970, 01:30");
        assert_eq!(
            (count(999).as_str(), count(1_234_567).as_str()),
            ("999", "1\u{2009}234\u{2009}567")
        );
        assert_eq!(
            [0_u32, 1, 2_000].map(|number| counted(number, "lead")),
            ["0 leads", "1 lead", "2\u{2009}000 leads"]
        );
        assert_eq!((signed(5).as_str(), signed(-5).as_str()), ("+5", "\u{2212}5"));
        assert_eq!((percent(1, 3).as_str(), percent(1, 0).as_str()), ("33 %", "–"));
    }
}
