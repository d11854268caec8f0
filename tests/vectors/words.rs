//! Vectors of changes of words and of receipts.

use rightline::protocol::hybrid::{Recipient, ReporterIdentity};
use rightline::protocol::receipt::{Attest, Receipt};
use rightline::protocol::signing::{Context, Signed, SigningKey, VerifyingKey, sign};
use rightline::protocol::statement::Case as Rooted;
use rightline::protocol::token::Token;
use rightline::protocol::words::{self, Change, Reporter};
use rightline::protocol::{Anchor, CaseId, Day, Digest, ServiceId};
use rightline::secret::{Entropy, OpenSeed};
use serde_json::{Value, json};

use crate::directory::read;
use crate::sealer::{Sealer, drawn};
use crate::token::age_identity;
use crate::world::{HANDLER, Person, World, today};
use crate::{Case, b64, bytes, secret, text};

pub(crate) fn make(world: &World) -> Vec<Case> {
    [changes(world), receipts(world)].concat()
}

fn new_words(world: &World, number: u8) -> rightline::protocol::token::TokenKeys {
    Token::from_entropy(Entropy::new([0x60 + number; 16])).keys(&world.service)
}

fn changes(world: &World) -> Vec<Case> {
    let anchor = world.report.statement.anchor();
    let case = world.report.id();
    let mut sealer = Sealer::new("keeps");
    let old = world.token.keys(&world.service);
    let (one, two) = (new_words(world, 1), new_words(world, 2));
    let mut keep = |anchor: &Anchor, old: &OpenSeed, new: &Recipient| {
        sealer
            .seal(
                &words::keep_plaintext(anchor, old),
                std::slice::from_ref(new),
            )
            .expect("seals")
    };
    let keep_one = keep(&anchor, &old.open, one.identity().recipient());
    let keep_two = keep(&anchor, &one.open, two.identity().recipient());
    let foreign = keep(&Anchor::new([1; 32]), &old.open, one.identity().recipient());
    let change = |number: u64,
                  previous: Digest,
                  new: &rightline::protocol::token::TokenKeys,
                  after,
                  keep: &[u8]| Change {
        service: world.service,
        case,
        number,
        previous,
        lookup: new.lookup.digest(),
        reporter_recipient: new.identity().recipient().clone(),
        reporter_key: new.signing_key().verifying_key(),
        after,
        keep: Digest::of(keep),
        day: today(),
    };
    let first_change = change(1, case.into(), &one, 2, &keep_one);
    let first = first_change.sign(&world.key());
    let second_change = change(2, first.digest(), &two, 3, &keep_two);
    let second = second_change.sign(&one.signing_key());
    let make = |kind: &str, name: &str, rule: &str, changes: &[&Signed]| {
        let mut content =
            json!({"of": "changes", "statement": world.report.signed, "changes": changes});
        content["expected"] = reporter_after(&content).0;
        Case::new("words", name, rule, kind, content)
    };
    let bad = |name: &str, signer: &SigningKey, alter: &dyn Fn(&mut Change)| {
        let mut altered = second_change.clone();
        alter(&mut altered);
        make("refuse", name, "W1", &[&first, &altered.sign(signer)])
    };
    let kept = |kind: &str, name: &str, file: &[u8], seed: &OpenSeed, expected: &OpenSeed| {
        use rightline::secret::ExposeSecret as _;
        Case::new(
            "words",
            name,
            "W3",
            kind,
            json!({
                "of": "keep", "file": b64(file), "identity": age_identity(*seed.expose_secret()),
                "open": *seed.to_hex(), "anchor": anchor, "seed": *expected.to_hex(),
            }),
        )
    };
    vec![
        make("accept", "no-change", "M9", &[]),
        make("accept", "one-change", "W1", &[&first]),
        make("accept", "two-changes", "W1", &[&first, &second]),
        bad("signed-by-the-first-words", &world.key(), &|_| {}),
        bad("signed-by-the-new-words", &two.signing_key(), &|_| {}),
        bad("skips-a-number", &one.signing_key(), &|one| one.number = 3),
        bad("after-another", &one.signing_key(), &|one| {
            one.previous = case.into();
        }),
        bad("of-another-case", &one.signing_key(), &|one| {
            one.case = CaseId::new([1; 32]);
        }),
        bad("of-another-service", &one.signing_key(), &|one| {
            one.service = ServiceId::new([1; 32]);
        }),
        kept("accept", "keep-first", &keep_one, &one.open, &old.open),
        kept("accept", "keep-second", &keep_two, &two.open, &one.open),
        kept("refuse", "keep-to-others", &keep_two, &one.open, &old.open),
        kept(
            "refuse",
            "keep-of-another-report",
            &foreign,
            &one.open,
            &old.open,
        ),
    ]
}

