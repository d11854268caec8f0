//! A change of words (section 11).

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::bytes::{Anchor, CaseId, Day, Digest, ServiceId};
use super::hybrid::{Recipient, ReporterIdentity};
use super::sealing::{self, CannotSeal};
use super::signing::{Context, Signed, SigningKey, VerifyingKey, sign};
use super::statement::Case;
use super::{Refused, ensure};
use crate::secret::{ExposeSecret as _, OpenSeed};

/// How many bytes a keep has before it is sealed (W3).
pub const KEEP_PLAINTEXT: usize = 81;
/// The most changes of words of a case (W1).
pub const GREATEST_CHANGES: u64 = 100;

const KEEP_LABEL: &[u8; 17] = b"rightline/1/keep\0";

/// The payload of a change of words (W1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of W1")]
pub struct Change {
    pub service: ServiceId,
    pub case: CaseId,
    pub number: u64,
    pub previous: Digest,
    pub lookup: Digest,
    pub reporter_recipient: Recipient,
    pub reporter_key: VerifyingKey,
    pub after: u64,
    pub keep: Digest,
    pub day: Day,
}

impl Change {
    /// Signs the change with the key that is being replaced.
    #[must_use]
    pub fn sign(&self, key: &SigningKey) -> Signed {
        sign(Context::ChangeWords, key, self)
    }
}

/// The keys and recipients that a reporter has had, the latest last.
#[derive(Clone, Debug)]
pub struct Reporter {
    service: ServiceId,
    case: CaseId,
    last: Digest,
    held: Vec<Held>,
}

/// What a reporter held from a message on.
#[derive(Clone, Debug)]
struct Held {
    after: u64,
    lookup: Digest,
    recipient: Recipient,
    key: VerifyingKey,
}

impl Reporter {
    /// Begins with what the statement names.
    #[must_use]
    pub fn begin(case: &Case) -> Self {
        let statement = &case.statement;
        Self {
            service: statement.service,
            case: case.id,
            last: case.id.into(),
            held: vec![Held {
                after: 0,
                lookup: statement.lookup,
                recipient: statement.reporter_recipient.clone(),
                key: statement.reporter_key,
            }],
        }
    }

    /// Adds the next change.
    ///
    /// # Errors
    /// Names W1 when it is malformed, out of place or not signed by the key that it replaces.
    pub fn add(&mut self, document: &Signed) -> Result<Change, Refused> {
        let change: Change = document
            .verify_as(Context::ChangeWords, self.key())
            .map_err(|_| Refused::by("W1"))?;
        ensure(
            change.service == self.service && change.case == self.case,
            "W1",
        )?;
        ensure(
            change.number == self.changes() + 1 && change.previous == self.last,
            "W1",
        )?;
        ensure(change.number <= GREATEST_CHANGES, "W1")?;
        ensure(change.after >= self.latest().after, "W1")?;
        self.held.push(Held {
            after: change.after,
            lookup: change.lookup,
            recipient: change.reporter_recipient.clone(),
            key: change.reporter_key,
        });
        self.last = document.digest();
        Ok(change)
    }

    /// The reporter's key now.
    #[must_use]
    pub fn key(&self) -> &VerifyingKey {
        &self.latest().key
    }

    /// The reporter's recipient now.
    #[must_use]
    pub fn recipient(&self) -> &Recipient {
        &self.latest().recipient
    }

    /// The digest of the reporter's lookup now.
    #[must_use]
    pub fn lookup(&self) -> &Digest {
        &self.latest().lookup
    }

    /// The key that signs the reporter's message of that sequence (M9).
    #[must_use]
    pub fn key_at(&self, sequence: u64) -> &VerifyingKey {
        let held = self.held.iter().rev().find(|held| held.after < sequence);
        &held.unwrap_or(&self.held[0]).key
    }

    /// How many changes there were.
    #[must_use]
    pub fn changes(&self) -> u64 {
        self.held.len() as u64 - 1
    }

    /// What the next change must name as `previous`.
    #[must_use]
    pub fn head(&self) -> Digest {
        self.last
    }

    fn latest(&self) -> &Held {
        &self.held[self.held.len() - 1]
    }
}

/// The 81 bytes of a keep before it is sealed (W3).
#[must_use]
pub fn keep_plaintext(anchor: &Anchor, old: &OpenSeed) -> Zeroizing<Vec<u8>> {
    let mut plaintext = Zeroizing::new(Vec::with_capacity(KEEP_PLAINTEXT));
    plaintext.extend_from_slice(KEEP_LABEL);
    plaintext.extend_from_slice(anchor.as_bytes());
    plaintext.extend_from_slice(old.expose_secret());
    plaintext
}

/// Seals the old open seed to the new recipient (W3).
///
/// # Errors
/// Fails without randomness.
pub fn seal_keep(anchor: &Anchor, old: &OpenSeed, new: &Recipient) -> Result<Vec<u8>, CannotSeal> {
    sealing::seal(&keep_plaintext(anchor, old), std::slice::from_ref(new))
}

/// Opens a keep, for what was sealed to the words before (W3).
///
/// # Errors
/// Names W3 when it does not open, or is of another report.
pub fn open_keep(
    file: &[u8],
    identity: &ReporterIdentity,
    anchor: &Anchor,
) -> Result<OpenSeed, Refused> {
    let plaintext = sealing::open(file, identity).map_err(|_| Refused::by("W3"))?;
    ensure(plaintext.len() == KEEP_PLAINTEXT, "W3")?;
    let (label, rest) = plaintext.split_at(KEEP_LABEL.len());
    let (named, seed) = rest.split_at(32);
    ensure(label == KEEP_LABEL && named == anchor.as_bytes(), "W3")?;
    let mut bytes = [0; 32];
    bytes.copy_from_slice(seed);
    Ok(OpenSeed::new(bytes))
}
