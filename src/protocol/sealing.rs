//! Sealing and opening age files (section 3 of the protocol).

use std::cell::RefCell;
use std::collections::HashSet;
use std::io::{Read as _, Write as _};

use age_core::format::{FileKey, Stanza};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::hybrid::{ENCAPSULATED, Identity, Recipient};
use crate::secret::ExposeSecret as _;

const INTRODUCTION: &[u8] = b"age-encryption.org/v1\n";
const STANZA: &[u8] = b"-> mlkem768x25519 ";
const STANZA_LENGTH: usize = 1_557;
const MAC: &[u8] = b"--- ";
const ENCODED_KEY: usize = 1_494;
const ENCODED_32: usize = 43;
const NONCE: u64 = 16;
const CHUNK: u64 = 65_536;
const TAG: u64 = 16;

/// A file that could not be sealed: no recipient, or the system gave no randomness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the file could not be sealed")]
pub struct CannotSeal;

/// A file that cannot be opened, for whatever cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the file cannot be opened")]
pub struct CannotOpen;

/// Bytes that are no age file of our kind (E3–E5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an age file of our kind")]
pub struct NotSealed;

/// What can be seen of a sealed file without any key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// How many recipients it has.
    pub recipients: usize,
    /// How many bytes its plaintext has.
    pub plaintext: u64,
}

impl Shape {
    /// The size of the file with this shape (E5).
    #[must_use]
    pub fn file_size(self) -> u64 {
        let header =
            INTRODUCTION.len() + STANZA_LENGTH * self.recipients + MAC.len() + ENCODED_32 + 1;
        header as u64 + NONCE + self.plaintext + TAG * self.plaintext.div_ceil(CHUNK).max(1)
    }
}

/// Seals a plaintext to recipients, in their order.
///
/// The file key, the nonce and the encapsulations are drawn from the operating system.
///
/// # Errors
/// Fails without recipients, or without randomness.
pub fn seal(plaintext: &[u8], recipients: &[Recipient]) -> Result<Vec<u8>, CannotSeal> {
    let taken = RefCell::new(None);
    let wraps: Vec<Wrap<'_>> = recipients
        .iter()
        .map(|recipient| Wrap {
            recipient,
            taken: &taken,
        })
        .collect();
    let encryptor =
        age::Encryptor::with_recipients(wraps.iter().map(|wrap| wrap as &dyn age::Recipient))
            .map_err(|_| CannotSeal)?;
    let mut writer = encryptor.wrap_output(Vec::new()).map_err(|_| CannotSeal)?;
    writer.write_all(plaintext).map_err(|_| CannotSeal)?;
    let file = writer.finish().map_err(|_| CannotSeal)?;
    let file_key = taken.into_inner().ok_or(CannotSeal)?;
    without_grease(&file, recipients.len(), &file_key).ok_or(CannotSeal)
}

/// Opens a sealed file.
///
/// # Errors
/// Refuses a header with a stanza of another kind (E3), a share of small order (E4), a file sealed to
/// others, and one that was changed or cut.
pub fn open(file: &[u8], identity: &Identity) -> Result<Zeroizing<Vec<u8>>, CannotOpen> {
    let header = read_header(file, Grease::Ignored).map_err(|_| CannotOpen)?;
    let decryptor = age::Decryptor::new_buffered(file).map_err(|_| CannotOpen)?;
    let mut reader = decryptor
        .decrypt(std::iter::once(identity as &dyn age::Identity))
        .map_err(|_| CannotOpen)?;
    let mut plaintext = Zeroizing::new(Vec::with_capacity(file.len() - header.length));
    reader.read_to_end(&mut plaintext).map_err(|_| CannotOpen)?;
    Ok(plaintext)
}

/// Checks that bytes are an age file by E3 to E5, without any key.
///
/// # Errors
/// Refuses other stanzas (grease too), other layouts and sizes that no plaintext has.
pub fn shape(file: &[u8]) -> Result<Shape, NotSealed> {
    let header = read_header(file, Grease::Refused)?;
    let payload = u64::try_from(file.len() - header.length)
        .ok()
        .and_then(|rest| rest.checked_sub(NONCE))
        .ok_or(NotSealed)?;
    let chunks = payload.div_ceil(CHUNK + TAG).max(1);
    let plaintext = payload.checked_sub(TAG * chunks).ok_or(NotSealed)?;
    let shape = Shape {
        recipients: header.recipients,
        plaintext,
    };
    // A last chunk of nothing but its tag is only allowed to an empty plaintext.
    if u64::try_from(file.len()) == Ok(shape.file_size()) {
        Ok(shape)
    } else {
        Err(NotSealed)
    }
}

