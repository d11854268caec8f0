//! Reports: accepted sealed, kept durably, never opened.

pub mod store;
