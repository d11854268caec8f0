//! The shares of a recovery, as words that people keep on paper: cutting a seed into them, writing and reading
//! them, and putting enough of them together again. Nothing here is kept or printed.

use std::collections::BTreeMap;
use std::fmt;

use blahaj::Sharks;
use rand::CryptoRng;
use zeroize::Zeroizing;

use crate::protocol::Digest;
use crate::protocol::hybrid::Recipient;
use crate::protocol::recovery::GREATEST_SHARES;
use crate::protocol::token::{index_of, is_between};
use crate::secret::{ExposeSecret as _, RecoverySeed, SharePart};

/// How many words a share has.
pub const WORDS: usize = 28;

/// Set (2), threshold, index, share (32).
const BYTES: usize = 36;
/// Those, 20 bits of their digest, and room to read words beyond the last bit.
const PACKED: usize = 40;
const BITS_OF_A_WORD: usize = 11;

/// Which recovery a share is of: the first bytes of the digest of its recipient.
pub type Set = [u8; 2];

/// The set of the shares of a recovery with that recipient.
#[must_use]
pub fn set_of(recipient: &Recipient) -> Set {
    let digest = Digest::of(recipient.as_str().as_bytes());
    let [first, second, ..] = *digest.as_bytes();
    [first, second]
}

/// One share of a recovery seed.
pub struct Share {
    set: Set,
    threshold: u8,
    index: u8,
    part: SharePart,
}

/// Words that are no share. No word that was typed is ever in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoShare {
    /// Another number of words.
    #[error("it has {0} words instead of {WORDS}")]
    Count(usize),
    /// The word at this place, counted from 1, is not in the list.
    #[error("word {0} is not in the list of words")]
    Word(usize),
    /// Every word is in the list, but together they are no share.
    #[error("one of its words is wrong, or they are in another order")]
    Checksum,
}

/// Shares that do not go together. Places are counted from 1, as the shares were given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Apart {
    /// There are none.
    #[error("there is no share")]
    None,
    /// A share is of another recovery than the first.
    #[error("share {0} is of another recovery than share 1")]
    Set(usize),
    /// A share names another threshold than the first.
    #[error("share {0} says that another number of shares is needed than share 1 says")]
    Threshold(usize),
    /// Two shares have the same number.
    #[error("share {second} is the same share as share {first}")]
    Twice {
        /// The place of the one.
        first: usize,
        /// The place of the other.
        second: usize,
    },
    /// There are too few.
    #[error("{given} of the {needed} shares that are needed were given")]
    Few {
        /// How many there are.
        given: usize,
        /// How many are needed.
        needed: usize,
    },
}

/// Cuts a seed into shares, of which `threshold` give it back and fewer say nothing of it.
///
/// The caller sees to 2 ≤ threshold ≤ count ≤ 16 (D6).
#[must_use]
pub fn cut(
    seed: &RecoverySeed,
    set: Set,
    threshold: u8,
    count: u8,
    generator: &mut impl CryptoRng,
) -> Vec<Share> {
    Sharks(threshold)
        .dealer_rng(seed.expose_secret(), generator)
        .take(usize::from(count))
        .filter_map(|share| {
            let bytes = Zeroizing::new(Vec::from(&share));
            let (index, part) = bytes.split_first()?;
            Some(Share {
                set,
                threshold,
                index: *index,
                part: SharePart::new(part.try_into().ok()?),
            })
        })
        .collect()
}

/// Puts shares together.
///
/// # Errors
/// Names the share that does not belong, or says how many are missing.
pub fn join(shares: &[Share]) -> Result<RecoverySeed, Apart> {
    let first = shares.first().ok_or(Apart::None)?;
    let mut places = BTreeMap::new();
    for (place, share) in (1..).zip(shares) {
        if share.set != first.set {
            return Err(Apart::Set(place));
        }
        if share.threshold != first.threshold {
            return Err(Apart::Threshold(place));
        }
        if let Some(earlier) = places.insert(share.index, place) {
            return Err(Apart::Twice {
                first: earlier,
                second: place,
            });
        }
    }
    let few = Apart::Few {
        given: shares.len(),
        needed: usize::from(first.threshold),
    };
    if shares.len() < usize::from(first.threshold) {
        return Err(few);
    }
    let shares: Vec<blahaj::Share> = shares.iter().filter_map(Share::point).collect();
    let joined = Sharks(first.threshold)
        .recover(&shares)
        .map(Zeroizing::new)
        .map_err(|_| few)?;
    let bytes = joined.as_slice().try_into().map_err(|_| few)?;
    Ok(RecoverySeed::new(bytes))
}

impl Share {
    /// Reads the words of one share, with what T2 forgives.
    ///
    /// # Errors
    /// Says what is wrong with them, never which words they are.
    pub fn parse(text: &str) -> Result<Self, NoShare> {
        let lower = Zeroizing::new(text.to_ascii_lowercase());
        let typed = lower.split(is_between).filter(|word| !word.is_empty());
        let mut packed = Zeroizing::new([0; PACKED]);
        let mut count = 0;
        for word in typed {
            let index = index_of(word).ok_or(NoShare::Word(count + 1))?;
            if count < WORDS {
                put(&mut packed, count, index);
            }
            count += 1;
        }
        if count != WORDS {
            return Err(NoShare::Count(count));
        }
        Self::unpack(&packed).ok_or(NoShare::Checksum)
    }

