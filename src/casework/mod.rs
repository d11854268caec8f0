//! Casework: what members do with a case, as far as the service can see it.

pub mod store;
