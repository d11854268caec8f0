//! Every statement of every store, on both databases.

mod audit;
mod backup;
mod casework;
mod documents;
mod log;
mod mailbox;
mod office;
mod recovery;
mod reports;
mod schema;
mod staff;

use actix_web::web::Bytes;
use rightline::report::store::{Arrival, Kept, keep_alone};
use rightline::store::Store;

/// Members that the reports of these tests are granted to.
const READERS: [[u8; 16]; 3] = [[1; 16], [2; 16], [3; 16]];

/// A digest that is this number's alone.
fn digest(number: u32) -> [u8; 32] {
    let mut digest = [0xd1; 32];
    digest[28..].copy_from_slice(&number.to_be_bytes());
    digest
}

/// A report that no other number has.
fn arrival(number: u32) -> Arrival {
    let part = |name: &str| Bytes::from(format!("{name} of {number}"));
    Arrival {
        case: digest(number),
        lookup: digest(number + 1_000_000),
        reporter_key: digest(number + 2_000_000),
        submission: digest(number + 3_000_000),
        day: "2026-11-23".to_owned(),
        route: "intake",
        team: "dps".to_owned(),
        statement: part("statement"),
        parties: part("parties"),
        body: part("body"),
        identity: part("identity"),
        grants: READERS
            .iter()
            .map(|reader| (*reader, part("grant")))
            .collect(),
        clocks: Vec::new(),
        receipt: format!("receipt of {number}").into_bytes(),
    }
}

/// Keeps the report with this number and returns its id.
async fn kept(store: &Store, number: u32) -> [u8; 32] {
    assert_eq!(keep_alone(store, arrival(number)).await, Ok(Kept::New));
    digest(number)
}