    /// Its words, with one space between them.
    #[must_use]
    pub fn words(&self) -> Zeroizing<String> {
        let packed = self.packed();
        let words = (0..WORDS).map(|place| word_at(take(&packed, place)));
        Zeroizing::new(words.collect::<Vec<_>>().join(" "))
    }

    /// Which recovery it is of.
    #[must_use]
    pub fn set(&self) -> Set {
        self.set
    }

    /// How many shares are needed.
    #[must_use]
    pub fn threshold(&self) -> u8 {
        self.threshold
    }

    /// Its number, from 1.
    #[must_use]
    pub fn index(&self) -> u8 {
        self.index
    }

    fn packed(&self) -> Zeroizing<[u8; PACKED]> {
        let mut packed = Zeroizing::new([0; PACKED]);
        packed[..2].copy_from_slice(&self.set);
        packed[2] = self.threshold;
        packed[3] = self.index;
        packed[4..BYTES].copy_from_slice(self.part.expose_secret());
        let check = check(&packed[..BYTES]);
        packed[BYTES..BYTES + 3].copy_from_slice(&check);
        packed
    }

    fn unpack(packed: &[u8; PACKED]) -> Option<Self> {
        let (bytes, rest) = packed.split_at(BYTES);
        let [first, second, threshold, index, part @ ..] = bytes else {
            return None;
        };
        let greatest = u8::try_from(GREATEST_SHARES).unwrap_or(u8::MAX);
        let possible = (2..=greatest).contains(threshold) && (1..=greatest).contains(index);
        (rest.get(..3)? == check(bytes) && possible).then_some(())?;
        Some(Self {
            set: [*first, *second],
            threshold: *threshold,
            index: *index,
            part: SharePart::new(part.try_into().ok()?),
        })
    }

    fn point(&self) -> Option<blahaj::Share> {
        let mut bytes = Zeroizing::new(vec![self.index]);
        bytes.extend_from_slice(self.part.expose_secret());
        blahaj::Share::try_from(bytes.as_slice()).ok()
    }
}

impl fmt::Debug for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Share({}: …)", self.index)
    }
}

/// The 20 bits that follow the bytes of a share, in three bytes.
fn check(bytes: &[u8]) -> [u8; 3] {
    let mut said = Zeroizing::new(b"rightline/1/share\0".to_vec());
    said.extend_from_slice(bytes);
    let digest = Digest::of(&said);
    let [first, second, third, ..] = *digest.as_bytes();
    [first, second, third & 0xf0]
}

fn word_at(index: usize) -> &'static str {
    bip39::Language::English.word_list()[index & 0x7ff]
}

/// Where the bits of a word begin: the byte, and how far the word stands from the right in three bytes.
fn place_of(word: usize) -> (usize, usize) {
    let bit = word * BITS_OF_A_WORD;
    (bit / 8, 24 - BITS_OF_A_WORD - bit % 8)
}

fn take(packed: &[u8; PACKED], word: usize) -> usize {
    let (byte, shift) = place_of(word);
    let three = packed[byte..byte + 3]
        .iter()
        .fold(0, |bits, byte| bits << 8 | usize::from(*byte));
    three >> shift & 0x7ff
}

