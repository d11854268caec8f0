//! The recovery: a seed that is drawn once, cut into shares that people keep on paper, and put together again
//! only to give cases that nobody can open any more to a new reader (protocol, D12).

mod granting;
pub mod open;
pub mod shares;
pub mod store;

use rand::CryptoRng;

use crate::protocol::ServiceId;
use crate::protocol::recovery::{Keys, PublicHalf};
use crate::secret::RecoverySeed;
use shares::Share;

/// A recovery that was drawn: what leads sign, and what people keep.
#[derive(Debug)]
pub struct Drawn {
    /// What the leads sign into the directory.
    pub public: PublicHalf,
    /// What people keep, each one of them.
    pub shares: Vec<Share>,
}

/// Cuts a seed into shares and gives what leads sign. Nothing of the seed is kept.
///
/// The caller sees to 2 ≤ threshold ≤ count ≤ 16 (D6), and to a seed that nobody has seen.
#[must_use]
pub fn draw(
    seed: &RecoverySeed,
    service: &ServiceId,
    threshold: u8,
    count: u8,
    generator: &mut impl CryptoRng,
) -> Drawn {
    let keys = Keys::new(seed, service);
    let public = keys.public(service, u64::from(threshold), u64::from(count));
    let set = shares::set_of(&public.recipient);
    Drawn {
        shares: shares::cut(seed, set, threshold, count, generator),
        public,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ambient::Random;
    use crate::secret::ExposeSecret as _;

    #[test]
    fn shares_are_of_the_recovery_that_leads_sign() {
        let service = ServiceId::new([3; 32]);
        let seed = RecoverySeed::new(Random.bytes());
        let drawn = draw(&seed, &service, 2, 3, &mut Random);
        assert_eq!((drawn.public.threshold, drawn.public.shares), (2, 3));
        assert_eq!(drawn.shares.len(), 3);
        let joined = shares::join(&drawn.shares[1..]).unwrap();
        assert_eq!(joined.expose_secret(), seed.expose_secret());
        assert_eq!(
            Keys::new(&joined, &service).public(&service, 2, 3),
            drawn.public
        );
    }
}
