//! The time, by the server's clock: the one of this device may be wrong by days.

use std::cell::Cell;

use plumbline_domain::time::Timestamp;

use crate::browser;

thread_local! {
    /// How far the server's clock is ahead, in milliseconds.
    static AHEAD_MS: Cell<i64> = const { Cell::new(0) };
}

/// Below this a difference is the time that an answer takes, in milliseconds.
const NOTICED_MS: i64 = 30_000;

/// Takes over the time that an answer was made at, as its `Date` header has it.
pub fn hear(date: &str) {
    if let Some(at) = browser::parse_http_date(date) {
        AHEAD_MS.set(ahead_ms(at, browser::now()));
    }
}

fn ahead_ms(server: Timestamp, device: Timestamp) -> i64 {
    let ahead = server.as_ms() - device.as_ms();
    if ahead.abs() < NOTICED_MS { 0 } else { ahead }
}

/// Returns the time by the server's clock, as far as the server was heard.
pub fn now() -> Timestamp {
    Timestamp::from_ms(browser::now().as_ms() + AHEAD_MS.get())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clock_that_is_wrong_is_corrected() {
        let at = Timestamp::from_ms;
        assert_eq!(ahead_ms(at(1_000_000), at(1_001_500)), 0);
        assert_eq!(ahead_ms(at(86_400_000), at(0)), 86_400_000);
        assert_eq!(ahead_ms(at(0), at(86_400_000)), -86_400_000);
    }
}
