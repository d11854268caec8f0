//! Reading a whole conversation, with a warning beside whatever is wrong (M4, M5).

use super::super::bytes::{CaseId, Digest, MemberId, ServiceId};
use super::super::hybrid::Identity;
use super::super::signing::{Context, Signed, VerifyingKey};
use super::super::{Refused, json};
use super::{Content, Copy, Direction, Stage, Stub, read};

/// A stub as served, with the file that the reader can open, if there is one.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The signed stub.
    pub stub: Signed,
    /// The case's or the reporter's copy.
    pub file: Option<Vec<u8>>,
}

/// Whose signatures a reader accepts.
pub trait Signers {
    /// The key of a member under the root with that serial (D9).
    fn member(&self, serial: u64, author: &MemberId) -> Option<VerifyingKey>;
    /// The reporter's key for a message of that sequence (M9).
    fn reporter(&self, sequence: u64) -> VerifyingKey;
}

/// What is wrong with a message (M4, M5). The others are shown all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warning {
    /// The stub is malformed, of another case, or not signed by a known key (M4).
    Stub(Refused),
    /// The file does not open, or its content is not what the stub says (M4).
    File(Refused),
    /// A number is missing or comes twice (M5).
    Gap,
    /// The stub before is not the one that the author knew (M5).
    Previous,
    /// The author had seen a message that the reader does not have (M5).
    Seen,
    /// It was sealed under an earlier epoch than the latest (K6).
    EarlierEpoch,
}

/// One message of a conversation.
#[derive(Clone, Debug)]
pub struct Item {
    /// What the stub says, when it can be read at all.
    pub stub: Option<Stub>,
    /// What the content says, when there is a file and it opens.
    pub content: Option<Content>,
    /// What is wrong.
    pub warnings: Vec<Warning>,
}

/// What a reader needs to judge a conversation.
pub struct Conversation<'a, S> {
    /// The service.
    pub service: ServiceId,
    /// The case.
    pub case: CaseId,
    /// The latest epoch.
    pub epoch: u32,
    /// Which copy of the files the reader has.
    pub copy: Copy,
    /// The identities that may open them, the latest first.
    pub identities: &'a [&'a Identity],
    /// Whose signatures count.
    pub signers: &'a S,
}

impl<S: Signers> Conversation<'_, S> {
    /// Reads both directions, in the order served.
    #[must_use]
    pub fn read(&self, to_reporter: &[Entry], from_reporter: &[Entry]) -> (Vec<Item>, Vec<Item>) {
        (
            self.read_one(Direction::ToReporter, to_reporter, from_reporter),
            self.read_one(Direction::FromReporter, from_reporter, to_reporter),
        )
    }

    fn read_one(&self, direction: Direction, entries: &[Entry], others: &[Entry]) -> Vec<Item> {
        let mut previous = Digest::ZERO;
        let mut items = Vec::with_capacity(entries.len());
        for (sequence, entry) in (1_u64..).zip(entries) {
            items.push(self.read_entry(direction, sequence, previous, entry, others));
            previous = entry.stub.digest();
        }
        items
    }

    fn read_entry(
        &self,
        direction: Direction,
        sequence: u64,
        previous: Digest,
        entry: &Entry,
        others: &[Entry],
    ) -> Item {
        let (stub, key) = match self.read_stub(direction, &entry.stub) {
            Ok(read) => read,
            Err(refused) => {
                let stub = json::read(entry.stub.unverified_payload()).ok();
                return Item {
                    stub,
                    content: None,
                    warnings: vec![Warning::Stub(refused)],
                };
            }
        };
        let mut warnings = Vec::new();
        let mut warn = |wrong: bool, warning: Warning| {
            if wrong {
                warnings.push(warning);
            }
        };
        warn(stub.sequence != sequence, Warning::Gap);
        warn(stub.previous != previous, Warning::Previous);
        warn(!has_seen(&stub, others), Warning::Seen);
        warn(stub.epoch < self.epoch, Warning::EarlierEpoch);
        let content =
            entry
                .file
                .as_ref()
                .and_then(|file| match self.read_file(&stub, &key, file) {
                    Ok(content) => Some(content),
                    Err(refused) => {
                        warn(true, Warning::File(refused));
                        None
                    }
                });
        Item {
            stub: Some(stub),
            content,
            warnings,
        }
    }

    fn read_stub(
        &self,
        direction: Direction,
        document: &Signed,
    ) -> Result<(Stub, VerifyingKey), Refused> {
        let refused = Refused::by("M4");
        let named: Stub = json::read(document.unverified_payload()).map_err(|_| refused)?;
        let key = match named.author {
            Some(author) => self.signers.member(named.serial, &author).ok_or(refused)?,
            None => self.signers.reporter(named.sequence),
        };
        document.verify(Context::Stub, &key).map_err(|_| refused)?;
        named.check()?;
        let own = named.service == self.service
            && named.case == self.case
            && named.direction == direction;
        if own { Ok((named, key)) } else { Err(refused) }
    }

    fn read_file(&self, stub: &Stub, key: &VerifyingKey, file: &[u8]) -> Result<Content, Refused> {
        let mut refused = Refused::by("M4");
        for identity in self.identities {
            match read(stub, key, file, self.copy, identity) {
                Ok(content) => return Ok(content),
                Err(cause) => refused = cause,
            }
        }
        Err(refused)
    }
}

/// The stage in force: that of the latest stub to the reporter that names one (M7).
#[must_use]
pub fn stage_in_force<'a>(to_reporter: impl DoubleEndedIterator<Item = &'a Stub>) -> Stage {
    to_reporter
        .rev()
        .find_map(|stub| stub.stage)
        .unwrap_or(Stage::Received)
}

fn has_seen(stub: &Stub, others: &[Entry]) -> bool {
    let Some(place) = stub.seen.sequence.checked_sub(1) else {
        return stub.seen.digest == Digest::ZERO;
    };
    usize::try_from(place)
        .ok()
        .and_then(|place| others.get(place))
        .is_some_and(|other| other.stub.digest() == stub.seen.digest)
}
