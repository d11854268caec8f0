//! The service over HTTP: these files mirror its addresses.

mod directory;
mod equal_work;
mod grants;
mod lists;
mod mailbox;
mod pages;
mod plain;
mod plain_return;
mod posts;
mod replies;
mod roles;
mod rules;
mod sign_in;
mod submissions;
mod way;
mod words;
