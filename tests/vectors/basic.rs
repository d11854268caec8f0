//! Vectors of tokens, derivations, framing, JSON and sealing.

use rightline::protocol::hybrid::{CaseIdentity, Identity, Recipient};
use rightline::protocol::token::{Token, WrongWords};
use rightline::protocol::{CaseId, MemberId, ServiceId, framing, json, sealing, statement, vault};
use rightline::secret::{CaseSecret, Entropy, ExposeSecret as _, Login, Passphrase, PepperSecret};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::sealer::{Sealer, drawn};
use crate::{Case, b64, bytes, hex, secret, text};

const ZEROS: &str =
    "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";
const DONOR: &str = "ozone drill grab fiber curtain grace pudding thank cruise elder eight picnic";

pub(crate) fn make() -> Vec<Case> {
    [tokens(), derivations(), frames(), documents(), sealed()].concat()
}

fn token(entropy: [u8; 16]) -> Token {
    Token::from_entropy(Entropy::new(entropy))
}

fn tokens() -> Vec<Case> {
    let donor = Token::parse(DONOR).expect("a token");
    let good = |name: &str, rule: &str, input: &str, token: &Token| {
        Case::accept(
            "token",
            name,
            rule,
            json!({
                "entropy": *token.entropy().to_hex(), "input": input, "words": *token.to_text(),
            }),
        )
    };
    let numbered: Vec<String> = (1..)
        .zip(donor.words())
        .map(|(number, word)| {
            format!(
                "{number}. {word}
"
            )
        })
        .collect();
    let numbered = numbered.concat();
    let cut = donor
        .words()
        .map(|word| &word[..word.len().min(4)])
        .join("-");
    let bad = |name: &str, input: &str, error: Value| {
        let mut case = Case::refuse("token", name, "T2", json!({"input": input}));
        case.set("error", error);
        case
    };
    vec![
        good("zeros", "T1", ZEROS, &token([0; 16])),
        good(
            "ones",
            "T1",
            "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong",
            &token([0xff; 16]),
        ),
        good("donor", "T1", DONOR, &donor),
        good("upper-case", "T2", &DONOR.to_uppercase(), &donor),
        good("numbered-lines", "T2", &numbered, &donor),
        good("cut-and-hyphens", "T2", &cut, &donor),
        good(
            "commas-tabs-stops",
            "T2",
            &format!("\t{}.\r\n", DONOR.replace(' ', ",\t ")),
            &donor,
        ),
        bad(
            "eleven",
            DONOR.trim_end_matches(" picnic"),
            json!({"kind": "count", "count": 11}),
        ),
        bad(
            "thirteen",
            &format!("{DONOR} zoo"),
            json!({"kind": "count", "count": 13}),
        ),
        bad("empty", " ,.- 12 ", json!({"kind": "count", "count": 0})),
        bad(
            "unknown-word",
            &DONOR.replace("grab", "grub"),
            json!({"kind": "unknown-word", "index": 2}),
        ),
        bad(
            "cut-to-three",
            &DONOR.replace("ozone", "ozo"),
            json!({"kind": "unknown-word", "index": 0}),
        ),
        bad(
            "cut-to-five",
            &DONOR.replace("pudding", "puddi"),
            json!({"kind": "unknown-word", "index": 6}),
        ),
        bad(
            "kelvin-sign",
            &DONOR.replace("thank", "than\u{212a}"),
            json!({"kind": "unknown-word", "index": 7}),
        ),
        bad(
            "unknown-before-count",
            "ozone nonsense",
            json!({"kind": "unknown-word", "index": 1}),
        ),
        bad(
            "swapped",
            &DONOR.replace("ozone drill", "drill ozone"),
            json!({"kind": "checksum"}),
        ),
        bad(
            "wrong-last",
            &DONOR.replace("picnic", "ozone"),
            json!({"kind": "checksum"}),
        ),
    ]
}

pub(crate) fn check_token(file: &Value) {
    let read = Token::parse(text(file, "input"));
    if file["kind"] == "accept" {
        let token = read.expect("a token");
        assert_eq!(*token.entropy().to_hex(), text(file, "entropy"));
        assert_eq!(*token.to_text(), text(file, "words"));
        return;
    }
    let expected = match read.expect_err("no token") {
        WrongWords::Count(count) => json!({"kind": "count", "count": count}),
        WrongWords::UnknownWord(index) => json!({"kind": "unknown-word", "index": index}),
        WrongWords::Checksum => json!({"kind": "checksum"}),
    };
    assert_eq!(file["error"], expected);
}

