//! The container in which a report is sent (section 7).

use super::bytes::{CaseId, Day, Digest, MemberId, ServiceId};
use super::directory::Route;
use super::sealing::{Shape, shape};
use super::statement::Statement;
use super::{Refused, ensure, framing, grant};

/// The most bytes that a container may have (C1).
pub const GREATEST: usize = 2_097_152;
/// The most grantees in a statement (C6).
pub const GREATEST_GRANTEES: usize = 100;

const VERSION: u8 = 1;
const HEAD: usize = 4;

/// The sections of a container, of which only the layout is known to be right (C1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Container<'a> {
    /// The signed statement.
    pub statement: &'a [u8],
    /// The sealed parties.
    pub parties: &'a [u8],
    /// The sealed body.
    pub body: &'a [u8],
    /// The sealed identity.
    pub identity: &'a [u8],
    /// The sealed grants, in the order of the statement's grantees.
    pub grants: Vec<&'a [u8]>,
}

impl<'a> Container<'a> {
    /// Takes a container apart without copying.
    ///
    /// # Errors
    /// Names C1.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Refused> {
        let refused = Refused::by("C1");
        ensure(bytes.len() <= GREATEST, "C1")?;
        let (version, mut rest) = bytes.split_first().ok_or(refused)?;
        ensure(*version == VERSION, "C1")?;
        let mut sections = Vec::with_capacity(8);
        while !rest.is_empty() {
            let (length, after) = rest.split_first_chunk::<4>().ok_or(refused)?;
            let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| refused)?;
            let (section, after) = after.split_at_checked(length).ok_or(refused)?;
            ensure(sections.len() < HEAD + GREATEST_GRANTEES, "C1")?;
            sections.push(section);
            rest = after;
        }
        ensure(sections.len() >= HEAD, "C1")?;
        let grants = sections.split_off(HEAD);
        let [statement, parties, body, identity] = sections[..] else {
            return Err(refused);
        };
        Ok(Self {
            statement,
            parties,
            body,
            identity,
            grants,
        })
    }
}

/// Writes sections into a container, or nothing when they are too long for one.
#[must_use]
pub fn write(sections: &[&[u8]]) -> Option<Vec<u8>> {
    let length = 1 + sections
        .iter()
        .map(|section| section.len() + 4)
        .sum::<usize>();
    if length > GREATEST {
        return None;
    }
    let mut bytes = Vec::with_capacity(length);
    bytes.push(VERSION);
    for section in sections {
        bytes.extend_from_slice(&u32::try_from(section.len()).ok()?.to_be_bytes());
        bytes.extend_from_slice(section);
    }
    Some(bytes)
}

/// What the service knows of its directory when it receives a report.
pub trait Standing {
    /// The digest of the root with that serial, the current one or an earlier.
    fn root(&self, serial: u64) -> Option<Digest>;
    /// How many custodians the root with that serial has.
    fn custodians(&self, serial: u64) -> usize;
    /// The first readers of the route in the current root.
    fn first_readers(&self, route: Route) -> &[MemberId];
    /// The recovery of the current root, when it names one (D12).
    fn recovery(&self) -> Option<MemberId>;
}

/// Why a submission is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unacceptable {
    /// A rule is broken.
    #[error(transparent)]
    Broken(#[from] Refused),
    /// The client sealed by a directory that has changed since: it must fetch it and seal again (C6).
    #[error("the readers have changed")]
    DirectoryStale,
}

/// A submission that every rule from C1 to C8 allows.
#[derive(Clone, Debug)]
pub struct Received<'a> {
    /// The case id.
    pub case: CaseId,
    /// What the statement says.
    pub statement: Statement,
    /// The sections as sent.
    pub sections: Container<'a>,
}

impl<'a> Received<'a> {
    /// Checks a submission by C1 to C8: one signature, and one digest of every byte.
    ///
    /// # Errors
    /// Names the first rule that is broken, or says that the directory has changed.
    pub fn check(
        bytes: &'a [u8],
        address: &CaseId,
        service: &ServiceId,
        standing: &impl Standing,
        today: Day,
    ) -> Result<Self, Unacceptable> {
        let sections = Container::parse(bytes)?;
        let case = CaseId::from(Digest::of(sections.statement));
        ensure(case == *address, "C3")?;
        let statement = Statement::read(sections.statement)?;
        ensure(statement.service == *service, "C2")?;
        check_grantees(&statement, standing)?;
        check_digests(&statement, &sections)?;
        let pin = statement.directory;
        ensure(standing.root(pin.serial) == Some(pin.digest), "C5")?;
        check_shapes(
            &statement,
            &sections,
            standing.custodians(pin.serial).max(1),
        )?;
        let age = today.days_since(statement.day);
        ensure((-1..=7).contains(&age), "C8")?;
        Ok(Self {
            case,
            statement,
            sections,
        })
    }
}

