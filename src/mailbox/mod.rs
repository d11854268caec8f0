//! The mailbox: how a token comes back. The service knows which case a lookup leads to and which key
//! signs; it opens nothing.

pub mod days;
pub mod plain;
pub mod store;
pub mod web;

use self::store::{Added, Change as NewWords, Holder, Line, Nearest};
use crate::ambient::{Clock, Random};
use crate::casework::{self, Place};
use crate::directory::Directories;
use crate::keys::Keys;
use crate::protocol::bytes::Blob;
use crate::protocol::mailbox::{
    Act, Changed, ChangedWords, Deleted, GREATEST_FILES, Opened, Payload, Posted, Request, Served,
    unverified, verify,
};
use crate::protocol::message::{Direction, GREATEST_MESSAGES, Stage, Stub};
use crate::protocol::signing::{Context, Signed, SigningKey, VerifyingKey};
use crate::protocol::statement::Case;
use crate::protocol::words::{Change, GREATEST_CHANGES, Reporter};
use crate::protocol::{CaseId, Day, Digest, Refused, json, sealing};
use crate::secret::{ExposeSecret as _, SignSeed};
use crate::store::{Store, StoreError};
use crate::web::Problem;
use subtle::ConstantTimeEq as _;

/// How long a challenge is good, seconds (B1).
const CHALLENGE_LIFE: i64 = 600;
/// How far the clocks of two nodes may be apart, seconds.
const NODES_APART: i64 = 60;
const NONCE: usize = 16;
/// The plaintext of a keep (W3).
const KEEP: u64 = 81;

/// Makes a challenge, for which nothing is stored (B1).
#[must_use]
pub fn challenge(keys: &Keys, now: i64) -> Vec<u8> {
    let mut bytes = now.to_be_bytes().to_vec();
    bytes.extend_from_slice(&Random.bytes::<NONCE>());
    let tag = keys.challenge_tag(&bytes);
    bytes.extend_from_slice(&tag);
    bytes
}

/// Says whether a challenge is this service's and not too old (B1).
#[must_use]
pub fn is_good(keys: &Keys, challenge: &[u8], now: i64) -> bool {
    let Some((message, tag)) = challenge.split_last_chunk::<32>() else {
        return false;
    };
    let fits = bool::from(keys.challenge_tag(message).as_slice().ct_eq(tag));
    let Some(made) = message
        .first_chunk::<8>()
        .filter(|_| message.len() == 8 + NONCE)
    else {
        return false;
    };
    let age = now.saturating_sub(i64::from_be_bytes(*made));
    fits && (-NODES_APART..=CHALLENGE_LIFE).contains(&age)
}

/// What the mailbox needs.
#[derive(Debug, Clone, Copy)]
pub struct Desk<'a> {
    /// The database.
    pub store: &'a Store,
    /// The directories.
    pub directories: &'a Directories,
    /// The service's secrets.
    pub keys: &'a Keys,
    /// The clock.
    pub clock: &'a Clock,
}

/// Carries out a mailbox request and returns the answer's JSON, unpadded (B2 to B7).
///
/// # Errors
/// The refusals of the protocol's section 11.
pub async fn answer(desk: Desk<'_>, request: &Request) -> Result<Vec<u8>, Problem> {
    let asked = unverified(&request.signed).map_err(|_| Problem::Malformed)?;
    if !is_good(desk.keys, &asked.challenge.0, desk.clock.seconds()) {
        return Err(Problem::Challenge);
    }
    let (case, key, payload) = holder(desk, request).await?;
    let file = request.file.as_ref().map(|file| file.0.as_slice());
    match payload.act {
        Act::Open { after } => open(desk, case, after)
            .await
            .map(|opened| json::write(&opened)),
        Act::Post { stub } => {
            let sequence = post(desk, case, &key, &stub, file.unwrap_or_default()).await?;
            Ok(json::write(&Posted { sequence }))
        }
        Act::Delete { up_to } => {
            let up_to = i64::try_from(up_to).unwrap_or(i64::MAX);
            let deleted = store::delete_files(desk.store, case.as_bytes(), up_to).await?;
            if deleted > 0 {
                fold(desk.store).await;
            }
            Ok(json::write(&Deleted { deleted }))
        }
        Act::ChangeWords { change } => {
            let number = change_words(desk, case, &change, file.unwrap_or_default()).await?;
            Ok(json::write(&ChangedWords { number }))
        }
    }
}

