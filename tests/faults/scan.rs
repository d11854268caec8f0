//! Canaries: strings that nobody else would write, and the search for them in whatever a service leaves.

use std::path::Path;

use aho_corasick::AhoCorasick;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rightline::ambient::Random;
use rightline::protocol::token::Token;

/// Shorter needles would be found by chance.
const SHORTEST: usize = 8;

/// What must be found nowhere, under names that tell where it was sent.
#[derive(Default)]
pub(crate) struct Canaries {
    needles: Vec<(String, Vec<u8>)>,
}

impl Canaries {
    /// A new text, to be sent once.
    pub(crate) fn text(&mut self, name: &str) -> String {
        let text = format!("canary{}", hex::encode(Random.bytes::<10>()));
        self.add(name, text.as_bytes());
        text
    }

    /// Adds bytes as they are, in hex, in base64 wherever they begin, and as UTF-16.
    pub(crate) fn add(&mut self, name: &str, bytes: &[u8]) {
        let lower = hex::encode(bytes);
        let mut forms = vec![
            ("", bytes.to_vec()),
            (" in hex", lower.clone().into_bytes()),
            (" in HEX", lower.to_uppercase().into_bytes()),
            (
                " in UTF-16",
                bytes.iter().flat_map(|byte| [*byte, 0]).collect(),
            ),
        ];
        for before in 0..3_usize {
            let text = STANDARD.encode([&[0; 2][..before], bytes].concat());
            // Letters that other bytes have a part in.
            let first = (before * 8).div_ceil(6);
            let last = (before + bytes.len()) * 8 / 6;
            forms.push((" in base64", text.as_bytes()[first..last].to_vec()));
        }
        for (form, needle) in forms {
            assert!(needle.len() >= SHORTEST, "{name}");
            self.needles.push((format!("{name}{form}"), needle));
        }
    }

    /// Adds a token: its words in any writing, its bytes, and what it yields for a service.
    pub(crate) fn token(
        &mut self,
        name: &str,
        token: &Token,
        service: &rightline::protocol::ServiceId,
    ) {
        use rightline::secret::ExposeSecret as _;
        let words = token.words();
        for between in [
            " ", "+", "%20", ",", ", ", "\n", "\r\n", "-", "\", \"", "\",\"",
        ] {
            for three in words.windows(3) {
                let name = format!("three words of {name}");
                self.needles.push((name, three.join(between).into_bytes()));
            }
        }
        let keys = token.keys(service);
        self.add(
            &format!("{name}, its bytes"),
            token.entropy().expose_secret(),
        );
        self.add(&format!("{name}, its lookup"), keys.lookup.expose_secret());
        self.add(
            &format!("{name}, its signing seed"),
            keys.sign.expose_secret(),
        );
        self.add(
            &format!("{name}, its opening seed"),
            keys.open.expose_secret(),
        );
    }

    /// Which canaries are in files of these folders, or in these files.
    pub(crate) fn found_in(&self, places: &[&Path]) -> Vec<String> {
        let needles = self.needles.iter().map(|(_, needle)| needle);
        let patterns = AhoCorasick::new(needles).unwrap();
        let mut found = Vec::new();
        let mut files = 0;
        let mut open: Vec<_> = places.iter().map(|place| place.to_path_buf()).collect();
        while let Some(place) = open.pop() {
            if place.is_dir() {
                open.extend(
                    std::fs::read_dir(&place)
                        .unwrap()
                        .map(|entry| entry.unwrap().path()),
                );
                continue;
            }
            // Sockets cannot be read, and files of a running database may go.
            let Ok(bytes) = std::fs::read(&place) else {
                continue;
            };
            files += 1;
            for hit in patterns.find_overlapping_iter(&bytes) {
                let (name, _) = &self.needles[hit.pattern().as_usize()];
                found.push(format!("{name} in {}", place.display()));
            }
        }
        assert!(files > 0, "nothing was searched");
        found.sort();
        found.dedup();
        found
    }
}

#[test]
fn a_canary_is_found_in_every_writing() {
    let folder = tempfile::tempdir().unwrap();
    let mut canaries = Canaries::default();
    let text = canaries.text("text");
    let token = Token::from_entropy(rightline::secret::Entropy::new(Random.bytes()));
    canaries.token("token", &token, &rightline::protocol::ServiceId::ZERO);
    let file = folder.path().join("deep/file");
    std::fs::create_dir(folder.path().join("deep")).unwrap();
    std::fs::write(&file, b"nothing").unwrap();
    assert_eq!(canaries.found_in(&[folder.path()]), Vec::<String>::new());
    let utf_16: Vec<u8> = text.bytes().flat_map(|byte| [byte, 0]).collect();
    let mut written = vec![
        text.clone().into_bytes(),
        hex::encode(&text).into_bytes(),
        hex::encode_upper(&text).into_bytes(),
        utf_16,
        token.words().join(" ").into_bytes(),
        token.words()[5..9].join("+").into_bytes(),
        token
            .keys(&rightline::protocol::ServiceId::ZERO)
            .lookup
            .to_hex()
            .as_bytes()
            .to_vec(),
    ];
    for before in ["", "a", "ab", "abc"] {
        written.push(
            STANDARD
                .encode(format!("{before}{text}{before}"))
                .into_bytes(),
        );
    }
    for bytes in written {
        std::fs::write(&file, [b"before".as_slice(), &bytes, b"after"].concat()).unwrap();
        assert!(
            !canaries.found_in(&[folder.path()]).is_empty(),
            "{}",
            String::from_utf8_lossy(&bytes)
        );
    }
}
