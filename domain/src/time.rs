//! A point in time as the domain sees it: always given, never read from a clock.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Milliseconds in one day.
pub const DAY_MS: i64 = 86_400_000;

/// Milliseconds since 1970-01-01T00:00:00Z; prints and parses as RFC 3339 in UTC.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(try_from = "String", into = "String")]
pub struct Timestamp(i64);

/// A text that is not an RFC 3339 time in UTC.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an RFC 3339 time in UTC")]
pub struct TimestampError;

impl Timestamp {
    /// Returns the time `ms` milliseconds after the epoch.
    #[must_use]
    pub const fn from_ms(ms: i64) -> Self {
        Self(ms)
    }

    /// Returns milliseconds since the epoch.
    #[must_use]
    pub const fn as_ms(self) -> i64 {
        self.0
    }

    /// Returns the number of whole days since the epoch, in UTC.
    #[must_use]
    pub const fn day(self) -> Day {
        Day(self.0.div_euclid(DAY_MS))
    }

    /// Returns whether this is a day and no moment: midnight in UTC to the millisecond, which a date without a
    /// time is stored as and no clock is likely to write. It is shown as that day in every zone.
    #[must_use]
    pub const fn is_day(self) -> bool {
        self.0.rem_euclid(DAY_MS) == 0
    }

    /// Returns the milliseconds from `earlier` to `self`, or 0 when `earlier` lies ahead.
    #[must_use]
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0).max(0)
    }

    /// Parses `YYYY-MM-DDThh:mm:ss[.fff]Z`.
    ///
    /// # Errors
    /// [`TimestampError`] for any other shape, offset or impossible date.
    pub fn parse(text: &str) -> Result<Self, TimestampError> {
        let body = text.strip_suffix('Z').ok_or(TimestampError)?;
        let (date, clock) = body.split_once('T').ok_or(TimestampError)?;
        let day = Day::parse(date)?;
        let (whole, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
        let mut parts = whole.split(':').map(|part| number(part, 2));
        let mut next = || parts.next().ok_or(TimestampError)?;
        let (hour, minute, second) = (next()?, next()?, next()?);
        if hour > 23 || minute > 59 || second > 60 || parts.next().is_some() {
            return Err(TimestampError);
        }
        let milli = match fraction.len() {
            1..=9 => number(fraction, fraction.len())? * 1000 / 10_i64.pow(fraction.len() as u32),
            _ => return Err(TimestampError),
        };
        Ok(Self(day.0 * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000 + milli))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = self.0.rem_euclid(DAY_MS);
        let (hour, minute, second) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60);
        write!(f, "{}T{hour:02}:{minute:02}:{second:02}.{:03}Z", self.day(), ms % 1000)
    }
}

impl TryFrom<String> for Timestamp {
    type Error = TimestampError;
    fn try_from(text: String) -> Result<Self, TimestampError> {
        Self::parse(&text)
    }
}

impl From<Timestamp> for String {
    fn from(at: Timestamp) -> Self {
        at.to_string()
    }
}

/// A calendar day in UTC, counted from 1970-01-01; prints as `YYYY-MM-DD`.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(try_from = "String", into = "String")]
pub struct Day(i64);

impl Day {
    /// Returns the day `count` days after the epoch.
    #[must_use]
    pub const fn from_count(count: i64) -> Self {
        Self(count)
    }

    /// Returns the number of days since the epoch.
    #[must_use]
    pub const fn count(self) -> i64 {
        self.0
    }

    /// Parses `YYYY-MM-DD`.
    ///
    /// # Errors
    /// [`TimestampError`] for any other shape or a day that the calendar does not have.
    pub fn parse(text: &str) -> Result<Self, TimestampError> {
        let mut parts = text.splitn(3, '-');
        let mut next = |width| number(parts.next().ok_or(TimestampError)?, width);
        let (year, month, day) = (next(4)?, next(2)?, next(2)?);
        if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return Err(TimestampError);
        }
        let found = Self(days_from_civil(year, month, day));
        if civil_from_days(found.0) == (year, month, day) { Ok(found) } else { Err(TimestampError) }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil_from_days(self.0);
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl TryFrom<String> for Day {
    type Error = TimestampError;
    fn try_from(text: String) -> Result<Self, TimestampError> {
        Self::parse(&text)
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

fn number(text: &str, width: usize) -> Result<i64, TimestampError> {
    if text.len() == width && text.bytes().all(|b| b.is_ascii_digit()) {
        text.parse().map_err(|_| TimestampError)
    } else {
        Err(TimestampError)
    }
}

// Howard Hinnant, “chrono-Compatible Low-Level Date Algorithms”: a year that starts in March puts
// the leap day last, so both directions are plain integer arithmetic.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let year_of_era = y.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let (era, day_of_era) = (z.div_euclid(146_097), z.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day_of_year - (153 * shifted + 2) / 5 + 1)
}

#[cfg(feature = "schema")]
mod schema {
    use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

    macro_rules! text_schema {
        ($type:ty, $name:literal, $format:literal) => {
            impl JsonSchema for $type {
                fn schema_name() -> std::borrow::Cow<'static, str> {
                    $name.into()
                }
                fn json_schema(_: &mut SchemaGenerator) -> Schema {
                    json_schema!({ "type": "string", "format": $format })
                }
            }
        };
    }
    text_schema!(super::Timestamp, "Timestamp", "date-time");
    text_schema!(super::Day, "Day", "date");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_and_parses_the_same_instant() {
        for (ms, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_795_305_599_999, "2026-11-21T23:59:59.999Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(Timestamp::from_ms(ms).to_string(), text);
            assert_eq!(Timestamp::parse(text), Ok(Timestamp::from_ms(ms)));
        }
    }

    #[test]
    fn refuses_what_the_calendar_does_not_have() {
        for text in ["2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-01", "now", ""] {
            assert_eq!(Timestamp::parse(text), Err(TimestampError), "{text}");
        }
    }
}
