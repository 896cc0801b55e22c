//! Routes that break on purpose, so that tests can see what a broken request costs the others. They
//! exist only where `FAULT_ROUTES` is `on`, which no deployment sets.

use std::rc::Rc;

use worker::{Request, Response, Result, RouteContext};

use super::Routes;
use crate::context::Ctx;

/// Adds the routes.
pub fn add(routes: Routes<'_>) -> Routes<'_> {
    routes.post_async("/faults/panic", trap)
}

/// Traps the WASM instance in the middle of a request (attack case 57).
#[expect(clippy::panic, reason = "this is what the route is for")]
async fn trap(_: Request, _: RouteContext<Rc<Ctx>>) -> Result<Response> {
    panic!("asked to")
}
