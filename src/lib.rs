//! rightline: reports of wrongdoing, sealed in the reporter's browser, and the professional standards
//! department's desk. See `docs/architecture.md`.

pub mod ambient;
pub mod app;
pub mod audit;
pub mod casework;
pub mod demo;
pub mod directory;
pub mod duties;
pub mod init;
pub mod keys;
pub mod mailbox;
pub mod pages;
pub mod process;
pub mod protocol;
pub mod recovery;
pub mod report;
pub mod secret;
pub mod settings;
pub mod staff;
pub mod statistics;
pub mod store;
pub mod tls;
pub mod web;
