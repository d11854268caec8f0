//! Vectors of tokens and derivations.

use rightline::protocol::hybrid::CaseIdentity;
use rightline::protocol::token::{Token, WrongWords, key_words};
use rightline::protocol::{CaseId, MemberId, ServiceId, recovery, statement, vault};
use rightline::secret::{CaseSecret, Entropy, ExposeSecret as _, Login, Passphrase, PepperSecret};
use serde_json::{Value, json};

use crate::sealer::drawn;
use crate::{Case, hex, secret, text};

const ZEROS: &str =
    "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";
const DONOR: &str = "ozone drill grab fiber curtain grace pudding thank cruise elder eight picnic";

pub(crate) fn make() -> Vec<Case> {
    [tokens(), derivations()].concat()
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
            "recovery",
            "D12",
            json!({"of": "recovery", "seed": hex(&drawn("recovery")), "service": service}),
        ),
        make(
            "recovery-elsewhere",
            "D12",
            json!({
                "of": "recovery", "seed": hex(&drawn("recovery")),
                "service": ServiceId::new(drawn("elsewhere")),
            }),
        ),
        make(
            "key-words",
            "D13",
            json!({"of": "key-words", "key": key, "recipient": reporter.recipient()}),
        ),
        make(
            "passkey",
            "A6",
            json!({
                "of": "passkey", "prf": hex(&drawn("prf")), "service": service, "member": hex(&[5; 16]),
                "pepper": hex(&drawn("pepper of a member")),
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
        "recovery" => {
            let keys = recovery::Keys::new(&secret(file, "seed"), &service());
            let recipient = keys.identity().recipient().clone();
            json!({
                "open": *keys.open.to_hex(), "recipient": recipient, "sign": *keys.sign.to_hex(),
                "verifying_key": keys.signing_key().verifying_key(), "id": recovery::id(&recipient),
            })
        }
        "key-words" => {
            let key = text(file, "key").parse().expect("a key");
            let recipient = text(file, "recipient").parse().expect("a recipient");
            json!({"words": key_words(&key, &recipient).join(" ")})
        }
        "passkey" => {
            let member = text(file, "member").parse().expect("a member");
            let (prf, pepper) = (secret(file, "prf"), secret(file, "pepper"));
            let identity = vault::passkey_identity(&prf, &service(), &member, &pepper);
            json!({"input": vault::prf_input(&service()), "recipient": identity.recipient()})
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
