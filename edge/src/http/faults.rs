//! Routes that break on purpose, so that tests can see what a broken request costs the others. They
//! exist only where `FAULT_ROUTES` is `on`, which no deployment sets.

use super::Answer;
use super::guard::Call;

/// Traps the WASM instance in the middle of a request (attack case 57).
#[expect(clippy::panic, reason = "this is what the route is for")]
pub async fn trap(_: Call) -> Answer {
    panic!("asked to")
}
