//! Casework: what members do with a case, as far as the service can see it. The service checks what is
//! signed, by whom and in which order; what is inside the seal is the desk's to check.

pub mod codes;
pub mod procedure;
pub mod store;
pub mod web;

use crate::protocol::act::{self, ActRow};
use crate::protocol::directory::{Directory, Role};
use crate::protocol::epoch::{Epoch, GREATEST_EPOCHS};
use crate::protocol::grant::{Act, GrantRow};
use crate::protocol::message::{Direction, GREATEST_STUB, Stub};
use crate::protocol::record::Revision;
use crate::protocol::signing::{Context, Signed, VerifyingKey};
use crate::protocol::{
    CaseId, Day, Digest, MemberId, Refused, ServiceId, brief, conflict, framing, json, sealing,
};

/// A sealed grant's size (K1).
pub const GRANT: u64 = 102;
/// How far a member's clock may be from the service's, days.
const CLOCKS_APART: i32 = 1;

/// Checks that a chain may have a link of this number.
///
/// # Errors
/// Names the rule.
pub fn ensure_room(number: u64, greatest: u64, rule: &'static str) -> Result<(), Refused> {
    ensure(number <= greatest, rule)
}

/// Checks that what a member or reporter signs now names today, as far as clocks are apart.
///
/// # Errors
/// Names the rule.
pub fn ensure_today(day: Day, today: Day, rule: &'static str) -> Result<(), Refused> {
    ensure(day.days_since(today).abs() <= CLOCKS_APART, rule)
}

fn ensure(holds: bool, rule: &'static str) -> Result<(), Refused> {
    if holds {
        Ok(())
    } else {
        Err(Refused::by(rule))
    }
}

/// Checks that a file is sealed to one recipient and holds a frame no larger than a message's (M3).
///
/// # Errors
/// Names the rule.
pub fn message_file(file: &[u8], digest: &Digest) -> Result<(), Refused> {
    ensure(Digest::of(file) == *digest, "M2")?;
    let shape = sealing::shape(file).map_err(|_| Refused::by("E5"))?;
    let size = usize::try_from(shape.plaintext).unwrap_or(usize::MAX);
    ensure(shape.recipients == 1, "M3")?;
    ensure(
        size <= framing::GREATEST_MESSAGE && framing::is_frame_size(size),
        "F2",
    )
}

/// Checks that a file is sealed to one recipient and holds a frame no larger than this (F2).
fn sealed_frame(file: &[u8], greatest: usize, rule: &'static str) -> Result<(), Refused> {
    let shape = sealing::shape(file).map_err(|_| Refused::by("E5"))?;
    let size = usize::try_from(shape.plaintext).unwrap_or(usize::MAX);
    ensure(shape.recipients == 1, rule)?;
    ensure(size <= greatest && framing::is_frame_size(size), "F2")
}

/// Checks what a member's client says of a conflict under seal: always of one size (Q6).
///
/// # Errors
/// Names the rule.
pub fn conflict_file(file: &[u8]) -> Result<(), Refused> {
    sealed_frame(file, conflict::FRAME, "Q6")
}

/// Checks a brief (Q5).
///
/// # Errors
/// Names the rule.
pub fn brief_file(file: &[u8]) -> Result<(), Refused> {
    sealed_frame(file, brief::GREATEST_FRAME, "Q5")
}

/// Checks the stub and the file of a record's revision (Q1, Q2), signed by this member with this key.
///
/// # Errors
/// Names the rule.
pub fn revision(
    signed: &Signed,
    file: &[u8],
    place: Place<'_>,
    member: &MemberId,
    key: &VerifyingKey,
) -> Result<Revision, Refused> {
    let stub = Revision::read(signed, key)?;
    ensure(
        stub.service == *place.service && stub.case == *place.case && stub.author == *member,
        "Q1",
    )?;
    ensure_today(stub.day, place.today, "Q1")?;
    ensure(stub.file == Digest::of(file), "Q1")?;
    sealed_frame(file, framing::GREATEST, "Q2")?;
    Ok(stub)
}

/// Checks an act and the file with its words (Q4), signed by this member with this key.
///
/// # Errors
/// Names the rule.
pub fn act(
    signed: &Signed,
    file: &[u8],
    place: Place<'_>,
    member: &MemberId,
    key: &VerifyingKey,
) -> Result<ActRow, Refused> {
    let row = ActRow::read(signed, key)?;
    ensure(
        row.service == *place.service && row.case == *place.case && row.member == *member,
        "Q4",
    )?;
    ensure_today(row.day, place.today, "Q4")?;
    ensure(row.file == Digest::of(file), "Q4")?;
    sealed_frame(file, act::GREATEST_WORDS, "Q4")?;
    Ok(row)
}

/// Where a message says it belongs, and where it must.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The service.
    pub service: &'a ServiceId,
    /// The case.
    pub case: &'a CaseId,
    /// The latest epoch.
    pub epoch: u32,
    /// The service's day.
    pub today: Day,
}