/// Finds whose request it is. For an unknown lookup the signature is checked with the key of the next one in
/// use: the same statement, the same check, the same answer as for a bad signature (B3).
async fn holder(
    desk: Desk<'_>,
    request: &Request,
) -> Result<(CaseId, VerifyingKey, Payload), Problem> {
    let lookup = Digest::of(request.lookup.expose_secret());
    let Nearest { holder, is_it } = store::nearest(desk.store, lookup.as_bytes())
        .await?
        .unwrap_or_else(|| Nearest {
            holder: Holder {
                case: vec![0; 32],
                key: dummy().as_bytes().to_vec(),
            },
            is_it: false,
        });
    let Holder { case, key } = holder;
    let case = CaseId::new(case.try_into().map_err(|_| Problem::Fault)?);
    let key: [u8; 32] = key.try_into().map_err(|_| Problem::Fault)?;
    let key = VerifyingKey::from_bytes(&key).map_err(|_| Problem::Fault)?;
    let verified = verify(request, desk.directories.service(), &key);
    tracing::trace!("mailbox: a signature was checked");
    match verified {
        Ok(payload) if is_it => Ok((case, key, payload)),
        _ => Err(Problem::Mailbox),
    }
}

/// Takes what was deleted or replaced out of the database's log at once; where that fails, soon.
async fn fold(store: &Store) {
    if store.fold().await.is_err() {
        tracing::trace!("mailbox: the log is folded later");
    }
}

/// A key that nobody signs with, to check signatures against while there is no mailbox at all.
fn dummy() -> VerifyingKey {
    static DUMMY: std::sync::OnceLock<VerifyingKey> = std::sync::OnceLock::new();
    *DUMMY.get_or_init(|| SigningKey::new(&SignSeed::new(Random.bytes())).verifying_key())
}

fn signed(bytes: Vec<u8>) -> Result<Signed, Problem> {
    Signed::parse(bytes).map_err(|_| Problem::Fault)
}

/// Shows the mailbox (B4).
///
/// # Errors
/// The store's.
pub async fn open(desk: Desk<'_>, case: CaseId, after: u64) -> Result<Opened, Problem> {
    let store = desk.store;
    let id = case.as_bytes();
    let chains = store::chains(store, id).await?.ok_or(Problem::Mailbox)?;
    let statement = store::statement(store, id).await?.ok_or(Problem::Mailbox)?;
    let after = i64::try_from(after).unwrap_or(i64::MAX);
    let most = i64::try_from(GREATEST_FILES).unwrap_or(i64::MAX);
    let mut files = store::files(store, id, after, most + 1).await?;
    let more = files.len() > GREATEST_FILES;
    files.truncate(GREATEST_FILES);
    let mut files = files.into_iter().peekable();
    let mut to_reporter = Vec::new();
    for (sequence, stub) in (1..).zip(store::stubs(store, id, "to_reporter").await?) {
        let file = files
            .next_if(|(at, _)| *at == sequence)
            .map(|(_, file)| Blob(file));
        to_reporter.push(Served {
            stub: signed(stub)?,
            file,
        });
    }
    let from_reporter = store::stubs(store, id, "from_reporter").await?;
    let changes = store::changes(store, id).await?;
    let epochs = store::epochs(store, id).await?;
    let rows = casework::store::grant_rows(store, id).await?;
    Ok(Opened {
        case,
        day: Day::parse(&chains.day).map_err(|_| Problem::Fault)?,
        stage: chains.stage.parse::<Stage>().map_err(|_| Problem::Fault)?,
        aside: chains.aside == 1,
        statement: signed(statement)?,
        receipt: signed(chains.receipt)?,
        changes: changes
            .into_iter()
            .map(|(change, keep)| {
                Ok(Changed {
                    signed: signed(change)?,
                    keep: Blob(keep),
                })
            })
            .collect::<Result<_, Problem>>()?,
        epochs: epochs.into_iter().map(signed).collect::<Result<_, _>>()?,
        rows: rows
            .into_iter()
            .map(|(_, row)| signed(row))
            .collect::<Result<_, _>>()?,
        to_reporter,
        from_reporter: from_reporter
            .into_iter()
            .map(signed)
            .collect::<Result<_, _>>()?,
        more,
    })
}

