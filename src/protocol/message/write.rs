//! Writing messages.

use super::super::bytes::{CaseId, Day, Digest, MemberId, ServiceId};
use super::super::framing;
use super::super::hybrid::Recipient;
use super::super::report::Version;
use super::super::sealing::{self, CannotSeal};
use super::super::signing::{Context, Signed, SigningKey, sign};
use super::{
    Content, Direction, Evidence, Files, GREATEST_BODY, GREATEST_EVIDENCE, GREATEST_NEXT, Kind,
    Next, Seen, Stage, Stub,
};

/// Where in a case a message stands.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The service.
    pub service: ServiceId,
    /// The case.
    pub case: CaseId,
    /// The case's latest epoch (K6).
    pub epoch: u32,
    /// The place in this direction, from 1 (M1).
    pub sequence: u64,
    /// The digest of the stub before in this direction, zeros for the first (M2).
    pub previous: Digest,
    /// The last stub of the other direction that the author has seen (M2).
    pub seen: Seen,
    /// The serial of the root by which the author signs (D9).
    pub serial: u64,
    /// Today.
    pub day: Day,
}

/// What a message says.
#[derive(Clone, Debug, Default)]
pub struct Message {
    /// The kind (M6).
    pub kind: Kind,
    /// The text.
    pub body: String,
    /// What happens next.
    pub next: Next,
    /// Files that belong to it.
    pub evidence: Vec<Evidence>,
    /// The stage that it sets; only members set one (M7).
    pub stage: Option<Stage>,
}

/// A message that is ready to send.
#[derive(Clone, Debug)]
pub struct Written {
    /// The signed stub.
    pub stub: Signed,
    /// The file sealed to the case.
    pub case_file: Vec<u8>,
    /// The file sealed to the reporter, for what members write.
    pub reporter_file: Option<Vec<u8>>,
}

/// A message that cannot be written as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotWrite {
    /// A text or list is longer than M3, M8 or F2 allow.
    #[error("the message is too long")]
    TooLong,
    /// A reporter cannot set a stage (M2).
    #[error("only members set a stage")]
    Stage,
    /// The system gave no randomness.
    #[error(transparent)]
    Seal(#[from] CannotSeal),
}

/// Writes a member's message, sealed to the reporter and to the case (M3).
///
/// # Errors
/// Refuses texts that are too long.
pub fn write_to_reporter(
    place: &Place,
    author: MemberId,
    key: &SigningKey,
    case: &Recipient,
    reporter: &Recipient,
    message: &Message,
) -> Result<Written, CannotWrite> {
    write_with(
        place,
        Some((author, reporter)),
        key,
        case,
        message,
        sealing::seal,
    )
}

/// Writes a reporter's message, sealed to the case only (M3).
///
/// # Errors
/// Refuses texts that are too long, and a stage.
pub fn write_from_reporter(
    place: &Place,
    key: &SigningKey,
    case: &Recipient,
    message: &Message,
) -> Result<Written, CannotWrite> {
    write_with(place, None, key, case, message, sealing::seal)
}

/// Writes a message by another sealer than [`sealing::seal`], so that test vectors can be repeated.
///
/// `to_reporter` is the member who writes and the reporter's recipient, or nothing for the reporter.
///
/// # Errors
/// Refuses texts that are too long, and a stage from the reporter.
pub fn write_with(
    place: &Place,
    to_reporter: Option<(MemberId, &Recipient)>,
    key: &SigningKey,
    case: &Recipient,
    message: &Message,
    mut seal: impl FnMut(&[u8], &[Recipient]) -> Result<Vec<u8>, CannotSeal>,
) -> Result<Written, CannotWrite> {
    if to_reporter.is_none() && message.stage.is_some() {
        return Err(CannotWrite::Stage);
    }
    let author = to_reporter.map(|(author, _)| author);
    let mut sealed_to = |recipient: &Recipient| -> Result<Vec<u8>, CannotWrite> {
        let content = content(place, author, recipient, message)?;
        let signed = sign(Context::Message, key, &content);
        let framed = framing::frame(signed.as_bytes()).map_err(|_| CannotWrite::TooLong)?;
        if framed.len() > framing::GREATEST_MESSAGE {
            return Err(CannotWrite::TooLong);
        }
        Ok(seal(&framed, std::slice::from_ref(recipient))?)
    };
    let case_file = sealed_to(case)?;
    let reporter_file = to_reporter
        .map(|(_, reporter)| sealed_to(reporter))
        .transpose()?;
    let stub = Stub {
        service: place.service,
        case: place.case,
        epoch: place.epoch,
        direction: direction(author),
        sequence: place.sequence,
        previous: place.previous,
        seen: place.seen,
        stage: message.stage,
        author,
        serial: place.serial,
        day: place.day,
        files: Files {
            case: Digest::of(&case_file),
            reporter: reporter_file.as_deref().map_or(Digest::ZERO, Digest::of),
        },
    };
    Ok(Written {
        stub: sign(Context::Stub, key, &stub),
        case_file,
        reporter_file,
    })
}

fn direction(author: Option<MemberId>) -> Direction {
    if author.is_some() {
        Direction::ToReporter
    } else {
        Direction::FromReporter
    }
}

fn content(
    place: &Place,
    author: Option<MemberId>,
    audience: &Recipient,
    message: &Message,
) -> Result<Content, CannotWrite> {
    let fits = message.body.chars().count() <= GREATEST_BODY
        && message.next.what.chars().count() <= GREATEST_NEXT
        && message.evidence.len() <= GREATEST_EVIDENCE;
    if !fits {
        return Err(CannotWrite::TooLong);
    }
    Ok(Content {
        version: Version,
        service: place.service,
        case: place.case,
        epoch: place.epoch,
        audience: audience.digest(),
        direction: direction(author),
        sequence: place.sequence,
        previous: place.previous,
        seen: place.seen,
        stage: message.stage,
        author,
        serial: place.serial,
        day: place.day,
        kind: message.kind.clone(),
        body: message.body.clone(),
        next: message.next.clone(),
        evidence: message.evidence.clone(),
    })
}
