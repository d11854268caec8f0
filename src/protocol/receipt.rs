//! Receipts, and the proof that somebody reported (section 7).

use serde::{Deserialize, Serialize};

use super::bytes::{CaseId, Day, Digest, ServiceId};
use super::signing::{Context, Signed, SigningKey, VerifyingKey, sign};
use super::{Refused, ensure};

/// The payload of a receipt (V1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of V1")]
pub struct Receipt {
    pub service: ServiceId,
    pub case: CaseId,
    pub day: Day,
}

impl Receipt {
    /// Signs the receipt with the service's key.
    #[must_use]
    pub fn sign(&self, key: &SigningKey) -> Signed {
        sign(Context::Receipt, key, self)
    }

    /// Reads the receipt of a case.
    ///
    /// # Errors
    /// Names V1 when it is malformed, not signed by the service's key or of another case.
    pub fn read(
        document: &Signed,
        service: &ServiceId,
        case: &CaseId,
        service_key: &VerifyingKey,
    ) -> Result<Self, Refused> {
        let receipt: Self = document
            .verify_as(Context::Receipt, service_key)
            .map_err(|_| Refused::by("V1"))?;
        ensure(receipt.service == *service && receipt.case == *case, "V1")?;
        Ok(receipt)
    }
}

/// The payload by which a reporter proves that they reported (V2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of V2")]
pub struct Attest {
    pub service: ServiceId,
    pub case: CaseId,
    pub challenge: Digest,
    pub day: Day,
}

impl Attest {
    /// Signs the proof with the token's key.
    #[must_use]
    pub fn sign(&self, key: &SigningKey) -> Signed {
        sign(Context::Attest, key, self)
    }

    /// Reads the answer to a challenge.
    ///
    /// # Errors
    /// Names V2 when it is malformed, not signed by the reporter, or answers something else.
    pub fn read(
        document: &Signed,
        service: &ServiceId,
        case: &CaseId,
        challenge: &Digest,
        reporter: &VerifyingKey,
    ) -> Result<Self, Refused> {
        let attest: Self = document
            .verify_as(Context::Attest, reporter)
            .map_err(|_| Refused::by("V2"))?;
        let answers =
            attest.service == *service && attest.case == *case && attest.challenge == *challenge;
        ensure(answers, "V2")?;
        Ok(attest)
    }
}
