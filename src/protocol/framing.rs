//! Framing, which hides how long a text is (section 4 of the protocol).

use zeroize::Zeroizing;

/// The most bytes that a frame may have (F2).
pub const GREATEST: usize = 1_048_576;
/// The most bytes that the frame of a message or of parties may have (F2, C7).
pub const GREATEST_MESSAGE: usize = 65_536;
/// The most bytes that the frame of a ring may have (F2): that of a desk of some 30,000 cases.
pub const GREATEST_RING: usize = 16_777_216;
/// The size of every identity frame (R3).
pub const IDENTITY: usize = 4_096;

/// How many bytes come before the content of a frame (F1).
pub const LENGTH: usize = 4;
const STEPS: [usize; 3] = [4_096, 16_384, 65_536];

/// Content too long for its frame, or a frame that is not as F1 makes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a frame")]
pub struct BadFrame;

/// The size of the frame around content of that length (F1).
///
/// # Errors
/// Refuses content that no frame holds (F2).
pub fn framed_size(length: usize) -> Result<usize, BadFrame> {
    size_within(length, GREATEST)
}

fn size_within(length: usize, greatest: usize) -> Result<usize, BadFrame> {
    let least = length.checked_add(LENGTH).ok_or(BadFrame)?;
    let size = STEPS
        .into_iter()
        .find(|step| least <= *step)
        .map_or_else(|| padme(least), Ok)?;
    if size <= greatest {
        Ok(size)
    } else {
        Err(BadFrame)
    }
}

/// Whether F1 gives that size for any length at all.
#[must_use]
pub fn is_frame_size(size: usize) -> bool {
    size >= LENGTH && framed_size(size - LENGTH) == Ok(size)
}

/// Frames content (F1).
///
/// # Errors
/// Refuses content that no frame holds (F2).
pub fn frame(content: &[u8]) -> Result<Zeroizing<Vec<u8>>, BadFrame> {
    fill(content, framed_size(content.len())?)
}

/// Frames the content of a ring (F1, F2).
///
/// # Errors
/// Refuses content that no ring's frame holds.
pub fn frame_ring(content: &[u8]) -> Result<Zeroizing<Vec<u8>>, BadFrame> {
    fill(content, size_within(content.len(), GREATEST_RING)?)
}

/// Frames content to exactly that size, whatever F1 would give (R3).
///
/// # Errors
/// Refuses content that does not fit.
pub fn frame_exact(content: &[u8], size: usize) -> Result<Zeroizing<Vec<u8>>, BadFrame> {
    if size > GREATEST {
        return Err(BadFrame);
    }
    fill(content, size)
}

fn fill(content: &[u8], size: usize) -> Result<Zeroizing<Vec<u8>>, BadFrame> {
    let length = u32::try_from(content.len()).map_err(|_| BadFrame)?;
    let end = content.len().checked_add(LENGTH).ok_or(BadFrame)?;
    if end > size {
        return Err(BadFrame);
    }
    let mut framed = Zeroizing::new(vec![0; size]);
    framed[..LENGTH].copy_from_slice(&length.to_be_bytes());
    framed[LENGTH..end].copy_from_slice(content);
    Ok(framed)
}

/// Takes the content out of a frame.
///
/// # Errors
/// Refuses what F3 refuses.
pub fn unframe(framed: &[u8]) -> Result<&[u8], BadFrame> {
    unframe_within(framed, GREATEST)
}

/// Takes the content out of a ring's frame.
///
/// # Errors
/// Refuses what F3 refuses.
pub fn unframe_ring(framed: &[u8]) -> Result<&[u8], BadFrame> {
    unframe_within(framed, GREATEST_RING)
}

fn unframe_within(framed: &[u8], greatest: usize) -> Result<&[u8], BadFrame> {
    let (length, rest) = framed.split_first_chunk::<LENGTH>().ok_or(BadFrame)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| BadFrame)?;
    if size_within(length, greatest)? != framed.len() {
        return Err(BadFrame);
    }
    let (content, padding) = rest.split_at_checked(length).ok_or(BadFrame)?;
    if padding.iter().any(|byte| *byte != 0) {
        return Err(BadFrame);
    }
    Ok(content)
}

fn padme(least: usize) -> Result<usize, BadFrame> {
    let exponent = least.ilog2();
    let mantissa = exponent.ilog2() + 1;
    let mask = (1_usize << (exponent - mantissa)) - 1;
    Ok(least.checked_add(mask).ok_or(BadFrame)? & !mask)
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_a_ring_may_be_larger_than_a_mebibyte() {
        let content = vec![7; 2_000_000];
        assert_eq!(super::frame(&content).err(), Some(super::BadFrame));
        let framed = super::frame_ring(&content).unwrap();
        assert_eq!(super::unframe(&framed), Err(super::BadFrame));
        assert_eq!(super::unframe_ring(&framed), Ok(&content[..]));
        assert!(super::frame_ring(&vec![7; 16_777_213]).is_err());
    }

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sizes_go_in_steps_and_then_by_padme() {
        for (length, size) in [
            (0, 4_096),
            (4_092, 4_096),
            (4_093, 16_384),
            (16_380, 16_384),
            (16_381, 65_536),
            (65_532, 65_536),
            (65_533, 67_584),
            (67_580, 67_584),
            (67_581, 69_632),
            (1_048_572, 1_048_576),
        ] {
            assert_eq!(framed_size(length), Ok(size), "{length}");
            assert!(is_frame_size(size), "{size}");
        }
        assert_eq!(framed_size(1_048_573), Err(BadFrame));
        assert_eq!(framed_size(usize::MAX), Err(BadFrame));
        for size in [0, 3, 4_095, 4_097, 65_537, 67_583, 1_048_577] {
            assert!(!is_frame_size(size), "{size}");
        }
    }

    #[test]
    fn a_frame_of_another_size_is_refused() {
        let wide = frame_exact(b"short", 16_384).expect("fits");
        assert_eq!(unframe(&wide), Err(BadFrame));
        let mut framed = frame(b"short").expect("fits");
        framed[4_095] = 1;
        assert_eq!(unframe(&framed), Err(BadFrame));
        framed[4_095] = 0;
        assert_eq!(unframe(&framed), Ok(b"short".as_slice()));
        framed[0] = 0xff;
        assert_eq!(unframe(&framed), Err(BadFrame));
    }

    proptest! {
        #[test]
        fn what_is_framed_comes_out_again(content in proptest::collection::vec(any::<u8>(), 0..80_000)) {
            let framed = frame(&content).expect("fits");
            prop_assert_eq!(unframe(&framed), Ok(content.as_slice()));
        }

        #[test]
        fn padding_costs_at_most_an_eighth_above_the_steps(length in 65_533_usize..1_048_572) {
            let size = framed_size(length).expect("fits");
            prop_assert!(size >= length + 4 && size <= (length + 4) * 9 / 8);
            prop_assert!(is_frame_size(size));
        }

        #[test]
        fn unframing_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..5_000)) {
            let _ = unframe(&bytes);
        }
    }
}
