//! A writer of age files whose randomness is known, so that test vectors can be made again.
//!
//! It is also a second implementation of the format, independent of the age crate.

use std::convert::Infallible;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Key, KeyInit as _, Nonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac as _};
use hpke::kem::XWing;
use hpke::{Deserializable as _, OpModeS, Serializable as _};
use rand::rand_core::{TryCryptoRng, TryRng};
use rightline::protocol::hybrid::Recipient;
use rightline::protocol::sealing::CannotSeal;
use sha2::{Digest as _, Sha256};

/// Bytes that follow from a label.
pub(crate) fn drawn(label: &str) -> [u8; 32] {
    Sha256::digest(format!("rightline/vectors/{label}")).into()
}

/// A generator whose output follows from its label.
pub(crate) struct Drawn {
    label: String,
    blocks: u64,
}

impl Drawn {
    pub(crate) fn new(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            blocks: 0,
        }
    }

    fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let block = drawn(&format!("{}/{}", self.label, self.blocks));
            chunk.copy_from_slice(&block[..chunk.len()]);
            self.blocks += 1;
        }
    }
}

impl TryRng for Drawn {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.fill(&mut bytes);
        Ok(u32::from_be_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        Ok(u64::from_be_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.fill(bytes);
        Ok(())
    }
}

impl TryCryptoRng for Drawn {}

/// Seals files, each with randomness that follows from the label and its number.
pub(crate) struct Sealer {
    label: String,
    files: u64,
}

impl Sealer {
    pub(crate) fn new(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            files: 0,
        }
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "it stands in for the one that can fail"
    )]
    pub(crate) fn seal(
        &mut self,
        plaintext: &[u8],
        to: &[Recipient],
    ) -> Result<Vec<u8>, CannotSeal> {
        Ok(self.seal_with(plaintext, to, ""))
    }

    /// Seals a file with more text after its stanzas.
    pub(crate) fn seal_with(&mut self, plaintext: &[u8], to: &[Recipient], more: &str) -> Vec<u8> {
        self.files += 1;
        let mut random = Drawn::new(format!("{}/file {}", self.label, self.files));
        let mut file_key = [0; 16];
        random.fill(&mut file_key);
        let mut header = b"age-encryption.org/v1\n".to_vec();
        for recipient in to {
            header.extend_from_slice(stanza(&file_key, recipient, &mut random).as_bytes());
        }
        header.extend_from_slice(more.as_bytes());
        let mut file = closed(&file_key, header);
        file.extend_from_slice(&payload(&file_key, plaintext, &mut random));
        file
    }

    /// Seals to a stanza whose X25519 share is that one.
    pub(crate) fn seal_with_share(
        &mut self,
        plaintext: &[u8],
        to: &Recipient,
        share: [u8; 32],
    ) -> Vec<u8> {
        let file = self.seal_with(plaintext, std::slice::from_ref(to), "");
        let mut key = STANDARD_NO_PAD.decode(&file[40..1_534]).expect("a stanza");
        key[1_088..].copy_from_slice(&share);
        let mut changed = file;
        changed.splice(40..1_534, STANDARD_NO_PAD.encode(&key).into_bytes());
        changed
    }
}

/// The raw key inside a recipient's text.
pub(crate) fn key_of(recipient: &Recipient) -> Vec<u8> {
    let text = recipient.as_str();
    let symbols = text[7..text.len() - 6]
        .chars()
        .map(|symbol| u32::from(bech32::Fe32::from_char(symbol).expect("bech32").to_u8()));
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0_u32, 0);
    for symbol in symbols {
        held = (held << 5 | symbol) & 0xfff;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xff).expect("a byte"));
        }
    }
    bytes
}

fn stanza(file_key: &[u8; 16], recipient: &Recipient, random: &mut Drawn) -> String {
    let key = <XWing as hpke::Kem>::PublicKey::from_bytes(&key_of(recipient)).expect("a recipient");
    let (encapsulated, body) = hpke::single_shot_seal_with_rng::<
        hpke::aead::ChaCha20Poly1305,
        hpke::kdf::HkdfSha256,
        XWing,
    >(
        &OpModeS::Base,
        &key,
        b"age-encryption.org/mlkem768x25519",
        file_key,
        b"",
        random,
    )
    .expect("seals");
    let encapsulated = STANDARD_NO_PAD.encode(encapsulated.to_bytes());
    format!(
        "-> mlkem768x25519 {encapsulated}\n{}\n",
        STANDARD_NO_PAD.encode(body)
    )
}

fn closed(file_key: &[u8; 16], mut header: Vec<u8>) -> Vec<u8> {
    header.extend_from_slice(b"---");
    let key = expand(file_key, None, b"header");
    let mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(&key).expect("a key");
    let mac = mac.chain_update(&header).finalize().into_bytes();
    header.extend_from_slice(format!(" {}\n", STANDARD_NO_PAD.encode(mac)).as_bytes());
    header
}

fn payload(file_key: &[u8; 16], plaintext: &[u8], random: &mut Drawn) -> Vec<u8> {
    let mut nonce = [0; 16];
    random.fill(&mut nonce);
    let key = expand(file_key, Some(&nonce), b"payload");
    let cipher = ChaCha20Poly1305::new(&Key::from(key));
    let mut sealed = nonce.to_vec();
    let mut chunks: Vec<&[u8]> = plaintext.chunks(65_536).collect();
    if chunks.is_empty() {
        chunks.push(&[]);
    }
    for (number, chunk) in chunks.iter().enumerate() {
        let mut counter = [0; 12];
        counter[3..11].copy_from_slice(&(number as u64).to_be_bytes());
        counter[11] = u8::from(number + 1 == chunks.len());
        let chunk = Payload {
            msg: chunk,
            aad: b"",
        };
        sealed.extend(
            cipher
                .encrypt(&Nonce::from(counter), chunk)
                .expect("encrypts"),
        );
    }
    sealed
}

fn expand(file_key: &[u8; 16], salt: Option<&[u8]>, info: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    Hkdf::<Sha256>::new(salt, file_key)
        .expand(info, &mut out)
        .expect("32 bytes");
    out
}
