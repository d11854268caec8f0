//! A document that is accepted means the same when it is written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rightline::protocol::audit::{Head, Row};
use rightline::protocol::enrolment::Application;
use rightline::protocol::json;
use rightline::protocol::mailbox::Act;
use rightline::protocol::message::Content;
use rightline::protocol::report::{Body, Parties};
use serde_json::Value;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(value) = json::read::<Value>(bytes) {
        assert_eq!(json::read::<Value>(&json::write(&value)), Ok(value));
    }
    if let Ok(act) = json::read::<Act>(bytes) {
        assert_eq!(json::read::<Act>(&json::write(&act)), Ok(act));
    }
    if let Ok(row) = json::read::<Row>(bytes) {
        assert_eq!(json::read::<Row>(&row.bytes()), Ok(row));
    }
    let _ = json::read::<Application>(bytes);
    let _ = json::read::<Head>(bytes);
    let _ = json::read::<Content>(bytes);
    let _ = json::read::<Parties>(bytes);
    let _ = json::read::<Body>(bytes);
});
