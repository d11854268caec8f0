//! rightline: reports of wrongdoing, sealed in the reporter's browser, and the professional standards
//! department's desk. See `docs/architecture.md`.

pub mod casework;
pub mod directory;
pub mod mailbox;
pub mod report;
pub mod staff;
pub mod store;
