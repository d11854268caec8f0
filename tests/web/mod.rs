//! The service over HTTP: these files mirror its addresses.

mod directory;
mod pages;
mod plain;
mod plain_return;
mod rules;
mod submissions;
mod way;
