//! From a form's random seed come its words and its case, so that a post that is repeated is no second
//! report.

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::protocol::ServiceId;
use crate::protocol::token::Token;
use crate::secret::{CaseSecret, Entropy};

/// The 128 random bits that a form carries.
pub(super) struct Seed(Zeroizing<[u8; 16]>);

impl Seed {
    pub(super) fn new(bytes: [u8; 16]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Reads the 32 hex digits of the form's hidden field.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut bytes = Zeroizing::new([0; 16]);
        let lower = text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        (lower && hex::decode_to_slice(text, bytes.as_mut()).is_ok()).then_some(Self(bytes))
    }

    pub(super) fn to_hex(&self) -> Zeroizing<String> {
        Zeroizing::new(hex::encode(self.0.as_ref()))
    }

    pub(super) fn token(&self, service: &ServiceId) -> Token {
        let mut entropy = [0; 16];
        self.expand(service, b"rightline/1/plain/token", &mut entropy);
        Token::from_entropy(Entropy::new(entropy))
    }

    pub(super) fn case_secret(&self, service: &ServiceId) -> CaseSecret {
        let mut secret = [0; 32];
        self.expand(service, b"rightline/1/plain/case", &mut secret);
        CaseSecret::new(secret)
    }

    #[expect(clippy::expect_used, reason = "HKDF gives 16 and 32 bytes")]
    fn expand(&self, service: &ServiceId, label: &[u8], into: &mut [u8]) {
        Hkdf::<Sha256>::new(Some(service.as_bytes()), self.0.as_ref())
            .expand(label, into)
            .expect("HKDF gives 16 and 32 bytes");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_always_yields_the_same_words_and_another_other_ones() {
        let service = ServiceId::new([7; 32]);
        let seed = Seed::new([1; 16]);
        let again = Seed::parse(&seed.to_hex()).unwrap();
        assert_eq!(seed.token(&service), again.token(&service));
        assert_eq!(seed.case_secret(&service), again.case_secret(&service));
        assert_ne!(seed.token(&service), Seed::new([2; 16]).token(&service));
        assert_ne!(seed.token(&service), seed.token(&ServiceId::new([8; 32])));
    }

    #[test]
    fn only_thirty_two_lower_case_hex_digits_are_a_seed() {
        for wrong in [
            "",
            "ab",
            &"AB".repeat(16),
            &"zz".repeat(16),
            &"ab".repeat(17),
        ] {
            assert!(Seed::parse(wrong).is_none(), "{wrong}");
        }
    }
}
