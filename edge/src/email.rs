//! Whether an address can be written to: cache first, then the resolver, then the core's verdict.

mod doh;
mod lookup;
pub mod tables;
pub mod verify;