/// Checks the stub of a message to the reporter (M2), signed by this member with this key.
///
/// # Errors
/// Names the rule.
pub fn member_stub(
    signed: &Signed,
    place: Place<'_>,
    member: &MemberId,
    key: &VerifyingKey,
) -> Result<Stub, Refused> {
    let stub: Stub = signed
        .verify_as(Context::Stub, key)
        .map_err(|_| Refused::by("M2"))?;
    ensure(
        stub.author == Some(*member) && stub.direction == Direction::ToReporter,
        "M2",
    )?;
    check_place(&stub, place)?;
    Ok(stub)
}

/// Checks what a stub says of its place in either direction.
///
/// # Errors
/// Names the rule.
pub fn check_place(stub: &Stub, place: Place<'_>) -> Result<(), Refused> {
    ensure(
        stub.service == *place.service && stub.case == *place.case,
        "M2",
    )?;
    ensure(stub.epoch <= place.epoch, "K6")?;
    ensure(stub.sequence >= 1, "M1")?;
    // What every reader of the stub would refuse must not take a place in its chain.
    let (first, unseen) = (stub.sequence == 1, stub.seen.sequence == 0);
    ensure(first == (stub.previous == Digest::ZERO), "M2")?;
    ensure(unseen == (stub.seen.digest == Digest::ZERO), "M2")?;
    ensure_today(stub.day, place.today, "M2")
}

/// Checks that a stub is no longer than it need be: every reader is sent all of them.
///
/// # Errors
/// Names M2.
pub fn ensure_short(stub: &Signed) -> Result<(), Refused> {
    ensure(stub.as_bytes().len() <= GREATEST_STUB, "M2")
}

/// Checks a grant row against the directory that it names and the one in force (K3, K4).
///
/// # Errors
/// Names the rule.
pub fn row(
    signed: &Signed,
    sealed: Option<&[u8]>,
    place: Place<'_>,
    grantor: &MemberId,
    named: &Directory,
    current: &Directory,
) -> Result<GrantRow, Refused> {
    let key = named.grantor_key(grantor).ok_or(Refused::by("K4"))?;
    let row: GrantRow = signed
        .verify_as(Context::Grant, key)
        .map_err(|_| Refused::by("K3"))?;
    ensure(
        row.service == *place.service && row.case == *place.case,
        "K3",
    )?;
    ensure(
        row.grantor == *grantor && row.serial == named.root().serial,
        "K3",
    )?;
    ensure(row.epoch <= place.epoch && row.number >= 1, "K3")?;
    ensure_today(row.day, place.today, "K3")?;
    match (row.act, sealed) {
        (Act::Grant, Some(sealed)) => {
            ensure(row.digest == Digest::of(sealed), "K3")?;
            let shape = sealing::shape(sealed).map_err(|_| Refused::by("E5"))?;
            ensure(shape.recipients == 1 && shape.plaintext == GRANT, "K1")?;
            // Readers check the chain by the root that the row names; the grantee must not have left since.
            let reads = |directory: &Directory| directory.may_read(&row.grantee);
            ensure(reads(named) && reads(current), "K4")?;
        }
        // In this version nobody ends another's grants: one reader could shut out all the others.
        (Act::End, None) => ensure(row.digest == Digest::ZERO && row.grantee == *grantor, "K3")?,
        _ => return Err(Refused::by("K3")),
    }
    Ok(row)
}

/// Checks an epoch document against the directory that it names (K5).
///
/// Whether the author holds a grant of the epoch before is for the store to say.
///
/// # Errors
/// Names the rule.
pub fn epoch(
    signed: &Signed,
    place: Place<'_>,
    author: &MemberId,
    named: &Directory,
) -> Result<Epoch, Refused> {
    let key = named.key_of(author).ok_or(Refused::by("D9"))?;
    // Every reader would refuse it by the root that it names, and the case would have no keys that all agree on.
    ensure(named.has_role(author, Role::may_read), "K4")?;
    let epoch: Epoch = signed
        .verify_as(Context::Epoch, key)
        .map_err(|_| Refused::by("K5"))?;
    ensure(
        epoch.service == *place.service && epoch.case == *place.case,
        "K5",
    )?;
    ensure(
        epoch.author == *author && epoch.serial == named.root().serial,
        "K5",
    )?;
    ensure((1..=GREATEST_EPOCHS).contains(&epoch.epoch), "K5")?;
    ensure_today(epoch.day, place.today, "K5")?;
    Ok(epoch)
}

/// Reads what a grant row says before its signature is checked, to learn which directory to check it by.
///
/// # Errors
/// Names K3 when it is malformed.
pub fn read_row(signed: &[u8]) -> Result<GrantRow, Refused> {
    let signed = Signed::parse(signed.to_vec()).map_err(|_| Refused::by("K3"))?;
    json::read(signed.unverified_payload()).map_err(|_| Refused::by("K3"))
}
