//! Grants: who can open a case (section 9).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::bytes::{Anchor, CaseId, Day, Digest, MemberId, ServiceId};
use super::directory::Directory;
use super::epoch::Epoch;
use super::hybrid::{CaseIdentity, Identity, Recipient};
use super::sealing::{self, CannotSeal};
use super::signing::{Context, Signed, SigningKey, sign};
use super::statement::Case;
use super::text::named;
use super::{Refused, ensure};
use crate::secret::{CaseSecret, ExposeSecret as _};

/// How many bytes a grant has before it is sealed (K1).
pub const PLAINTEXT: usize = 102;
/// How many bytes a sealed grant has (K1).
pub const SEALED: usize = 1_761;
/// The most grant rows of a case (K3).
pub const GREATEST_ROWS: u64 = 1_000;

const LABEL: &[u8; 18] = b"rightline/1/grant\0";

/// What a grant tells its grantee (K1).
#[derive(Debug)]
#[expect(missing_docs, reason = "the members are those of K1")]
pub struct Grant {
    pub anchor: Anchor,
    pub epoch: u32,
    pub grantee: MemberId,
    pub secret: CaseSecret,
}

impl Grant {
    /// The 102 bytes that are sealed.
    #[must_use]
    pub fn plaintext(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(PLAINTEXT));
        bytes.extend_from_slice(LABEL);
        bytes.extend_from_slice(self.anchor.as_bytes());
        bytes.extend_from_slice(&self.epoch.to_be_bytes());
        bytes.extend_from_slice(self.grantee.as_bytes());
        bytes.extend_from_slice(self.secret.expose_secret());
        bytes
    }

    /// Reads the 102 bytes.
    ///
    /// # Errors
    /// Names K1 for anything else.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refused> {
        let refused = Refused::by("K1");
        let bytes: &[u8; PLAINTEXT] = bytes.try_into().map_err(|_| refused)?;
        let rest = bytes.strip_prefix(LABEL).ok_or(refused)?;
        let (anchor, rest) = rest.split_at(32);
        let (epoch, rest) = rest.split_at(4);
        let (grantee, secret) = rest.split_at(16);
        let mut secret_bytes = [0; 32];
        secret_bytes.copy_from_slice(secret);
        Ok(Self {
            anchor: anchor.try_into().map_err(|_| refused)?,
            epoch: epoch
                .try_into()
                .map(u32::from_be_bytes)
                .map_err(|_| refused)?,
            grantee: grantee.try_into().map_err(|_| refused)?,
            secret: CaseSecret::new(secret_bytes),
        })
    }

    /// Seals the grant to its grantee.
    ///
    /// # Errors
    /// Fails without randomness.
    pub fn seal(&self, recipient: &Recipient) -> Result<Vec<u8>, CannotSeal> {
        sealing::seal(&self.plaintext(), std::slice::from_ref(recipient))
    }

    /// Opens a grant and checks that it is the one expected (K2).
    ///
    /// `recipient` is the case's recipient of that epoch.
    ///
    /// # Errors
    /// Names K1 when it does not open, K2 when it is for another case, epoch or member, or its secret
    /// does not yield the recipient.
    pub fn open(
        file: &[u8],
        identity: &Identity,
        anchor: &Anchor,
        epoch: u32,
        grantee: &MemberId,
        recipient: &Recipient,
    ) -> Result<CaseSecret, Refused> {
        let plaintext = sealing::open(file, identity).map_err(|_| Refused::by("K1"))?;
        let grant = Self::parse(&plaintext)?;
        ensure(
            grant.anchor == *anchor && grant.epoch == epoch && grant.grantee == *grantee,
            "K2",
        )?;
        ensure(
            CaseIdentity::new(&grant.secret).recipient() == recipient,
            "K2",
        )?;
        Ok(grant.secret)
    }
}

named!(
    /// Whether a grant row gives or takes (K3).
    Act, "act" {
        /// The grantee can read from now on.
        Grant = "grant",
        /// The grantee's grants of this epoch are over.
        End = "end",
    }
);

/// The payload of a grant row (K3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of K3")]
pub struct GrantRow {
    pub service: ServiceId,
    pub case: CaseId,
    pub number: u64,
    pub previous: Digest,
    pub act: Act,
    pub epoch: u32,
    pub grantee: MemberId,
    pub grantor: MemberId,
    pub digest: Digest,
    pub serial: u64,
    pub day: Day,
}

impl GrantRow {
    /// Signs the row with the grantor's key.
    #[must_use]
    pub fn sign(&self, key: &SigningKey) -> Signed {
        sign(Context::Grant, key, self)
    }
}

