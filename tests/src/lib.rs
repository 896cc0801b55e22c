//! What the black-box tests need: a resolver with scripted answers, and the Worker as a program.

pub mod resolver;
pub mod worker;
