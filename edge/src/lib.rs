//! The edge: it gathers facts, calls the core, and carries out the answer. Two modules are made of it,
//! each with a door of its own (ADR 7).

mod assets;
pub mod bindings;
mod capture;
mod config;
pub mod context;
mod crypto;
mod cursor;
mod email;
pub mod http;
mod import;
pub mod periodic;
mod phone;
mod quota;
mod recheck;
mod rescore;
mod statement;
pub mod store;
mod track;
mod unicode;
