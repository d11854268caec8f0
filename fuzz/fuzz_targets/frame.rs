//! A frame that is accepted is the one that its content makes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rightline::protocol::framing;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(content) = framing::unframe(bytes) {
        assert_eq!(framing::frame(content).expect("fits").as_slice(), bytes);
    }
    // The smallest frames are rarely found by chance, so their inside is fuzzed too.
    let mut frame = vec![0; 4_096];
    let length = bytes.len().min(frame.len());
    frame[..length].copy_from_slice(&bytes[..length]);
    if let Ok(content) = framing::unframe(&frame) {
        assert_eq!(framing::frame(content).expect("fits").as_slice(), frame);
    }
});
