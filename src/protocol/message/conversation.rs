//! Reading a whole conversation, with a warning beside whatever is wrong (M4, M5).

use super::super::Refused;
use super::super::bytes::{CaseId, Day, Digest, MemberId, ServiceId};
use super::super::hybrid::Identity;
use super::super::signing::{Context, Signed, VerifyingKey};
use super::{Content, Copy, Direction, Seen, Stage, Stub, read};

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
    /// Messages before it are missing (M5).
    Gap,
    /// The message before is not the one that it follows (M5).
    Previous,
    /// The author had seen a message that the reader does not have (M5).
    Seen,
    /// It was sealed under an epoch that was over (K6).
    EarlierEpoch,
}

/// One message of a conversation.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its place in its direction, as far as that can be told.
    pub sequence: u64,
    /// The digest of its stub.
    pub digest: Digest,
    /// What the stub says, when it verifies.
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
    /// The days of the epochs 1 to the latest, in order.
    pub epoch_days: &'a [Day],
    /// Which copy of the files the reader has.
    pub copy: Copy,
    /// The identities that may open them, the latest first.
    pub identities: &'a [&'a Identity],
    /// Whose signatures count.
    pub signers: &'a S,
}

impl<S: Signers> Conversation<'_, S> {
    /// Reads both directions, each in the order of its sequences.
    #[must_use]
    pub fn read(&self, to_reporter: &[Entry], from_reporter: &[Entry]) -> (Vec<Item>, Vec<Item>) {
        let (to, from) = (links(to_reporter), links(from_reporter));
        (
            self.read_one(Direction::ToReporter, &to, &from),
            self.read_one(Direction::FromReporter, &from, &to),
        )
    }

    fn read_one(&self, direction: Direction, links: &[Link<'_>], others: &[Link<'_>]) -> Vec<Item> {
        let mut before = Seen::NOTHING;
        let mut epoch = 0;
        let mut items = Vec::with_capacity(links.len());
        for link in links {
            let item = self.read_link(direction, link, before, epoch, others);
            before = Seen {
                sequence: link.sequence,
                digest: link.digest,
            };
            epoch = item
                .stub
                .as_ref()
                .map_or(epoch, |stub| stub.epoch.max(epoch));
            items.push(item);
        }
        items
    }

    fn read_link(
        &self,
        direction: Direction,
        link: &Link<'_>,
        before: Seen,
        epoch: u32,
        others: &[Link<'_>],
    ) -> Item {
        let mut warnings = Vec::new();
        let read = self.read_stub(direction, link);
        let (stub, key) = match read {
            Ok((stub, key)) => (Some(stub), Some(key)),
            Err(refused) => {
                warnings.push(Warning::Stub(refused));
                (None, None)
            }
        };
        if link.sequence > before.sequence + 1 {
            warnings.push(Warning::Gap);
        } else if link.sequence <= before.sequence
            || stub
                .as_ref()
                .is_some_and(|stub| stub.previous != before.digest)
        {
            warnings.push(Warning::Previous);
        }
        let mut content = None;
        if let (Some(stub), Some(key)) = (&stub, &key) {
            if !has_seen(stub.seen, others) {
                warnings.push(Warning::Seen);
            }
            if stub.epoch < epoch || self.is_over(stub) {
                warnings.push(Warning::EarlierEpoch);
            }
            match link
                .entry
                .file
                .as_ref()
                .map(|file| self.read_file(stub, key, file))
            {
                Some(Ok(read)) => content = Some(read),
                Some(Err(refused)) => warnings.push(Warning::File(refused)),
                None => {}
            }
        }
        Item {
            sequence: link.sequence,
            digest: link.digest,
            stub,
            content,
            warnings,
        }
    }

    fn read_stub(
        &self,
        direction: Direction,
        link: &Link<'_>,
    ) -> Result<(Stub, VerifyingKey), Refused> {
        let refused = Refused::by("M4");
        let document = &link.entry.stub;
        let named: Stub = document.unverified(Context::Stub).map_err(|_| refused)?;
        let key = match named.author {
            Some(author) => self
                .signers
                .member(named.serial, &author)
                .ok_or(Refused::by("D9"))?,
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

    /// Whether the epoch after the stub's had begun on an earlier day (K6).
    fn is_over(&self, stub: &Stub) -> bool {
        let next = usize::try_from(stub.epoch)
            .ok()
            .and_then(|epoch| self.epoch_days.get(epoch));
        next.is_some_and(|begun| *begun < stub.day)
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

/// An entry at the place that it claims; one that cannot be read keeps the place after the one before.
struct Link<'a> {
    entry: &'a Entry,
    sequence: u64,
    digest: Digest,
}

fn links(entries: &[Entry]) -> Vec<Link<'_>> {
    let mut links: Vec<Link<'_>> = Vec::with_capacity(entries.len());
    for entry in entries {
        let claimed = entry.stub.unverified::<Stub>(Context::Stub).ok();
        let next = links.last().map_or(0, |link| link.sequence) + 1;
        let sequence = claimed.map_or(next, |stub| stub.sequence);
        links.push(Link {
            entry,
            sequence,
            digest: entry.stub.digest(),
        });
    }
    links.sort_by_key(|link| link.sequence);
    links
}

fn has_seen(seen: Seen, others: &[Link<'_>]) -> bool {
    seen == Seen::NOTHING
        || others
            .iter()
            .any(|other| other.sequence == seen.sequence && other.digest == seen.digest)
}
