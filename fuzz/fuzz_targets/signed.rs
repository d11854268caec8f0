//! No document of any bytes verifies by a key that signed none, nor makes a reader panic.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use rightline::protocol::signing::{Context, Signed, SigningKey, VerifyingKey, verify};
use rightline::protocol::statement::Statement;
use rightline::secret::SignSeed;

static KEY: LazyLock<VerifyingKey> =
    LazyLock::new(|| SigningKey::new(&SignSeed::new([7; 32])).verifying_key());

fuzz_target!(|bytes: &[u8]| {
    assert!(verify(Context::Stub, bytes, &KEY).is_err());
    // The key id is known to everybody, so the rest is fuzzed behind it.
    let mut claimed = bytes.to_vec();
    if claimed.len() >= 33 {
        claimed[0] = 1;
        claimed[1..33].copy_from_slice(KEY.id().as_bytes());
        assert!(verify(Context::Stub, &claimed, &KEY).is_err());
    }
    if let Ok(signed) = Signed::parse(bytes.to_vec()) {
        assert_eq!(signed.as_bytes(), bytes);
        let _ = Statement::read(signed.as_bytes());
    }
    if let Some(key) = bytes.first_chunk::<32>() {
        let _ = VerifyingKey::from_bytes(key);
    }
});
