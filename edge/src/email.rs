//! Whether an address can be written to: cache first, then the resolver, then the core's verdict.

pub mod doh;
mod tables;
pub mod verify;
