//! An authenticator in software: passkeys that verify their user, as a phone or a security key makes them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use rightline::protocol::Digest;
use serde_json::{Value, json};

use super::enrol::drawn;

const USER_PRESENT: u8 = 1;
const USER_VERIFIED: u8 = 4;
const HAS_CREDENTIAL: u8 = 64;

/// One passkey, and how its authenticator behaves.
pub struct Passkey {
    key: SigningKey,
    pub id: Vec<u8>,
    pub handle: Vec<u8>,
    pub origin: String,
    pub counter: u32,
    pub verifies: bool,
}

fn url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn unurl(value: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(value.as_str().unwrap()).unwrap()
}

fn client_data(kind: &str, options: &Value, origin: &str) -> Vec<u8> {
    let data = json!({
        "type": kind,
        "challenge": options["challenge"],
        "origin": origin,
        "crossOrigin": false,
    });
    serde_json::to_vec(&data).unwrap()
}

/// A byte string in CBOR.
fn cbor(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap().to_be_bytes();
    [&[0x59], length.as_slice(), bytes].concat()
}

impl Passkey {
    /// Makes a passkey for what the page was given, and what the page posts of it.
    pub fn make(options: &Value, origin: &str) -> (Self, Value) {
        let passkey = Self {
            key: SigningKey::from_slice(&[&[1], drawn::<31>().as_slice()].concat()).unwrap(),
            id: drawn::<32>().to_vec(),
            handle: unurl(&options["user"]["id"]),
            origin: origin.to_owned(),
            counter: 0,
            verifies: true,
        };
        let created = passkey.created(options);
        (passkey, created)
    }

    fn data(&self, domain: &str, flags: u8) -> Vec<u8> {
        let verified = if self.verifies { USER_VERIFIED } else { 0 };
        let flags = flags | USER_PRESENT | verified;
        let domain = Digest::of(domain.as_bytes());
        let counter = self.counter.to_be_bytes();
        [domain.as_bytes().as_slice(), &[flags], &counter].concat()
    }

    /// What the page posts of a new passkey.
    pub fn created(&self, options: &Value) -> Value {
        let domain = options["rp"]["id"].as_str().unwrap();
        let point = self.key.verifying_key().to_sec1_point(false);
        let (x, y) = (point.x().unwrap(), point.y().unwrap());
        // An elliptic key on P-256 for ES256, as COSE writes it.
        let key = [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32], &x[..]].concat();
        let key = [&key[..], &[0x22, 0x58, 32], &y[..]].concat();
        let length = u16::try_from(self.id.len()).unwrap().to_be_bytes();
        let data = self.data(domain, HAS_CREDENTIAL);
        let data = [&data[..], &[0; 16], &length, &self.id, &key].concat();
        let attestation = [
            &[0xa3, 0x63][..],
            b"fmt\x64none",
            b"\x67attStmt\xa0",
            b"\x68authData",
            &cbor(&data),
        ]
        .concat();
        json!({
            "id": url(&self.id),
            "client_data": url(&client_data("webauthn.create", options, &self.origin)),
            "attestation": url(&attestation),
        })
    }

    /// What the page posts when the passkey is shown.
    pub fn asserted(&mut self, options: &Value) -> Value {
        self.counter += 1;
        let data = self.data(options["rpId"].as_str().unwrap(), 0);
        let client = client_data("webauthn.get", options, &self.origin);
        let signed = [&data[..], Digest::of(&client).as_bytes()].concat();
        let signature: Signature = self.key.sign(&signed);
        json!({
            "id": url(&self.id),
            "client_data": url(&client),
            "authenticator_data": url(&data),
            "signature": url(signature.to_der().as_bytes()),
            "user_handle": url(&self.handle),
        })
    }
}
