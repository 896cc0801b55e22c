//! What people see. The widget ships to strangers' pages, the dashboard to the owner; neither
//! carries the other, since each is a program of its own over this library.

pub mod browser;
pub mod dashboard;
pub mod matcher;
pub mod widget;
