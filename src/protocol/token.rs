//! The twelve words (section 5 of the protocol).

use std::fmt;

use bip39::{Language, Mnemonic};
use hkdf::Hkdf;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::bytes::{Digest, ServiceId};
use super::hybrid::{Recipient, ReporterIdentity};
use super::signing::{SigningKey, VerifyingKey};
use crate::secret::{Entropy, ExposeSecret as _, Lookup, OpenSeed, SignSeed};

/// How many words a token has (T1).
pub const WORDS: usize = 12;

/// Words that are not a token (T2). No word that was typed is ever in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WrongWords {
    /// Another number of words than twelve.
    #[error("{0} words instead of twelve")]
    Count(usize),
    /// The word at this place, counted from 0, is not in the list.
    #[error("word {} is not in the list", .0 + 1)]
    UnknownWord(usize),
    /// Every word is in the list, but together they are no token.
    #[error("one of the words is wrong")]
    Checksum,
}

/// A reporter's token (T1).
#[derive(PartialEq, Eq)]
pub struct Token(Entropy);

/// What a token yields for one service (T3).
pub struct TokenKeys {
    /// What finds the mailbox.
    pub lookup: Lookup,
    /// The seed of the reporter's signing key.
    pub sign: SignSeed,
    /// The seed of the reporter's age identity.
    pub open: OpenSeed,
}

/// The digest of a lookup, which the service keeps (T4).
pub type LookupDigest = Digest;

impl Token {
    /// Makes a token of 16 random bytes.
    #[must_use]
    pub fn from_entropy(entropy: Entropy) -> Self {
        Self(entropy)
    }

    /// Reads words as people type them (T2).
    ///
    /// # Errors
    /// Says how many words there are, which one is not in the list, or that the checksum is wrong.
    pub fn parse(text: &str) -> Result<Self, WrongWords> {
        let lower = Zeroizing::new(text.to_ascii_lowercase());
        let typed = lower.split(is_between).filter(|word| !word.is_empty());
        let mut indices = Zeroizing::new([0_usize; WORDS]);
        let mut count = 0;
        for word in typed {
            let index = index_of(word).ok_or(WrongWords::UnknownWord(count))?;
            if let Some(place) = indices.get_mut(count) {
                *place = index;
            }
            count += 1;
        }
        if count != WORDS {
            return Err(WrongWords::Count(count));
        }
        Self::from_indices(&indices)
    }

    /// The twelve words, lower case and in full.
    #[must_use]
    pub fn words(&self) -> [&'static str; WORDS] {
        words_of(self.0.expose_secret())
    }

    /// The words with one space between them: the normal form of T2.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(self.words().join(" "))
    }

    /// The 16 bytes of the token.
    #[must_use]
    pub fn entropy(&self) -> &Entropy {
        &self.0
    }

    /// Derives what the token yields for one service (T3).
    #[must_use]
    pub fn keys(&self, service: &ServiceId) -> TokenKeys {
        let derive = |label: &str| derive(self.0.expose_secret(), service, label.as_bytes());
        TokenKeys {
            lookup: Lookup::new(*derive("rightline/1/token/lookup")),
            sign: SignSeed::new(*derive("rightline/1/token/sign")),
            open: OpenSeed::new(*derive("rightline/1/token/open")),
        }
    }

    fn from_indices(indices: &[usize; WORDS]) -> Result<Self, WrongWords> {
        let bits = indices.iter().take(WORDS - 1).fold(0_u128, |bits, index| {
            bits << 11 | u128::try_from(*index).unwrap_or_default()
        });
        let last = u128::try_from(indices[WORDS - 1]).unwrap_or_default();
        let entropy = Entropy::new((bits << 7 | last >> 4).to_be_bytes());
        if u128::from(checksum(entropy.expose_secret())) == last & 15 {
            Ok(Self(entropy))
        } else {
            Err(WrongWords::Checksum)
        }
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

impl TokenKeys {
    /// The key that signs for the reporter.
    #[must_use]
    pub fn signing_key(&self) -> SigningKey {
        SigningKey::new(&self.sign)
    }

    /// The identity that opens what is sealed to the reporter.
    #[must_use]
    pub fn identity(&self) -> ReporterIdentity {
        ReporterIdentity::new(&self.open)
    }
}

impl fmt::Debug for TokenKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenKeys(…)")
    }
}

impl Lookup {
    /// The digest of the lookup (T4).
    #[must_use]
    pub fn digest(&self) -> LookupDigest {
        Digest::of(self.expose_secret())
    }
}

impl ServiceId {
    /// The first 16 bytes of the id as words, for posters and pages (D1).
    #[must_use]
    pub fn words(&self) -> [&'static str; WORDS] {
        let mut first = [0; 16];
        first.copy_from_slice(&self.as_bytes()[..16]);
        words_of(&first)
    }
}