fn derivations() -> Vec<Case> {
    let service = ServiceId::new(drawn("service"));
    let (one, two) = (drawn("identity/1"), drawn("identity/2"));
    let case = CaseIdentity::new(&CaseSecret::new(one));
    let reporter = CaseIdentity::new(&CaseSecret::new(two));
    let key = token([7; 16]).keys(&service).signing_key().verifying_key();
    let make = |name: &str, rule: &str, mut inputs: Value| {
        let derived = derive(&inputs);
        inputs
            .as_object_mut()
            .expect("an object")
            .extend(derived.as_object().expect("an object").clone());
        Case::accept("derivation", name, rule, inputs)
    };
    vec![
        make(
            "token",
            "T3",
            json!({"of": "token", "entropy": hex(&[7; 16]), "service": service}),
        ),
        make(
            "token-elsewhere",
            "T3",
            json!({
                "of": "token", "entropy": hex(&[7; 16]), "service": ServiceId::new(drawn("elsewhere")),
            }),
        ),
        make(
            "identity",
            "E2",
            json!({"of": "identity", "seed": hex(&one)}),
        ),
        make(
            "anchor",
            "R2",
            json!({
                "of": "anchor", "service": service, "case_recipient": case.recipient(),
                "reporter_recipient": reporter.recipient(), "reporter_key": key,
            }),
        ),
        make(
            "reference",
            "S3",
            json!({"of": "reference", "case": CaseId::new(drawn("case"))}),
        ),
        make(
            "service-words",
            "D1",
            json!({"of": "service-words", "service": service}),
        ),
        make(
            "pepper",
            "A3",
            json!({
                "of": "pepper", "secret": hex(&drawn("pepper")), "member": hex(&[5; 16]), "login": hex(&drawn("login")),
            }),
        ),
        make(
            "vault",
            "A2",
            json!({
                "of": "vault", "passphrase": "Ｃorrect hörse ﬁve", "salt": hex(&[9; 16]), "service": service,
                "member": hex(&[5; 16]), "pepper": hex(&drawn("pepper of a member")),
            }),
        ),
    ]
}

/// What follows from the inputs of a derivation.
fn derive(file: &Value) -> Value {
    let service = || {
        text(file, "service")
            .parse::<ServiceId>()
            .expect("a service")
    };
    match text(file, "of") {
        "token" => {
            let keys = Token::from_entropy(secret(file, "entropy")).keys(&service());
            json!({
                "lookup": *keys.lookup.to_hex(), "lookup_digest": keys.lookup.digest(),
                "sign": *keys.sign.to_hex(), "verifying_key": keys.signing_key().verifying_key(),
                "open": *keys.open.to_hex(), "recipient": keys.identity().recipient(),
            })
        }
        "identity" => {
            let seed: CaseSecret = secret(file, "seed");
            let identity = CaseIdentity::new(&seed);
            json!({"identity": age_identity(*seed.expose_secret()), "recipient": identity.recipient()})
        }
        "anchor" => json!({"anchor": statement::anchor(
            &service(),
            &text(file, "case_recipient").parse().expect("a recipient"),
            &text(file, "reporter_recipient").parse().expect("a recipient"),
            &text(file, "reporter_key").parse().expect("a key"),
        )}),
        "reference" => {
            let case: CaseId = text(file, "case").parse().expect("a case");
            json!({"reference": case.reference().to_string()})
        }
        "service-words" => json!({"words": service().words().join(" ")}),
        "pepper" => {
            let (key, member): (PepperSecret, MemberId) = (
                secret(file, "secret"),
                text(file, "member").parse().expect("a member"),
            );
            let login: Login = secret(file, "login");
            json!({
                "pepper": *vault::pepper(&key, &member).to_hex(),
                "login_digest": vault::login_digest(&key, &member, &login),
            })
        }
        "vault" => {
            let salt: Entropy = secret(file, "salt");
            let passphrase = Passphrase::new(text(file, "passphrase").to_owned());
            let stretched = vault::Stretched::new(&passphrase, salt.expose_secret());
            let member = text(file, "member").parse().expect("a member");
            let identity = stretched.identity(&service(), &member, &secret(file, "pepper"));
            json!({"login": *stretched.login(&service()).to_hex(), "recipient": identity.recipient()})
        }
        other => panic!("unknown derivation {other}"),
    }
}

pub(crate) fn check_derivation(file: &Value) {
    for (name, value) in derive(file).as_object().expect("an object") {
        assert_eq!(&file[name], value, "{name}");
    }
}

/// An identity as age writes it.
pub(crate) fn age_identity(seed: [u8; 32]) -> String {
    let prefix = bech32::Hrp::parse("AGE-SECRET-KEY-PQ-").expect("a prefix");
    bech32::encode_upper::<bech32::Bech32>(prefix, &seed).expect("encodes")
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
