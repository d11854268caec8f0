//! Vectors of signed documents, with the keys and signatures that strict verification refuses.

use curve25519_dalek::constants::{ED25519_BASEPOINT_TABLE, EIGHT_TORSION};
use curve25519_dalek::{EdwardsPoint, Scalar};
use rightline::protocol::signing::{Context, PREFIX, SigningKey, VerifyingKey, sign_bytes, verify};
use rightline::secret::SignSeed;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256, Sha512};

use crate::sealer::drawn;
use crate::{Case, b64, bytes, hex, secret, text};

const PAYLOAD: &[u8] = br#"{"hello":"world"}"#;

pub(crate) fn make() -> Vec<Case> {
    let seed = drawn("signatures/seed");
    let key = SigningKey::new(&SignSeed::new(seed));
    let own = *key.verifying_key().as_bytes();
    let document = sign_bytes(Context::Stub, &key, PAYLOAD).into_bytes();
    let mut cases: Vec<Case> = Context::ALL
        .iter()
        .map(|context| {
            let document = sign_bytes(*context, &key, PAYLOAD).into_bytes();
            Case::accept("signatures", &format!("good-{context}"), "G2", json!({
                "seed": hex(&seed), "context": context, "key": hex(&own), "document": b64(&document),
                "payload": b64(PAYLOAD),
            }))
        })
        .collect();
    let bad = |name: &str, rule: &str, context: Context, key: &[u8; 32], document: &[u8]| {
        Case::refuse(
            "signatures",
            name,
            rule,
            json!({
                "context": context, "key": hex(key), "document": b64(document),
            }),
        )
    };
    let changed = |place: usize| {
        let mut changed = document.clone();
        changed[place] ^= 1;
        changed
    };
    let other = *SigningKey::new(&SignSeed::new(drawn("signatures/other")))
        .verifying_key()
        .as_bytes();
    for context in [
        Context::Stub,
        Context::Mailbox,
        Context::Message,
        Context::Record,
        Context::Act,
        Context::Brief,
        Context::Conflict,
    ] {
        let of_size = |size: usize| {
            let mut payload = PAYLOAD.to_vec();
            payload.resize(size - PREFIX, b' ');
            let document = sign_bytes(context, &key, &payload).into_bytes();
            (payload, document)
        };
        let (payload, document) = of_size(context.greatest());
        cases.push(Case::accept(
            "signatures",
            &format!("greatest-{context}"),
            "G5",
            json!({
                "seed": hex(&seed), "context": context, "key": hex(&own), "document": b64(&document),
                "payload": b64(&payload),
            }),
        ));
        let (_, document) = of_size(context.greatest() + 1);
        let name = format!("too-long-{context}");
        cases.push(bad(&name, "G5", context, &own, &document));
    }
    cases.extend([
        bad("another-context", "G4", Context::Message, &own, &document),
        bad("another-key", "G3", Context::Stub, &other, &document),
        bad("another-version", "G3", Context::Stub, &own, &changed(0)),
        bad("another-key-id", "G3", Context::Stub, &own, &changed(1)),
        bad("changed-signature", "G1", Context::Stub, &own, &changed(40)),
        bad("changed-payload", "G1", Context::Stub, &own, &changed(100)),
        bad("cut", "G3", Context::Stub, &own, &document[..96]),
        bad(
            "s-plus-order",
            "G1",
            Context::Stub,
            &own,
            &with_greater_s(&document),
        ),
    ]);
    for (name, key, document) in crafted() {
        cases.push(bad(name, "G1", Context::Stub, &key, &document));
    }
    cases
}

pub(crate) fn check(file: &Value) {
    let context: Context = text(file, "context").parse().expect("a context");
    let key: SignSeedOrKey = key_of(file);
    let document = bytes(file, "document");
    let payload = key.and_then(|key| verify(context, &document, &key).ok());
    if file["kind"] == "accept" {
        assert_eq!(payload, Some(bytes(file, "payload").as_slice()));
        let signing = SigningKey::new(&secret(file, "seed"));
        assert_eq!(
            sign_bytes(context, &signing, &bytes(file, "payload")).as_bytes(),
            document
        );
    } else {
        assert_eq!(payload, None);
    }
}

type SignSeedOrKey = Option<VerifyingKey>;

