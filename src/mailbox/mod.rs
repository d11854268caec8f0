//! The mailbox: how a token comes back.

pub mod store;