/// The words by which two people compare the keys of a member or of a recovery (D13).
#[must_use]
pub fn key_words(key: &VerifyingKey, recipient: &Recipient) -> [&'static str; WORDS] {
    let hash = Sha256::new()
        .chain_update(b"rightline/1/keys\0")
        .chain_update(key.as_bytes())
        .chain_update(recipient.digest().as_bytes());
    let mut first = [0; 16];
    first.copy_from_slice(&hash.finalize()[..16]);
    words_of(&first)
}

/// The place of a word, or of the only word that begins with these four letters, in the list.
#[must_use]
pub fn index_of(word: &str) -> Option<usize> {
    let list = Language::English.word_list();
    list.binary_search(&word).ok().or_else(|| {
        let place = list.partition_point(|listed| *listed < word);
        (word.len() == 4 && list.get(place)?.starts_with(word)).then_some(place)
    })
}

pub(super) fn derive(ikm: &[u8], service: &ServiceId, label: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut out = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(Some(service.as_bytes()), ikm)
        .expand(label, out.as_mut())
        .expect("HKDF gives 32 bytes");
    out
}

fn words_of(entropy: &[u8; 16]) -> [&'static str; WORDS] {
    let mut words = [""; WORDS];
    let mnemonic =
        Mnemonic::from_entropy_in(Language::English, entropy).expect("16 bytes are 12 words");
    for (place, word) in words.iter_mut().zip(mnemonic.words()) {
        *place = word;
    }
    words
}

fn checksum(entropy: &[u8; 16]) -> u8 {
    Digest::of(entropy).as_bytes()[0] >> 4
}

/// What T2 lets stand between words: spaces, line breaks, commas, stops, hyphens and numbering.
#[must_use]
pub fn is_between(character: char) -> bool {
    character.is_whitespace() || character.is_ascii_digit() || matches!(character, ',' | '.' | '-')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ZEROS: &str = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";

    #[test]
    fn the_public_vectors_hold() {
        for (entropy, words) in [
            ([0; 16], ZEROS),
            (
                [0x7f; 16],
                "legal winner thank year wave sausage worth useful legal winner thank yellow",
            ),
            (
                [0xff; 16],
                "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong",
            ),
        ] {
            let token = Token::from_entropy(Entropy::new(entropy));
            assert_eq!(*token.to_text(), words);
            assert_eq!(Token::parse(words), Ok(token));
        }
    }

    #[test]
    fn input_forgives_what_people_do() {
        let typed = "1. ABAN, 2. aban\n3. Abandon - abandon\tabandon abandon abandon,abandon abandon.abandon 11 abandon 12 abou";
        assert_eq!(
            Token::parse(typed).map(|token| token.to_text().to_string()),
            Ok(ZEROS.into())
        );
    }

    #[test]
    fn mistakes_are_named_without_the_word() {
        assert_eq!(Token::parse("abandon"), Err(WrongWords::Count(1)));
        assert_eq!(
            Token::parse(&ZEROS.replace("about", "abouts")),
            Err(WrongWords::UnknownWord(11))
        );
        assert_eq!(
            Token::parse(&ZEROS.replacen("abandon", "aba", 1)),
            Err(WrongWords::UnknownWord(0))
        );
        assert_eq!(
            Token::parse(&ZEROS.replace("about", "abandon")),
            Err(WrongWords::Checksum)
        );
    }

    #[test]
    fn words_of_three_letters_are_themselves() {
        assert_eq!(index_of("act"), Some(19));
        assert_eq!(index_of("acti"), Some(20));
        assert_eq!(index_of("actio"), None);
        assert_eq!(index_of("éclat"), None);
    }

    #[test]
    fn another_service_gets_other_keys() {
        let token = Token::from_entropy(Entropy::new([1; 16]));
        let (one, two) = (
            token.keys(&ServiceId::new([1; 32])),
            token.keys(&ServiceId::new([2; 32])),
        );
        assert_ne!(one.lookup, two.lookup);
        assert_ne!(one.sign, two.sign);
        assert_ne!(one.open, two.open);
    }

    proptest! {
        #[test]
        fn words_come_back_as_the_same_token(entropy: [u8; 16], cut: bool) {
            let token = Token::from_entropy(Entropy::new(entropy));
            let typed = token.words().map(|word| if cut { &word[..word.len().min(4)] } else { word }).join("  ");
            prop_assert_eq!(Token::parse(&typed), Ok(token));
        }

        #[test]
        fn reading_words_never_panics(text in "\\PC{0,200}") {
            let _ = Token::parse(&text);
        }
    }
}
