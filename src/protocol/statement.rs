//! The statement, in which everything about a case is rooted (section 7).

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::bytes::{Anchor, CaseId, Day, Digest, MemberId, ServiceId};
use super::directory::{Pin, Route};
use super::hybrid::Recipient;
use super::signing::{Context, Signed, SigningKey, VerifyingKey, sign, unverified, verify};
use super::{Refused, ensure};

/// The payload of a statement (S1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of S1")]
pub struct Statement {
    pub service: ServiceId,
    pub route: Route,
    pub case_recipient: Recipient,
    pub reporter_recipient: Recipient,
    pub reporter_key: VerifyingKey,
    pub lookup: Digest,
    pub parts: PartDigests,
    pub grantees: Vec<Grantee>,
    pub directory: Pin,
    pub day: Day,
}

/// The digests of the sealed parts (S1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of S1")]
pub struct PartDigests {
    pub parties: Digest,
    pub body: Digest,
    pub identity: Digest,
}

/// A first reader and the digest of the grant sealed to them (S1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of S1")]
pub struct Grantee {
    pub member: MemberId,
    pub grant: Digest,
}

impl Statement {
    /// Reads a signed statement that verifies under its own key (C2, S4).
    ///
    /// # Errors
    /// Names C2 when it is malformed or does not verify.
    pub fn read(document: &[u8]) -> Result<Self, Refused> {
        let statement: Self =
            unverified(Context::Statement, document).map_err(|_| Refused::by("C2"))?;
        let verified = verify(Context::Statement, document, &statement.reporter_key);
        ensure(verified.is_ok(), "C2")?;
        Ok(statement)
    }

    /// Signs the statement with the token's key.
    #[must_use]
    pub fn sign(&self, key: &SigningKey) -> Signed {
        sign(Context::Statement, key, self)
    }

    /// The anchor that every sealed part repeats (R2).
    #[must_use]
    pub fn anchor(&self) -> Anchor {
        anchor(
            &self.service,
            &self.case_recipient,
            &self.reporter_recipient,
            &self.reporter_key,
        )
    }
}

/// Makes the anchor of a report (R2).
#[must_use]
pub fn anchor(
    service: &ServiceId,
    case: &Recipient,
    reporter: &Recipient,
    key: &VerifyingKey,
) -> Anchor {
    let hash = Sha256::new()
        .chain_update(b"rightline/1/anchor\0")
        .chain_update(service.as_bytes())
        .chain_update(case.digest().as_bytes())
        .chain_update(reporter.digest().as_bytes())
        .chain_update(key.as_bytes());
    Anchor::new(hash.finalize().into())
}

/// The case that a signed statement begins, with what it says.
#[derive(Clone, Debug)]
pub struct Case {
    /// The digest of the statement (S2).
    pub id: CaseId,
    /// What the statement says.
    pub statement: Statement,
}

impl Case {
    /// Reads the signed statement of a case.
    ///
    /// # Errors
    /// Names C2 when it is malformed or does not verify.
    pub fn read(document: &[u8]) -> Result<Self, Refused> {
        let statement = Statement::read(document)?;
        Ok(Self {
            id: CaseId::from(Digest::of(document)),
            statement,
        })
    }
}
