//! Vectors of framing, JSON documents and sealed files.

use rightline::protocol::hybrid::{CaseIdentity, Identity, Recipient};
use rightline::protocol::{framing, json, sealing};
use rightline::secret::CaseSecret;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::sealer::{Sealer, drawn};
use crate::token::age_identity;
use crate::{Case, b64, bytes, text};

pub(crate) fn make() -> Vec<Case> {
    [frames(), documents(), sealed()].concat()
}

fn frames() -> Vec<Case> {
    let lengths = [
        0, 1, 4_092, 4_093, 16_380, 16_381, 65_532, 65_533, 67_580, 67_581, 100_000, 131_068,
        131_069, 524_284, 524_285, 1_000_000, 1_048_572,
    ];
    let sizes: Vec<_> = lengths
        .into_iter()
        .map(|length| json!([length, framing::framed_size(length).expect("fits")]))
        .collect();
    let framed = |content: &[u8]| framing::frame(content).expect("fits").to_vec();
    let good = |name: &str, content: &[u8]| {
        Case::accept(
            "framing",
            name,
            "F1",
            json!({
                "of": "frame", "content": b64(content), "frame": b64(&framed(content)),
            }),
        )
    };
    let bad = |name: &str, frame: Vec<u8>| {
        Case::refuse(
            "framing",
            name,
            "F3",
            json!({"of": "frame", "frame": b64(&frame)}),
        )
    };
    let changed = |place: usize, byte: u8| {
        let mut frame = framed(b"hello");
        frame[place] = byte;
        frame
    };
    vec![
        Case::accept(
            "framing",
            "sizes",
            "F1",
            json!({"of": "sizes", "sizes": sizes}),
        ),
        Case::refuse(
            "framing",
            "too-long",
            "F2",
            json!({"of": "sizes", "length": 1_048_573}),
        ),
        good("empty", b""),
        good("text", "Grüße, 世界".as_bytes()),
        good("just-fits", &[b'x'; 4_092]),
        bad("no-bytes", Vec::new()),
        bad("three-bytes", vec![0; 3]),
        bad("one-byte-less", framed(b"hello")[..4_095].to_vec()),
        bad(
            "wider-than-needed",
            framing::frame_exact(b"hello", 16_384)
                .expect("fits")
                .to_vec(),
        ),
        bad("length-beyond", changed(0, 0xff)),
        bad("length-for-a-wider-frame", changed(2, 0x10)),
        bad("padding-at-its-end", changed(4_095, 1)),
        bad("padding-at-its-start", changed(9, 1)),
    ]
}

pub(crate) fn check_frame(file: &Value) {
    let accept = file["kind"] == "accept";
    match (text(file, "of"), accept) {
        ("sizes", true) => {
            for pair in file["sizes"].as_array().expect("pairs") {
                let number = |place: usize| {
                    usize::try_from(pair[place].as_u64().expect("a number")).expect("fits")
                };
                assert_eq!(framing::framed_size(number(0)), Ok(number(1)));
                assert!(framing::is_frame_size(number(1)));
            }
        }
        ("sizes", false) => {
            let length = usize::try_from(file["length"].as_u64().expect("a number")).expect("fits");
            assert!(framing::framed_size(length).is_err());
        }
        ("frame", true) => {
            let frame = bytes(file, "frame");
            assert_eq!(
                framing::unframe(&frame),
                Ok(bytes(file, "content").as_slice())
            );
            assert_eq!(
                *framing::frame(&bytes(file, "content")).expect("fits"),
                frame
            );
        }
        ("frame", false) => assert!(framing::unframe(&bytes(file, "frame")).is_err()),
        (other, _) => panic!("unknown {other}"),
    }
}

/// The format that the documents of the folder `json` are read as.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sample {
    count: u64,
    text: String,
    list: Vec<u64>,
    inner: Inner,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Inner {
    flag: bool,
}

