//! A new installation: its folder with settings and secrets.

pub mod files;