/// Takes a message from the reporter (B5).
///
/// # Errors
/// [`Problem::Sequence`] when another message has that place; [`Problem::Invalid`] with the rule.
pub async fn post(
    desk: Desk<'_>,
    case: CaseId,
    key: &VerifyingKey,
    stub: &Signed,
    file: &[u8],
) -> Result<u64, Problem> {
    let chains = store::chains(desk.store, case.as_bytes())
        .await?
        .ok_or(Problem::Mailbox)?;
    let said: Stub = stub
        .verify_as(Context::Stub, key)
        .map_err(|_| Refused::by("M2"))?;
    let place = Place {
        service: desk.directories.service(),
        case: &case,
        epoch: u32::try_from(chains.epoch).unwrap_or(u32::MAX),
        today: desk.clock.day(),
    };
    casework::ensure_room(said.sequence, GREATEST_MESSAGES, "M1")?;
    casework::ensure_short(stub)?;
    casework::check_place(&said, place)?;
    let own = said.direction == Direction::FromReporter
        && said.author.is_none()
        && said.stage.is_none()
        && said.files.reporter == Digest::ZERO;
    if !own {
        return Err(Refused::by("M2").into());
    }
    if desk.directories.at(said.serial).await?.is_none() {
        return Err(Refused::by("D9").into());
    }
    casework::message_file(file, &said.files.case)?;
    let digest = stub.digest();
    let line = Line {
        case: case.as_bytes(),
        sequence: i64::try_from(said.sequence).map_err(|_| Refused::by("M1"))?,
        previous: said.previous.as_bytes(),
        stub: stub.as_bytes(),
        digest: digest.as_bytes(),
        case_file: file,
        reporter_file: &[],
    };
    match store::add_from_reporter(desk.store, line, key.as_bytes()).await {
        Ok(Added::New | Added::Same) => Ok(said.sequence),
        Ok(Added::Full) => Err(Refused::by("M1").into()),
        Err(StoreError::Conflict) => Err(Problem::Sequence),
        Err(error) => Err(error.into()),
    }
}

/// Puts new words in the place of the old (B7, W1).
///
/// # Errors
/// [`Problem::Sequence`] when another change or message came first; [`Problem::Invalid`] with the rule.
pub async fn change_words(
    desk: Desk<'_>,
    case: CaseId,
    change: &Signed,
    keep: &[u8],
) -> Result<u64, Problem> {
    let id = case.as_bytes();
    let statement = store::statement(desk.store, id)
        .await?
        .ok_or(Problem::Mailbox)?;
    let mut reporter = Reporter::begin(&Case::read(&statement).map_err(|_| Problem::Fault)?);
    for (earlier, _) in store::changes(desk.store, id).await? {
        reporter
            .add(&signed(earlier)?)
            .map_err(|_| Problem::Fault)?;
    }
    let said: Change = reporter.add(change)?;
    casework::ensure_room(said.number, GREATEST_CHANGES, "W1")?;
    let shape = sealing::shape(keep).map_err(|_| Refused::by("W3"))?;
    if said.keep != Digest::of(keep) || shape.recipients != 1 || shape.plaintext != KEEP {
        return Err(Refused::by("W3").into());
    }
    casework::ensure_today(said.day, desk.clock.day(), "W1")?;
    let digest = change.digest();
    let new = NewWords {
        case: id,
        number: i64::try_from(said.number).map_err(|_| Refused::by("W1"))?,
        previous: said.previous.as_bytes(),
        signed: change.as_bytes(),
        digest: digest.as_bytes(),
        keep,
        lookup: said.lookup.as_bytes(),
        key: said.reporter_key.as_bytes(),
        after: i64::try_from(said.after).map_err(|_| Refused::by("W1"))?,
    };
    match store::change_words(desk.store, new).await {
        Ok(()) => {
            fold(desk.store).await;
            Ok(said.number)
        }
        Err(StoreError::Conflict) => Err(Problem::Sequence),
        Err(error) => Err(error.into()),
    }
}
