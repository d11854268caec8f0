//! Members: accounts, sign-in, sessions and rings.

pub mod store;
