//! The service, tested whole: its stores on both databases, its routes over HTTP, its faults.

#![expect(unreachable_pub, reason = "what tests share is public to all of them")]

mod support;
mod web;