/// Grantees are first readers of the route, at least one, and then the recovery, where there is one (C6).
fn check_grantees(statement: &Statement, standing: &impl Standing) -> Result<(), Unacceptable> {
    let mut members: Vec<MemberId> = statement
        .grantees
        .iter()
        .map(|grantee| grantee.member)
        .collect();
    ensure((1..=GREATEST_GRANTEES).contains(&members.len()), "C6")?;
    let recovery = standing.recovery();
    members.pop_if(|last| Some(*last) == recovery);
    ensure(!members.is_empty(), "C6")?;
    let misplaced = members.iter().any(|member| Some(*member) == recovery);
    ensure(!misplaced, "C6")?;
    members.sort_unstable();
    ensure(members.windows(2).all(|pair| pair[0] != pair[1]), "C6")?;
    let readers = standing.first_readers(statement.route);
    if members.iter().all(|member| readers.contains(member)) {
        Ok(())
    } else {
        Err(Unacceptable::DirectoryStale)
    }
}

fn check_digests(statement: &Statement, sections: &Container<'_>) -> Result<(), Refused> {
    ensure(sections.grants.len() == statement.grantees.len(), "C1")?;
    let parts = &statement.parts;
    let fits = Digest::of(sections.parties) == parts.parties
        && Digest::of(sections.body) == parts.body
        && Digest::of(sections.identity) == parts.identity
        && statement
            .grantees
            .iter()
            .zip(&sections.grants)
            .all(|(grantee, grant)| Digest::of(grant) == grantee.grant);
    ensure(fits, "C4")
}

fn check_shapes(
    statement: &Statement,
    sections: &Container<'_>,
    custodians: usize,
) -> Result<(), Refused> {
    let parties = shape_of(sections.parties)?;
    let body = shape_of(sections.body)?;
    let identity = shape_of(sections.identity)?;
    ensure(parties.recipients == statement.grantees.len(), "C7")?;
    ensure(is_frame(parties, framing::GREATEST_MESSAGE), "C7")?;
    ensure(
        body.recipients == 1 && is_frame(body, framing::GREATEST),
        "C7",
    )?;
    ensure(identity.recipients == custodians, "C7")?;
    ensure(identity.plaintext == framing::IDENTITY as u64, "C7")?;
    for sealed in &sections.grants {
        let expected = Shape {
            recipients: 1,
            plaintext: grant::PLAINTEXT as u64,
        };
        ensure(shape_of(sealed)? == expected, "C7")?;
    }
    Ok(())
}

fn shape_of(file: &[u8]) -> Result<Shape, Refused> {
    shape(file).map_err(|_| Refused::by("C7"))
}

/// Whether a plaintext of that shape is a frame of at most that size.
#[must_use]
pub fn is_frame(shape: Shape, greatest: usize) -> bool {
    usize::try_from(shape.plaintext)
        .is_ok_and(|size| size <= greatest && framing::is_frame_size(size))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_container_has_four_sections_and_at_most_a_hundred_grants() {
        for (count, accepted) in [(0, false), (3, false), (4, true), (104, true), (105, false)] {
            let bytes = write(&vec![b"x".as_slice(); count]).expect("fits");
            assert_eq!(Container::parse(&bytes).is_ok(), accepted, "{count}");
        }
    }

    #[test]
    fn a_container_of_too_many_bytes_is_neither_written_nor_read() {
        let long = vec![0; GREATEST - 16];
        assert_eq!(write(&[&long, b"", b"", b""]), None);
        let mut most = write(&[&long[1..], b"", b"", b""]).expect("fits");
        assert_eq!(most.len(), GREATEST);
        assert!(Container::parse(&most).is_ok());
        most.extend_from_slice(&[0; 4]);
        assert_eq!(Container::parse(&most), Err(Refused::by("C1")));
    }

    proptest! {
        #[test]
        fn sections_come_out_as_they_went_in(
            sections in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..50), 4..12),
        ) {
            let sections: Vec<&[u8]> = sections.iter().map(Vec::as_slice).collect();
            let bytes = write(&sections).expect("fits");
            let read = Container::parse(&bytes).expect("a container");
            let mut out = vec![read.statement, read.parties, read.body, read.identity];
            out.extend(read.grants);
            prop_assert_eq!(out, sections);
        }

        #[test]
        fn taking_apart_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Container::parse(&bytes);
            let _ = Container::parse(&[&[VERSION], &bytes[..]].concat());
        }
    }
}
