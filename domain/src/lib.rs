//! The functional core of Plumbline: every decision, as a pure function.
//!
//! The same compiled rules run in the visitor's browser, in the Worker and in the dashboard, so
//! the three can never disagree. Nothing here knows a clock, randomness, I/O, JavaScript or HTTP:
//! time, ids, Unicode tables and DNS facts come in as arguments.

pub mod attribution;
pub mod csv;
pub mod duplicates;
pub mod email;
pub mod field_error;
pub mod form;
pub mod funnel;
pub mod hints;
pub mod id;
pub mod import;
pub mod lead;
pub mod named;
pub mod phone;
pub mod scoring;
pub mod search;
pub mod text;
pub mod time;
pub mod today;
