//! Passkeys: the two ceremonies of `WebAuthn`. What the service must remember between the two calls of one
//! travels with the page, sealed in a ticket that is good for five minutes, for one purpose, and once.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use webauthn_rs::prelude::{
    CredentialID, DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Url, Uuid, Webauthn, WebauthnBuilder,
};

use crate::keys::{Keys, Sealed};
use crate::protocol::bytes::Blob;
use crate::protocol::{Digest, MemberId};

/// How long a ticket is good, seconds.
const GOOD_FOR: i64 = 300;

/// A ceremony that did not come to its end, for whatever cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the passkey is not accepted")]
pub struct NotAccepted;

/// What a browser made: the only members of a new credential that are taken.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of the call")]
pub struct Created {
    pub id: String,
    pub client_data: String,
    pub attestation: String,
}

/// What a browser shows: the only members of an assertion that are taken.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of the call")]
pub struct Asserted {
    pub id: String,
    pub client_data: String,
    pub authenticator_data: String,
    pub signature: String,
    pub user_handle: String,
}

/// The first half of a ceremony, as the page gets it.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the members are those of the call")]
pub struct Begun {
    pub ticket: crate::web::Base64,
    pub options: Value,
}

/// A ticket that was good, and is spent by what it was for.
#[derive(Debug, Clone, Copy)]
pub struct Ticket {
    /// Its digest.
    pub digest: [u8; 32],
    /// Until when it was good, Unix seconds.
    pub until: i64,
}

/// Somebody's passkey as it is kept, found by its credential id.
#[derive(Debug)]
pub struct New {
    /// The public half, as JSON.
    pub kept: Vec<u8>,
    /// The digest of the credential id.
    pub credential: [u8; 32],
    /// The ticket.
    pub ticket: Ticket,
}

/// Whose passkey an assertion says it is, before it is verified.
#[derive(Debug)]
pub struct Shown {
    /// The member.
    pub member: MemberId,
    /// The digest of the credential id.
    pub credential: [u8; 32],
    /// The ticket.
    pub ticket: Ticket,
    assertion: PublicKeyCredential,
    state: DiscoverableAuthentication,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Inside<T> {
    until: i64,
    state: T,
}

/// The ceremonies of one origin.
#[derive(Debug)]
pub struct Ceremonies(Option<Webauthn>);

impl Ceremonies {
    /// Those of an origin; none where it is no domain, since browsers have no passkeys for addresses.
    #[must_use]
    pub fn of(origin: &str, name: &str) -> Self {
        let made = Url::parse(origin).ok().and_then(|origin| {
            let domain = origin.domain()?.to_owned();
            let builder = WebauthnBuilder::new(&domain, &origin).ok()?;
            builder.rp_name(name).build().ok()
        });
        Self(made)
    }

    /// Begins to make a passkey for a member.
    ///
    /// # Errors
    /// Where there are no passkeys.
    pub fn begin_making(
        &self,
        keys: &Keys,
        drawn: &[u8; 24],
        member: &MemberId,
        label: &str,
        others: Vec<CredentialID>,
        now: i64,
    ) -> Result<Begun, NotAccepted> {
        let webauthn = self.0.as_ref().ok_or(NotAccepted)?;
        let (options, state) = webauthn
            .start_passkey_registration(
                Uuid::from_bytes(*member.as_bytes()),
                label,
                label,
                Some(others),
            )
            .map_err(|_| NotAccepted)?;
        let mut options = serde_json::to_value(options.public_key).map_err(|_| NotAccepted)?;
        // A member signs in with it without typing a label.
        options["authenticatorSelection"]["residentKey"] = "required".into();
        options["authenticatorSelection"]["requireResidentKey"] = true.into();
        let ticket = seal(keys, drawn, Sealed::MakingTicket, member, state, now)?;
        Ok(Begun { ticket, options })
    }

    /// Takes a passkey that a member's browser made.
    ///
    /// # Errors
    /// When the ticket is not good for this member, or the credential does not answer it.
    pub fn make(
        &self,
        keys: &Keys,
        ticket: &Blob,
        member: &MemberId,
        created: &Created,
        now: i64,
    ) -> Result<New, NotAccepted> {
        let webauthn = self.0.as_ref().ok_or(NotAccepted)?;
        let (state, ticket) =
            open::<PasskeyRegistration>(keys, ticket, Sealed::MakingTicket, member, now)?;
        let credential: RegisterPublicKeyCredential = read(json!({
            "id": created.id,
            "rawId": created.id,
            "type": "public-key",
            "response": {
                "clientDataJSON": created.client_data,
                "attestationObject": created.attestation,
            },
        }))?;
        let passkey = webauthn
            .finish_passkey_registration(&credential, &state)
            .map_err(|_| NotAccepted)?;
        Ok(New {
            credential: *Digest::of(passkey.cred_id().as_slice()).as_bytes(),
            kept: serde_json::to_vec(&passkey).map_err(|_| NotAccepted)?,
            ticket,
        })
    }