#[expect(
    clippy::too_many_lines,
    reason = "a list of one vector after the other"
)]
fn documents() -> Vec<Case> {
    let document = |count: &str, text: &str, list: &str, inner: &str| {
        format!(r#"{{"count":{count},"text":"{text}","list":[{list}],"inner":{inner}}}"#)
    };
    let plain = document("1", "a", "", r#"{"flag":true}"#);
    let good = |name: &str, document: &str, count: u64, text: &str| {
        Case::accept(
            "json",
            name,
            "N5",
            json!({
                "document": b64(document.as_bytes()), "count": count, "text": text,
            }),
        )
    };
    let flag = r#"{"flag":true}"#;
    let mut cases = vec![
        good("plain", &plain, 1, "a"),
        good(
            "greatest",
            &document("9007199254740991", "a", "0,1", flag),
            9_007_199_254_740_991,
            "a",
        ),
        good(
            "spaces-and-order",
            "\n{ \"text\" : \"a\",\"inner\":{\"flag\":false},\r\n\t\"list\":[], \"count\":0 } ",
            0,
            "a",
        ),
        good(
            "escapes",
            &document("1", r"\u00e9\ud83d\ude00\n\/", "", flag),
            1,
            "é😀\n/",
        ),
        good(
            "null-character",
            &document("1", r"\u0000", "", flag),
            1,
            "\0",
        ),
    ];
    let bad = [
        ("fraction", document("1.0", "a", "", flag)),
        ("exponent", document("1e2", "a", "", flag)),
        ("minus-zero", document("-0", "a", "", flag)),
        ("negative", document("1", "a", "-1", flag)),
        ("leading-zero", document("01", "a", "", flag)),
        ("too-great", document("9007199254740992", "a", "", flag)),
        ("number-as-text", document("\"1\"", "a", "", flag)),
        ("lone-high-surrogate", document("1", r"\ud800", "", flag)),
        ("lone-low-surrogate", document("1", r"\udc00", "", flag)),
        (
            "surrogates-turned-round",
            document("1", r"\ude00\ud83d", "", flag),
        ),
        ("bare-control-character", document("1", "\n", "", flag)),
        ("duplicate", plain.replacen('{', r#"{"count":1,"#, 1)),
        (
            "duplicate-by-escape",
            plain.replacen('{', r#"{"\u0063ount":1,"#, 1),
        ),
        (
            "duplicate-inside",
            document("1", "a", "", r#"{"flag":true,"flag":true}"#),
        ),
        ("unknown", plain.replacen('{', r#"{"more":1,"#, 1)),
        (
            "unknown-inside",
            document("1", "a", "", r#"{"flag":true,"more":{}}"#),
        ),
        ("missing", plain.replacen(r#""count":1,"#, "", 1)),
        ("null-for-a-number", document("null", "a", "", flag)),
        (
            "array-for-an-object",
            r#"[1,"a",[],{"flag":true}]"#.to_owned(),
        ),
        ("array-inside", document("1", "a", "", "[true]")),
        ("byte-order-mark", format!("\u{feff}{plain}")),
        ("two-documents", format!("{plain}{plain}")),
        ("trailing-comma", document("1", "a", "1,", flag)),
        ("comment", format!("{plain}//")),
        ("cut", plain[..plain.len() - 1].to_owned()),
        ("empty", String::new()),
    ];
    for (name, document) in bad {
        cases.push(Case::refuse(
            "json",
            name,
            "N5",
            json!({"document": b64(document.as_bytes())}),
        ));
    }
    let mut latin = plain.into_bytes();
    latin[19] = 0xe9;
    cases.push(Case::refuse(
        "json",
        "not-utf-8",
        "N5",
        json!({"document": b64(&latin)}),
    ));
    cases
}

pub(crate) fn check_document(file: &Value) {
    let read = json::read::<Sample>(&bytes(file, "document"));
    if file["kind"] == "accept" {
        let read = read.expect("a document");
        assert_eq!(
            (json!(read.count), json!(read.text)),
            (file["count"].clone(), file["text"].clone())
        );
        let _ = (read.list, read.inner.flag);
    } else {
        assert!(read.is_err());
    }
}

#[expect(
    clippy::too_many_lines,
    reason = "a list of one vector after the other"
)]
fn sealed() -> Vec<Case> {
    let mut sealer = Sealer::new("sealing");
    let (own, other) = (drawn("identity/1"), drawn("identity/2"));
    let recipient = |seed| {
        CaseIdentity::new(&CaseSecret::new(seed))
            .recipient()
            .clone()
    };
    let to: [Recipient; 2] = [recipient(own), recipient(other)];
    let hello = b"hello".as_slice();
    let opens = |name: &str, rule: &str, file: &[u8], plaintext: &[u8]| {
        Case::accept(
            "sealing",
            name,
            rule,
            json!({
                "of": "open", "file": b64(file), "identity": age_identity(own), "plaintext": b64(plaintext),
            }),
        )
    };
    let stays_shut = |name: &str, rule: &str, file: &[u8]| {
        Case::refuse(
            "sealing",
            name,
            rule,
            json!({
                "of": "open", "file": b64(file), "identity": age_identity(own),
            }),
        )
    };
    let shaped = |name: &str, file: &[u8], recipients: usize, plaintext: usize| {
        Case::accept(
            "sealing",
            name,
            "E5",
            json!({
                "of": "shape", "file": b64(file), "recipients": recipients, "plaintext": plaintext,
            }),
        )
    };
    let misshapen = |name: &str, rule: &str, file: &[u8]| {
        Case::refuse(
            "sealing",
            name,
            rule,
            json!({"of": "shape", "file": b64(file)}),
        )
    };
    let one = sealer.seal_with(hello, &to[..1], "");
    let two = sealer.seal_with(hello, &to, "");
    let empty = sealer.seal_with(b"", &to[..1], "");
    let chunk = sealer.seal_with(&vec![b'x'; 65_536], &to[..1], "");
    let greased = sealer.seal_with(hello, &to[..1], "-> abc-grease d e\nYWJj\n");
    let greased_twice = sealer.seal_with(hello, &to[..1], "-> a-grease\n\n-> b-grease\n\n");
    let x25519 = "-> X25519 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n";
    let foreign = sealer.seal_with(hello, &to[..1], x25519);
    let elsewhere = sealer.seal_with(hello, &to[1..], "");
    let mut low_one = [0; 32];
    low_one[0] = 1;
    let mut changed_tag = one.clone();
    let last = changed_tag.len() - 1;
    changed_tag[last] ^= 1;
    let mut changed_mac = one.clone();
    changed_mac[1_590] = if changed_mac[1_590] == b'A' {
        b'B'
    } else {
        b'A'
    };
    let mut more_after = one.clone();
    more_after.push(0);
    let mut chunk_and_tag = chunk.clone();
    chunk_and_tag.extend_from_slice(&[0; 16]);
    vec![
        opens("one", "E1", &one, hello),
        opens("two", "E1", &two, hello),
        opens("empty", "E1", &empty, b""),
        opens("grease", "E3", &greased, hello),
        stays_shut("grease-twice", "E3", &greased_twice),
        stays_shut("foreign-stanza", "E3", &foreign),
        stays_shut("to-somebody-else", "E1", &elsewhere),
        stays_shut(
            "share-of-zeros",
            "E4",
            &sealer.seal_with_share(hello, &to[0], [0; 32]),
        ),
        stays_shut(
            "share-of-order-one",
            "E4",
            &sealer.seal_with_share(hello, &to[0], low_one),
        ),
        stays_shut("cut-in-the-payload", "E1", &one[..one.len() - 1]),
        stays_shut("cut-after-the-header", "E1", &one[..1_627]),
        stays_shut("cut-in-the-header", "E1", &one[..1_000]),
        stays_shut("changed-payload", "E1", &changed_tag),
        stays_shut("changed-header-mac", "E1", &changed_mac),
        stays_shut("one-byte-more", "E1", &more_after),
        stays_shut("not-age", "E1", b"hello"),
        shaped("shape-one", &one, 1, 5),
        shaped("shape-two", &two, 2, 5),
        shaped("shape-empty", &empty, 1, 0),
        shaped("shape-whole-chunk", &chunk, 1, 65_536),
        misshapen("shape-grease", "E3", &greased),
        misshapen("shape-foreign-stanza", "E3", &foreign),
        misshapen("shape-cut", "E5", &empty[..empty.len() - 1]),
        misshapen("shape-empty-last-chunk", "E5", &chunk_and_tag),
        misshapen(
            "shape-no-stanza",
            "E3",
            &[&one[..22], &one[1_579..]].concat(),
        ),
        misshapen("shape-plain-text", "E1", b"what happened"),
    ]
}

pub(crate) fn check_sealed(file: &Value) {
    let sealed = bytes(file, "file");
    let accept = file["kind"] == "accept";
    if file["of"] == "shape" {
        let shape = sealing::shape(&sealed);
        assert_eq!(shape.is_ok(), accept);
        if let Ok(shape) = shape {
            assert_eq!(
                (json!(shape.recipients), json!(shape.plaintext)),
                (file["recipients"].clone(), file["plaintext"].clone())
            );
        }
        return;
    }
    let identity = Identity::parse(text(file, "identity")).expect("an identity");
    let opened = sealing::open(&sealed, &identity);
    assert_eq!(opened.is_ok(), accept);
    if let Ok(plaintext) = opened {
        assert_eq!(*plaintext, bytes(file, "plaintext"));
    }
}
