//! The service over HTTP: these files mirror its addresses.

mod acquaintance;
mod command;
mod directory;
mod equal_work;
mod grants;
mod headers;
mod health;
mod leavers;
mod limits;
mod lists;
mod mailbox;
mod pages;
pub(crate) mod plain;
pub(crate) mod plain_return;
mod posts;
mod replies;
mod roles;
mod rules;
mod sign_in;
mod submissions;
mod tls;
mod way;
mod words;