    /// Begins to ask for a passkey, whosever it is.
    ///
    /// # Errors
    /// Where there are no passkeys.
    pub fn begin_asking(
        &self,
        keys: &Keys,
        drawn: &[u8; 24],
        now: i64,
    ) -> Result<Begun, NotAccepted> {
        let webauthn = self.0.as_ref().ok_or(NotAccepted)?;
        let (options, state) = webauthn
            .start_discoverable_authentication()
            .map_err(|_| NotAccepted)?;
        let options = serde_json::to_value(options.public_key).map_err(|_| NotAccepted)?;
        let ticket = seal(
            keys,
            drawn,
            Sealed::AskingTicket,
            &MemberId::ZERO,
            state,
            now,
        )?;
        Ok(Begun { ticket, options })
    }

    /// Reads an assertion: whose passkey it says it is.
    ///
    /// # Errors
    /// When the ticket is not good, or the assertion names no member.
    pub fn shown(
        &self,
        keys: &Keys,
        ticket: &Blob,
        asserted: &Asserted,
        now: i64,
    ) -> Result<Shown, NotAccepted> {
        let (state, ticket) = open(keys, ticket, Sealed::AskingTicket, &MemberId::ZERO, now)?;
        let assertion: PublicKeyCredential = read(json!({
            "id": asserted.id,
            "rawId": asserted.id,
            "type": "public-key",
            "response": {
                "clientDataJSON": asserted.client_data,
                "authenticatorData": asserted.authenticator_data,
                "signature": asserted.signature,
                "userHandle": asserted.user_handle,
            },
        }))?;
        let member = assertion.get_user_unique_id().ok_or(NotAccepted)?;
        Ok(Shown {
            member: MemberId::try_from(member).map_err(|_| NotAccepted)?,
            credential: *Digest::of(assertion.get_credential_id()).as_bytes(),
            ticket,
            assertion,
            state,
        })
    }

    /// Verifies an assertion by the passkey as it is kept, and says what to keep from now on.
    ///
    /// # Errors
    /// When it does not verify, the authenticator did not verify its user, or it seems to be a copy.
    pub fn verify(&self, shown: Shown, kept: &[u8]) -> Result<Vec<u8>, NotAccepted> {
        let webauthn = self.0.as_ref().ok_or(NotAccepted)?;
        let mut passkey: Passkey = serde_json::from_slice(kept).map_err(|_| NotAccepted)?;
        let seen = webauthn
            .finish_discoverable_authentication_v2(&shown.assertion, shown.state, &passkey)
            .map_err(|_| NotAccepted)?;
        if !seen.user_verified() {
            return Err(NotAccepted);
        }
        passkey.update_credential(&seen).ok_or(NotAccepted)?;
        serde_json::to_vec(&passkey).map_err(|_| NotAccepted)
    }
}

/// The credential id of a passkey as it is kept.
#[must_use]
pub fn credential_id(kept: &[u8]) -> Option<Vec<u8>> {
    let passkey: Passkey = serde_json::from_slice(kept).ok()?;
    Some(passkey.cred_id().clone())
}

fn read<T: DeserializeOwned>(value: Value) -> Result<T, NotAccepted> {
    serde_json::from_value(value).map_err(|_| NotAccepted)
}

fn seal<T: Serialize>(
    keys: &Keys,
    drawn: &[u8; 24],
    purpose: Sealed,
    member: &MemberId,
    state: T,
    now: i64,
) -> Result<crate::web::Base64, NotAccepted> {
    let inside = Inside {
        until: now + GOOD_FOR,
        state,
    };
    let inside = serde_json::to_vec(&inside).map_err(|_| NotAccepted)?;
    let sealed = keys.seal(purpose, member.as_bytes(), drawn, &inside);
    Ok(crate::web::Base64(sealed))
}

fn open<T: DeserializeOwned>(
    keys: &Keys,
    ticket: &Blob,
    purpose: Sealed,
    member: &MemberId,
    now: i64,
) -> Result<(T, Ticket), NotAccepted> {
    let inside = keys
        .open(purpose, member.as_bytes(), &ticket.0)
        .ok_or(NotAccepted)?;
    let inside: Inside<T> = serde_json::from_slice(&inside).map_err(|_| NotAccepted)?;
    if inside.until <= now {
        return Err(NotAccepted);
    }
    let ticket = Ticket {
        digest: *Digest::of(&ticket.0).as_bytes(),
        until: inside.until,
    };
    Ok((inside.state, ticket))
}
