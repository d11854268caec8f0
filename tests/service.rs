//! The service, tested whole: its stores on both databases, its routes over HTTP, its faults.

#![expect(
    unreachable_pub,
    clippy::unwrap_used,
    reason = "what tests share is public to all of them, and a test may stop where it stands"
)]

mod faults;
mod store;
mod support;
mod web;