fn key_of(file: &Value) -> SignSeedOrKey {
    text(file, "key").parse().ok()
}

/// Signatures that loose verification accepts, each with its key.
fn crafted() -> Vec<(&'static str, [u8; 32], Vec<u8>)> {
    let secret = Scalar::from_bytes_mod_order(drawn("signatures/scalar"));
    let nonce = Scalar::from_bytes_mod_order(drawn("signatures/nonce"));
    let (good_key, good_r) = (point(secret), point(nonce));
    let torsion = EIGHT_TORSION[1];
    let identity = EIGHT_TORSION[0];
    let mut cases = Vec::new();

    // The key is the neutral point: every S with R = S·B fits.
    let key = identity.compress().to_bytes();
    cases.push((
        "key-of-order-one",
        key,
        document(&key, &good_r.compress().to_bytes(), nonce),
    ));
    // The same key written with y = p + 1.
    let mut beyond = [0xff; 32];
    beyond[0] = 0xee;
    beyond[31] = 0x7f;
    cases.push((
        "key-not-canonical",
        beyond,
        document(&beyond, &good_r.compress().to_bytes(), nonce),
    ));
    // A key of order eight, with a commitment by which the cofactorless equation holds.
    let key = torsion.compress().to_bytes();
    let (r, k) = (0_u64..1_000)
        .map(|salt| point(nonce + Scalar::from(salt)).compress().to_bytes())
        .zip(0_u64..1_000)
        .find(|(r, _)| challenge(r, &key).to_bytes()[0].is_multiple_of(8))
        .expect("one in eight");
    cases.push((
        "key-of-order-eight",
        key,
        document(&key, &r, nonce + Scalar::from(k)),
    ));
    // R is the neutral point, S = k·a.
    let (key, r) = (
        good_key.compress().to_bytes(),
        identity.compress().to_bytes(),
    );
    cases.push((
        "r-of-order-one",
        key,
        document(&key, &r, challenge(&r, &key) * secret),
    ));
    // R is of order eight: only the equation with the cofactor holds.
    let r = torsion.compress().to_bytes();
    cases.push((
        "r-of-order-eight",
        key,
        document(&key, &r, challenge(&r, &key) * secret),
    ));
    // R has a part of small order: only the equation with the cofactor holds.
    let r = (good_r + torsion).compress().to_bytes();
    cases.push((
        "r-of-mixed-order",
        key,
        document(&key, &r, nonce + challenge(&r, &key) * secret),
    ));
    // The key has a part of small order: only the equation with the cofactor holds.
    let key = (good_key + torsion).compress().to_bytes();
    let (r, salt) = (0_u64..1_000)
        .map(|salt| {
            (
                point(nonce + Scalar::from(salt)).compress().to_bytes(),
                salt,
            )
        })
        .find(|(r, _)| !challenge(r, &key).to_bytes()[0].is_multiple_of(8))
        .expect("seven in eight");
    let s = nonce + Scalar::from(salt) + challenge(&r, &key) * secret;
    cases.push(("key-of-mixed-order", key, document(&key, &r, s)));
    cases
}

fn point(scalar: Scalar) -> EdwardsPoint {
    &scalar * ED25519_BASEPOINT_TABLE
}

fn message() -> Vec<u8> {
    [b"rightline/1/stub\0", PAYLOAD].concat()
}

fn challenge(r: &[u8; 32], key: &[u8; 32]) -> Scalar {
    let hash = Sha512::new()
        .chain_update(r)
        .chain_update(key)
        .chain_update(message());
    Scalar::from_bytes_mod_order_wide(&hash.finalize().into())
}

fn document(key: &[u8; 32], r: &[u8; 32], s: Scalar) -> Vec<u8> {
    let id: [u8; 32] = Sha256::digest(key).into();
    [&[1], &id[..], r, &s.to_bytes(), PAYLOAD].concat()
}

/// The same signature with S + L, which reduces to the same scalar.
fn with_greater_s(document: &[u8]) -> Vec<u8> {
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde,
        0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut greater = document.to_vec();
    let mut carry = 0_u16;
    for (byte, more) in greater[65..97].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(more) + carry;
        *byte = u8::try_from(sum & 0xff).expect("a byte");
        carry = sum >> 8;
    }
    greater
}
