//! Whether an address can be written to: cache first, then the resolver, then the core's verdict.

mod doh;
mod lookup;
mod tables;
pub mod verify;