/// Who can read a case, from its statement and the grant rows added in order.
#[derive(Clone, Debug)]
pub struct Ledger {
    service: ServiceId,
    case: CaseId,
    number: u64,
    last: Digest,
    live: BTreeSet<(MemberId, u32)>,
}

impl Ledger {
    /// Begins with the grantees of the statement.
    #[must_use]
    pub fn begin(case: &Case) -> Self {
        let grantees = &case.statement.grantees;
        Self {
            service: case.statement.service,
            case: case.id,
            number: 0,
            last: case.id.into(),
            live: grantees.iter().map(|grantee| (grantee.member, 0)).collect(),
        }
    }

    /// Adds the next row, verified under the directory whose serial it names.
    ///
    /// # Errors
    /// Names K3 when the row is malformed, out of place, ends another's grants or is not signed by its grantor, K4 when the
    /// grantor may not grant or the grantee may not read, D9 when the directory is another.
    pub fn add(&mut self, document: &Signed, directory: &Directory) -> Result<GrantRow, Refused> {
        let named: GrantRow = document
            .unverified(Context::Grant)
            .map_err(|_| Refused::by("K3"))?;
        ensure(named.number <= GREATEST_ROWS, "K3")?;
        ensure(named.serial == directory.root().serial, "D9")?;
        let key = directory.grantor_key(&named.grantor);
        let key = key.ok_or(Refused::by("D9"))?;
        let row: GrantRow = document
            .verify_as(Context::Grant, key)
            .map_err(|_| Refused::by("K3"))?;
        ensure(row.service == self.service && row.case == self.case, "K3")?;
        ensure(
            row.number == self.number + 1 && row.previous == self.last,
            "K3",
        )?;
        ensure((row.act == Act::End) == (row.digest == Digest::ZERO), "K3")?;
        // Otherwise one reader could shut out all the others.
        ensure(row.act == Act::Grant || row.grantee == row.grantor, "K3")?;
        ensure(self.is_live(&row.grantor, row.epoch), "K4")?;
        match row.act {
            Act::Grant => {
                ensure(directory.may_read(&row.grantee), "K4")?;
                self.live.insert((row.grantee, row.epoch));
            }
            Act::End => {
                self.live.remove(&(row.grantee, row.epoch));
            }
        }
        self.number = row.number;
        self.last = document.digest();
        Ok(row)
    }

    /// Passes over a row that was refused: it changes nothing, and the next one follows it (K3).
    pub fn skip(&mut self, document: &Signed) {
        self.number += 1;
        self.last = document.digest();
    }

    /// Begins an epoch, whose author holds its secret and so can grant it first (K4).
    pub fn begin_epoch(&mut self, epoch: &Epoch) {
        self.live.insert((epoch.author, epoch.epoch));
    }

    /// Ends every grant of a member who declared a conflict (K8).
    pub fn end_all(&mut self, member: &MemberId) {
        self.live.retain(|(live, _)| live != member);
    }

    /// Whether the member holds a live grant of that epoch.
    #[must_use]
    pub fn is_live(&self, member: &MemberId, epoch: u32) -> bool {
        self.live.contains(&(*member, epoch))
    }

    /// Everybody who holds a live grant of any epoch.
    pub fn members(&self) -> impl Iterator<Item = (&MemberId, u32)> {
        self.live.iter().map(|(member, epoch)| (member, *epoch))
    }

    /// The number of the last row, and what the next row must name as `previous`.
    #[must_use]
    pub fn head(&self) -> (u64, Digest) {
        (self.number, self.last)
    }
}

/// The payload of a declaration (K8).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of K8")]
pub struct Declaration {
    pub service: ServiceId,
    pub case: CaseId,
    pub member: MemberId,
    pub conflict: bool,
    pub serial: u64,
    pub day: Day,
}

impl Declaration {
    /// Signs the declaration with the member's key.
    #[must_use]
    pub fn sign(&self, key: &SigningKey) -> Signed {
        sign(Context::Declaration, key, self)
    }

    /// Reads a member's declaration about a case, verified under the directory whose serial it names.
    ///
    /// # Errors
    /// Names K8 when it is malformed, another's, about another case or not signed, D9 when the
    /// directory is another.
    pub fn read(
        document: &Signed,
        case: &CaseId,
        member: &MemberId,
        directory: &Directory,
    ) -> Result<Self, Refused> {
        let key = directory.key_of(member).ok_or(Refused::by("D9"))?;
        let read: Self = document
            .verify_as(Context::Declaration, key)
            .map_err(|_| Refused::by("K8"))?;
        ensure(read.serial == directory.root().serial, "D9")?;
        let own =
            read.service == *directory.service() && read.case == *case && read.member == *member;
        ensure(own, "K8")?;
        Ok(read)
    }
}
