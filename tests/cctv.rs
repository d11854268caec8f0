//! The public age test vectors for hybrid recipients (C2SP/CCTV), from the npm package `cctv-age`.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use miniz_oxide::inflate::decompress_to_vec_zlib;
use rightline::protocol::hybrid::Identity;
use rightline::protocol::sealing;
use sha2::{Digest as _, Sha256};

/// Where the protocol is stricter than age: other kinds of stanza refuse the header, two of grease too (E3).
const STRICTER: [&str; 2] = ["hybrid_and_x25519", "hybrid_grease"];

#[test]
fn the_public_vectors_for_hybrid_recipients_hold() {
    let vectors = hybrid_vectors();
    assert!(vectors.len() >= 18, "only {} vectors", vectors.len());
    for (name, vector) in vectors {
        let (header, file) = split(&vector);
        let field = |wanted: &str| {
            header
                .lines()
                .find_map(|line| line.strip_prefix(wanted)?.strip_prefix(": "))
        };
        let identities: Vec<Identity> = header
            .lines()
            .filter_map(|line| Identity::parse(line.strip_prefix("identity: ")?).ok())
            .collect();
        let inflated = field("compressed").map(|_| decompress_to_vec_zlib(file).expect("zlib"));
        let file = inflated.as_deref().unwrap_or(file);
        let opened = identities
            .iter()
            .find_map(|identity| sealing::open(file, identity).ok());
        let success = field("expect") == Some("success") && !STRICTER.contains(&name.as_str());
        eprintln!(
            "{name}: expected {:?}, opened {}",
            field("expect"),
            opened.is_some()
        );
        assert_eq!(opened.is_some(), success, "{name}");
        if let Some(plaintext) = opened {
            let digest = hex::encode(Sha256::digest(&*plaintext));
            assert_eq!(field("payload"), Some(digest.as_str()), "{name}");
        }
    }
}

/// Every vector whose name begins with `hybrid`, taken out of the package's script.
fn hybrid_vectors() -> Vec<(String, Vec<u8>)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("web/node_modules/cctv-age/index.js");
    let script =
        std::fs::read_to_string(path).expect("install the web packages first: npm ci in web/");
    script
        .split("// ../testdata/")
        .skip(1)
        .filter(|entry| entry.starts_with("hybrid"))
        .map(|entry| {
            let name = entry.lines().next().expect("a name").to_owned();
            let encoded = entry.split('"').nth(1).expect("a text");
            (name, STANDARD.decode(encoded).expect("base64"))
        })
        .collect()
}

fn split(vector: &[u8]) -> (&str, &[u8]) {
    let end = vector
        .windows(2)
        .position(|two| two == b"\n\n")
        .expect("a header");
    (
        std::str::from_utf8(&vector[..end]).expect("text"),
        &vector[end + 2..],
    )
}