fn put(packed: &mut [u8; PACKED], word: usize, index: usize) {
    let (byte, shift) = place_of(word);
    let bits = index << shift;
    for (place, right) in [16, 8, 0].into_iter().enumerate() {
        packed[byte + place] |= u8::try_from(bits >> right & 0xff).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::SeedableRng as _;
    use rand::rngs::StdRng;

    use super::*;

    /// As another program wrote them: set 0102, threshold 3, index 4, and 32 times 5a.
    const KNOWN: &str = "absurd avoid scissors regret pizza coffee harvest ensure fog spot notable regret \
         pizza coffee harvest ensure fog spot notable regret pizza coffee harvest ensure fog spot rate trade";

    fn shares(seed: [u8; 32], threshold: u8, count: u8, drawn: u64) -> Vec<Share> {
        let mut generator = StdRng::seed_from_u64(drawn);
        let seed = RecoverySeed::new(seed);
        cut(&seed, [0xab, 0xcd], threshold, count, &mut generator)
    }

    fn again(share: &Share) -> Share {
        Share::parse(&share.words()).unwrap()
    }

    fn joined(shares: &[Share]) -> Result<[u8; 32], Apart> {
        join(shares).map(|seed| *seed.expose_secret())
    }

    #[test]
    fn a_share_has_28_words_and_says_what_it_is_of() {
        let shares = shares([7; 32], 3, 5, 1);
        assert_eq!(shares.len(), 5);
        for (number, share) in (1..).zip(&shares) {
            assert_eq!(share.words().split(' ').count(), WORDS);
            let read = again(share);
            assert_eq!((read.index(), read.threshold()), (number, 3));
            assert_eq!(read.set(), [0xab, 0xcd]);
            assert_eq!(read.part, share.part);
        }
        assert_eq!(format!("{:?}", shares[1]), "Share(2: …)");
    }

    #[test]
    fn another_program_writes_the_same_words() {
        let share = Share {
            set: [1, 2],
            threshold: 3,
            index: 4,
            part: SharePart::new([0x5a; 32]),
        };
        assert_eq!(share.words().as_str(), KNOWN);
        assert_eq!(Share::parse(KNOWN).unwrap().part, share.part);
    }

    // With 20 bits one change in a million goes unnoticed. Of these 57,316 none does.
    #[test]
    fn every_other_word_in_any_place_is_noticed() {
        let share = &shares([9; 32], 2, 3, 2)[0];
        let words = share.words();
        let right: Vec<&str> = words.split(' ').collect();
        for place in 0..WORDS {
            for other in (0..2048)
                .map(word_at)
                .filter(|other| *other != right[place])
            {
                let mut wrong = right.clone();
                wrong[place] = other;
                assert_eq!(
                    Share::parse(&wrong.join(" ")).unwrap_err(),
                    NoShare::Checksum,
                    "word {place}"
                );
            }
        }
    }

    #[test]
    fn what_is_wrong_with_words_is_said_without_them() {
        let share = &shares([9; 32], 2, 3, 2)[0];
        let words = share.words();
        let (all_but_last, _) = words.rsplit_once(' ').unwrap();
        assert_eq!(Share::parse(all_but_last).unwrap_err(), NoShare::Count(27));
        assert_eq!(Share::parse("").unwrap_err(), NoShare::Count(0));
        let longer = format!("{} zoo", words.as_str());
        assert_eq!(Share::parse(&longer).unwrap_err(), NoShare::Count(29));
        let unknown = format!("{all_but_last} secretword");
        let wrong = Share::parse(&unknown).unwrap_err();
        assert_eq!(wrong, NoShare::Word(28));
        assert!(!wrong.to_string().contains("secretword"));
    }

    #[test]
    fn input_forgives_what_people_do() {
        let share = &shares([9; 32], 2, 3, 2)[0];
        let words = share.words();
        let typed: Vec<String> = (1..)
            .zip(words.split(' '))
            .map(|(number, word)| format!("{number}. {}", word[..word.len().min(4)].to_uppercase()))
            .collect();
        assert_eq!(Share::parse(&typed.join(",\t")).unwrap().part, share.part);
    }

    #[test]
    fn shares_that_do_not_go_together_are_named() {
        let ours = shares([7; 32], 3, 5, 1);
        let change = |at: usize, change: fn(&mut Share)| {
            let mut shares: Vec<Share> = ours[..3].iter().map(again).collect();
            change(&mut shares[at]);
            joined(&shares)
        };
        assert_eq!(joined(&[]), Err(Apart::None));
        assert_eq!(change(1, |share| share.set = [0, 0]), Err(Apart::Set(2)));
        assert_eq!(
            change(2, |share| share.threshold = 2),
            Err(Apart::Threshold(3))
        );
        let twice = Apart::Twice {
            first: 1,
            second: 3,
        };
        assert_eq!(change(2, |share| share.index = 1), Err(twice));
        assert_eq!(twice.to_string(), "share 3 is the same share as share 1");
        let few = Apart::Few {
            given: 2,
            needed: 3,
        };
        assert_eq!(joined(&ours[..2]), Err(few));
    }

    proptest! {
        #[test]
        fn enough_shares_give_the_seed_and_fewer_do_not(
            seed: [u8; 32],
            threshold in 2_u8..=16,
            more in 0_u8..=14,
            drawn: u64,
            order in proptest::collection::vec(any::<u64>(), 16),
        ) {
            let count = (threshold + more).min(16);
            let mut all = shares(seed, threshold, count, drawn);
            // Any of them, in any order, through their words.
            all.sort_by_key(|share| order[usize::from(share.index()) - 1]);
            let enough = usize::from(threshold);
            for taken in enough..=all.len() {
                let taken: Vec<Share> = all[..taken].iter().map(again).collect();
                prop_assert_eq!(joined(&taken), Ok(seed));
            }
            let needed = enough;
            let given = enough - 1;
            let fewer = joined(&all[..given]);
            if given > 0 {
                prop_assert_eq!(fewer, Err(Apart::Few { given, needed }));
            }
            // Somebody who claims that fewer are enough gets something else.
            let mut bent: Vec<Share> = all[..given].iter().map(again).collect();
            for share in &mut bent {
                share.threshold = threshold - 1;
            }
            prop_assert_ne!(joined(&bent), Ok(seed));
        }

        #[test]
        fn reading_words_never_panics(text in "\\PC{0,300}") {
            let _ = Share::parse(&text);
        }
    }
}
