//! A file that passes for a sealed one has exactly the size that its shape gives.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rightline::protocol::sealing;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(shape) = sealing::shape(bytes) {
        assert_eq!(shape.file_size(), bytes.len() as u64);
        assert!(shape.recipients >= 1);
    }
});