/// One recipient of a file, which also hands on the file key so that the header can be closed again.
struct Wrap<'a> {
    recipient: &'a Recipient,
    taken: &'a RefCell<Option<Zeroizing<[u8; 16]>>>,
}

impl age::Recipient for Wrap<'_> {
    fn wrap_file_key(
        &self,
        file_key: &FileKey,
    ) -> Result<(Vec<Stanza>, HashSet<String>), age::EncryptError> {
        *self.taken.borrow_mut() = Some(Zeroizing::new(*file_key.expose_secret()));
        self.recipient.wrap_file_key(file_key)
    }
}

/// Drops the grease stanza that the age crate adds last, and closes the header again (E3).
///
/// The payload does not depend on the header, so nothing else changes.
fn without_grease(file: &[u8], recipients: usize, file_key: &[u8; 16]) -> Option<Vec<u8>> {
    let stanzas_end = INTRODUCTION.len() + STANZA_LENGTH * recipients;
    let header = read_header(file, Grease::Ignored).ok()?;
    if header.recipients != recipients {
        return None;
    }
    let mut sealed = Vec::with_capacity(file.len());
    sealed.extend_from_slice(&file[..stanzas_end]);
    sealed.extend_from_slice(b"---");
    let mac = header_mac(file_key, &sealed);
    sealed.push(b' ');
    sealed.extend_from_slice(STANDARD_NO_PAD.encode(mac).as_bytes());
    sealed.push(b'\n');
    sealed.extend_from_slice(&file[header.length..]);
    Some(sealed)
}

