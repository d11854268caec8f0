//! The directory as the service serves it.

pub mod store;