/// Who the reporter is after the changes, and how many were refused.
fn reporter_after(file: &Value) -> (Value, usize) {
    let case = Rooted::read(&bytes(file, "statement")).expect("a statement");
    let mut reporter = Reporter::begin(&case);
    let changes: Vec<Signed> = read(&file["changes"]);
    let refused = changes
        .iter()
        .filter(|change| reporter.add(change).is_err())
        .count();
    let keys: Vec<Value> = (1..=5)
        .map(|sequence| json!([sequence, reporter.key_at(sequence)]))
        .collect();
    let after = json!({
        "changes": reporter.changes(), "lookup": reporter.lookup(), "recipient": reporter.recipient(),
        "key": reporter.key(), "keys_at": keys,
    });
    (after, refused)
}

pub(crate) fn check_words(file: &Value) {
    let accept = file["kind"] == "accept";
    if file["of"] == "changes" {
        let (expected, refused) = reporter_after(file);
        assert_eq!(expected, file["expected"]);
        assert_eq!(refused, usize::from(!accept));
        return;
    }
    let identity = ReporterIdentity::new(&secret(file, "open"));
    let seed = words::open_keep(&bytes(file, "file"), &identity, &read(&file["anchor"]));
    assert_eq!(seed.is_ok(), accept);
    if let Ok(seed) = seed {
        assert_eq!(*seed.to_hex(), text(file, "seed"));
    }
}

fn receipts(world: &World) -> Vec<Case> {
    let case = world.report.id();
    let service_key = Person("service").key();
    let receipt = Receipt {
        service: world.service,
        case,
        day: today(),
    };
    let make = |kind: &str, name: &str, receipt: &Receipt, signer: &SigningKey| {
        Case::new(
            "receipt",
            name,
            "V1",
            kind,
            json!({
                "of": "receipt", "document": receipt.sign(signer), "service": world.service, "case": case,
                "key": service_key.verifying_key(), "day": today(),
            }),
        )
    };
    let challenge = Digest::new(drawn("challenge of a member"));
    let attest = Attest {
        service: world.service,
        case,
        challenge,
        day: today(),
    };
    let proof = |kind: &str, name: &str, attest: &Attest, signer: &SigningKey| {
        Case::new(
            "receipt",
            name,
            "V2",
            kind,
            json!({
                "of": "attest", "document": attest.sign(signer), "service": world.service, "case": case,
                "key": world.report.statement.reporter_key, "challenge": challenge, "day": today(),
                "statement": world.report.signed,
            }),
        )
    };
    let context = |name: &str, document: &Signed| {
        Case::refuse(
            "receipt",
            name,
            "G4",
            json!({
                "of": "receipt", "document": document, "service": world.service, "case": case,
                "key": service_key.verifying_key(), "day": today(),
            }),
        )
    };
    vec![
        make("accept", "receipt", &receipt, &service_key),
        make("refuse", "receipt-by-another-key", &receipt, &HANDLER.key()),
        make(
            "refuse",
            "receipt-of-another-case",
            &Receipt {
                case: CaseId::new([1; 32]),
                ..receipt
            },
            &service_key,
        ),
        make(
            "refuse",
            "receipt-of-another-service",
            &Receipt {
                service: ServiceId::new([1; 32]),
                ..receipt
            },
            &service_key,
        ),
        context(
            "receipt-in-another-context",
            &sign(Context::Attest, &service_key, &receipt),
        ),
        proof("accept", "attest", &attest, &world.key()),
        proof("refuse", "attest-by-another-key", &attest, &HANDLER.key()),
        proof(
            "refuse",
            "attest-to-another-challenge",
            &Attest {
                challenge: Digest::ZERO,
                ..attest
            },
            &world.key(),
        ),
        proof(
            "refuse",
            "attest-of-another-case",
            &Attest {
                case: CaseId::new([1; 32]),
                ..attest
            },
            &world.key(),
        ),
    ]
}

pub(crate) fn check_receipt(file: &Value) {
    let (document, service, case): (Signed, ServiceId, CaseId) = (
        read(&file["document"]),
        read(&file["service"]),
        read(&file["case"]),
    );
    let key: VerifyingKey = read(&file["key"]);
    let day: Option<Day> = if file["of"] == "receipt" {
        Receipt::read(&document, &service, &case, &key)
            .ok()
            .map(|receipt| receipt.day)
    } else {
        let challenge = read(&file["challenge"]);
        Attest::read(&document, &service, &case, &challenge, &key)
            .ok()
            .map(|attest| attest.day)
    };
    assert_eq!(day.is_some(), file["kind"] == "accept");
    if let Some(day) = day {
        assert_eq!(json!(day), file["day"]);
    }
}
