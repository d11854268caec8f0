//! The service over HTTP: these files mirror its addresses.

mod pages;
mod plain;
mod plain_return;
mod way;
