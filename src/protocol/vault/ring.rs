//! What a member has opened and seen so far (section 12).

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize as _, Zeroizing};

use super::super::audit::Mark;
use super::super::bytes::{CaseId, MemberId, ServiceId};
use super::super::directory::Pin;
use super::super::hybrid::{MemberIdentity, Recipient};
use super::super::report::Version;
use super::super::sealing::{self, CannotSeal};
use super::super::signing::{Context, SigningKey, VerifyingKey, sign_bytes, verify};
use super::super::{Refused, ensure, framing, json};
use crate::secret::CaseSecret;

/// What a member has opened so far (A4).
#[derive(Debug)]
#[expect(missing_docs, reason = "the members are those of A4")]
pub struct Ring {
    pub service: ServiceId,
    pub member: MemberId,
    pub directory: Pin,
    pub audit: Option<Mark>,
    pub cases: Vec<RingCase>,
}

/// One case in a ring (A4).
#[derive(Debug)]
#[expect(missing_docs, reason = "the members are those of A4")]
pub struct RingCase {
    pub case: CaseId,
    pub epoch: u32,
    pub secret: CaseSecret,
    pub summary: String,
    pub read: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RingContent {
    version: Version,
    service: ServiceId,
    member: MemberId,
    directory: Pin,
    #[serde(deserialize_with = "json::required")]
    audit: Option<Mark>,
    cases: Vec<RingCaseContent>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RingCaseContent {
    case: CaseId,
    epoch: u32,
    secret: String,
    summary: String,
    read: u64,
}

impl Drop for RingCaseContent {
    fn drop(&mut self) {
        self.secret.zeroize();
        self.summary.zeroize();
    }
}

impl Ring {
    /// Signs the ring and seals it to its member. Anybody can seal to a member; only they can sign.
    ///
    /// # Errors
    /// Fails without randomness, and when the ring outgrows a frame.
    pub fn seal(&self, recipient: &Recipient, key: &SigningKey) -> Result<Vec<u8>, CannotSeal> {
        sealing::seal(&self.framed(key)?, std::slice::from_ref(recipient))
    }

    /// The ring as its member signed it, in a frame.
    ///
    /// # Errors
    /// Fails when the ring outgrows a frame.
    pub fn framed(&self, key: &SigningKey) -> Result<Zeroizing<Vec<u8>>, CannotSeal> {
        let cases = self.cases.iter().map(|case| RingCaseContent {
            case: case.case,
            epoch: case.epoch,
            secret: case.secret.to_hex().to_string(),
            summary: case.summary.clone(),
            read: case.read,
        });
        let content = RingContent {
            version: Version,
            service: self.service,
            member: self.member,
            directory: self.directory,
            audit: self.audit,
            cases: cases.collect(),
        };
        let content = Zeroizing::new(json::write(&content));
        let signed = Zeroizing::new(sign_bytes(Context::Ring, key, &content).into_bytes());
        framing::frame_ring(&signed).map_err(|_| CannotSeal)
    }

    /// Opens a ring.
    ///
    /// # Errors
    /// Names A4 when it does not open, is malformed, is not signed by the member's key, or is of another service
    /// or member.
    pub fn open(
        file: &[u8],
        identity: &MemberIdentity,
        key: &VerifyingKey,
        service: &ServiceId,
        member: &MemberId,
    ) -> Result<Self, Refused> {
        let refused = Refused::by("A4");
        let framed = sealing::open(file, identity).map_err(|_| refused)?;
        let signed = framing::unframe_ring(&framed).map_err(|_| refused)?;
        let content = verify(Context::Ring, signed, key).map_err(|_| refused)?;
        let content: RingContent = json::read(content).map_err(|_| refused)?;
        ensure(
            content.service == *service && content.member == *member,
            "A4",
        )?;
        let mut cases = Vec::with_capacity(content.cases.len());
        for case in &content.cases {
            cases.push(RingCase {
                case: case.case,
                epoch: case.epoch,
                secret: case.secret.parse().map_err(|_| refused)?,
                summary: case.summary.clone(),
                read: case.read,
            });
        }
        Ok(Self {
            service: content.service,
            member: content.member,
            directory: content.directory,
            audit: content.audit,
            cases,
        })
    }
}