fn header_mac(file_key: &[u8; 16], header: &[u8]) -> [u8; 32] {
    let mut key = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(None, file_key)
        .expand(b"header", key.as_mut())
        .expect("HKDF gives 32 bytes");
    Hmac::<Sha256>::new_from_slice(key.as_ref())
        .expect("HMAC takes keys of any length")
        .chain_update(header)
        .finalize()
        .into_bytes()
        .into()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Grease {
    Ignored,
    Refused,
}

struct Header {
    recipients: usize,
    length: usize,
}

fn read_header(file: &[u8], grease: Grease) -> Result<Header, NotSealed> {
    let mut rest = file.strip_prefix(INTRODUCTION).ok_or(NotSealed)?;
    let mut recipients = 0;
    let mut may_be_grease = grease == Grease::Ignored;
    loop {
        if let Some(mac) = rest.strip_prefix(MAC) {
            rest = encoded_line::<ENCODED_32, 32>(mac)?;
            break;
        } else if let Some(stanza) = rest.strip_prefix(STANZA) {
            rest = encoded_line::<ENCODED_KEY, ENCAPSULATED>(stanza)?;
            rest = encoded_line::<ENCODED_32, 32>(rest)?;
            recipients += 1;
        } else if may_be_grease {
            may_be_grease = false;
            rest = after_grease(rest)?;
        } else {
            return Err(NotSealed);
        }
    }
    if recipients == 0 {
        return Err(NotSealed);
    }
    Ok(Header {
        recipients,
        length: file.len() - rest.len(),
    })
}

/// Reads one line of canonical base64 of exactly that length, and gives what follows it.
fn encoded_line<const ENCODED: usize, const DECODED: usize>(
    bytes: &[u8],
) -> Result<&[u8], NotSealed> {
    let (line, rest) = bytes.split_at_checked(ENCODED).ok_or(NotSealed)?;
    let mut decoded = [0; DECODED];
    let length = STANDARD_NO_PAD
        .decode_slice(line, &mut decoded)
        .map_err(|_| NotSealed)?;
    if length != DECODED {
        return Err(NotSealed);
    }
    rest.strip_prefix(b"\n").ok_or(NotSealed)
}

/// Skips a stanza that is there only to keep readers used to unknown ones (E3).
fn after_grease(bytes: &[u8]) -> Result<&[u8], NotSealed> {
    let (first, mut rest) = line(bytes)?;
    let mut words = first
        .strip_prefix(b"-> ")
        .ok_or(NotSealed)?
        .split(|byte| *byte == b' ');
    let named = words.next().is_some_and(|tag| tag.ends_with(b"-grease"));
    if !named || words.any(<[u8]>::is_empty) {
        return Err(NotSealed);
    }
    loop {
        let (body, after) = line(rest)?;
        rest = after;
        match body.len() {
            64 => {}
            0..64 => return Ok(rest),
            _ => return Err(NotSealed),
        }
    }
}

fn line(bytes: &[u8]) -> Result<(&[u8], &[u8]), NotSealed> {
    let end = bytes
        .iter()
        .position(|byte| *byte == b'\n')
        .ok_or(NotSealed)?;
    Ok((&bytes[..end], &bytes[end + 1..]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::protocol::hybrid::CaseIdentity;
    use crate::secret::CaseSecret;

    fn identity(byte: u8) -> CaseIdentity {
        CaseIdentity::new(&CaseSecret::new([byte; 32]))
    }

    fn sealed(plaintext: &[u8], to: &[u8]) -> Vec<u8> {
        let recipients: Vec<_> = to
            .iter()
            .map(|byte| identity(*byte).recipient().clone())
            .collect();
        seal(plaintext, &recipients).expect("seals")
    }

    #[test]
    fn every_recipient_opens_and_nobody_else() {
        let file = sealed(b"hello", &[1, 2, 3]);
        for byte in [1, 2, 3] {
            assert_eq!(
                open(&file, &identity(byte)).map(|plain| plain.to_vec()),
                Ok(b"hello".to_vec())
            );
        }
        assert_eq!(open(&file, &identity(4)), Err(CannotOpen));
        assert_eq!(seal(b"hello", &[]), Err(CannotSeal));
    }

    #[test]
    fn sizes_are_exactly_as_computed() {
        for (length, recipients) in [
            (0, 1),
            (1, 2),
            (102, 1),
            (65_536, 1),
            (65_537, 3),
            (131_072, 1),
        ] {
            let to: Vec<u8> = (1..=recipients).collect();
            let file = sealed(&vec![7; length], &to);
            let seen = shape(&file).expect("ours");
            assert_eq!(
                seen,
                Shape {
                    recipients: recipients.into(),
                    plaintext: length as u64
                }
            );
            assert_eq!(seen.file_size(), file.len() as u64);
        }
        assert_eq!(sealed(&[0; 102], &[1]).len(), 1_761);
    }

    #[test]
    fn a_changed_or_cut_file_is_not_opened() {
        let file = sealed(b"hello", &[1]);
        for place in (0..file.len())
            .step_by(13)
            .chain(file.len() - 60..file.len())
        {
            let mut changed = file.clone();
            changed[place] ^= 1;
            assert_eq!(
                open(&changed, &identity(1)),
                Err(CannotOpen),
                "byte {place}"
            );
            assert_eq!(
                open(&file[..place], &identity(1)),
                Err(CannotOpen),
                "cut at {place}"
            );
        }
    }

    #[test]
    fn sizes_that_no_plaintext_has_are_refused() {
        let file = sealed(b"", &[1]);
        assert_eq!(shape(&file[..file.len() - 1]), Err(NotSealed));
        let mut longer = sealed(&vec![0; 65_536], &[1]);
        longer.extend_from_slice(&[0; 16]);
        assert_eq!(shape(&longer), Err(NotSealed));
        longer.push(0);
        assert!(shape(&longer).is_ok());
    }

    #[test]
    fn other_stanzas_are_refused() {
        let file = sealed(b"hello", &[1]);
        let at = INTRODUCTION.len();
        for stanza in [
            "-> X25519 abc\nabc\n",
            "-> a-grease\n\n",
            "-> a-grease b c\nabcd\n",
        ] {
            let mut more = file.clone();
            more.splice(at..at, stanza.bytes());
            assert_eq!(shape(&more), Err(NotSealed), "{stanza}");
        }
        let mut greased = file.clone();
        greased.splice(at..at, b"-> a-grease b\nabcd\n".iter().copied());
        assert!(read_header(&greased, Grease::Ignored).is_ok());
        greased.splice(at..at, b"-> a-grease b\nabcd\n".iter().copied());
        assert!(read_header(&greased, Grease::Ignored).is_err());
    }

    proptest! {
        #[test]
        fn reading_a_shape_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300), cut in 0_usize..1_700) {
            let file = sealed(b"x", &[1]);
            let mut mixed = file[..cut.min(file.len())].to_vec();
            mixed.extend_from_slice(&bytes);
            let _ = shape(&mixed);
            let _ = read_header(&mixed, Grease::Ignored);
        }
    }
}
