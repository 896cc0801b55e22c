//! Durable Objects.

mod lead_feed;
