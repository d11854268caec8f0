//! A submission of any bytes is checked without a panic, and its sections are parts of it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rightline::protocol::container::{Container, Received, Standing, write};
use rightline::protocol::directory::Route;
use rightline::protocol::statement::Statement;
use rightline::protocol::{CaseId, Day, Digest, MemberId};

/// A service to which whatever the statement names is right, so that every later check is reached.
struct Agreeable {
    root: Digest,
    readers: Vec<MemberId>,
}

impl Standing for Agreeable {
    fn root(&self, _: u64) -> Option<Digest> {
        Some(self.root)
    }

    fn custodians(&self, _: u64) -> usize {
        1
    }

    fn first_readers(&self, _: Route) -> &[MemberId] {
        &self.readers
    }

    fn recovery(&self) -> Option<MemberId> {
        None
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(sections) = Container::parse(bytes) else { return };
    let mut all = vec![sections.statement, sections.parties, sections.body, sections.identity];
    all.extend(&sections.grants);
    assert_eq!(write(&all).as_deref(), Some(bytes));
    let Ok(statement) = Statement::read(sections.statement) else { return };
    let standing = Agreeable {
        root: statement.directory.digest,
        readers: statement.grantees.iter().map(|grantee| grantee.member).collect(),
    };
    let address = CaseId::from(Digest::of(sections.statement));
    let today: Day = statement.day;
    let _ = Received::check(bytes, &address, &statement.service, &standing, today);
});
