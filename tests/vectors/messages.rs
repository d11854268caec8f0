//! Vectors of messages, changes of words, receipts, the mailbox, vaults and rings.

use rightline::protocol::bytes::Blob;
use rightline::protocol::directory::Directory;
use rightline::protocol::hybrid::{
    CaseIdentity, Identity, MemberIdentity, Recipient, ReporterIdentity, VaultIdentity,
};
use rightline::protocol::mailbox::{self, Act};
use rightline::protocol::message::{
    Conversation, Copy, Entry, Item, Kind, Message, Next, Place, Seen, Signers, Stage, Stub,
    Warning, Written, stage_in_force, write_with,
};
use rightline::protocol::receipt::{Attest, Receipt};
use rightline::protocol::signing::{Context, Signed, SigningKey, VerifyingKey, sign};
use rightline::protocol::statement::Case as Rooted;
use rightline::protocol::token::Token;
use rightline::protocol::vault::{Ring, RingCase, Vault};
use rightline::protocol::words::{self, Change, Reporter};
use rightline::protocol::{Anchor, CaseId, Day, Digest, MemberId, ServiceId};
use rightline::secret::{CaseSecret, Entropy, Lookup, OpenSeed, SignSeed};
use serde_json::{Value, json};

use crate::basic::age_identity;
use crate::rooted::{directory, read};
use crate::sealer::{Sealer, drawn};
use crate::world::{HANDLER, HANDLER_2, LEAD, Person, World, day, today};
use crate::{Case, b64, bytes, secret, text};

pub(crate) fn make(world: &World) -> Vec<Case> {
    [
        conversations(world),
        changes(world),
        receipts(world),
        requests(world),
        vaults(world),
    ]
    .concat()
}

/// A conversation as it is being written.
struct Talk<'a> {
    world: &'a World,
    sealer: Sealer,
    to: Vec<Written>,
    from: Vec<Written>,
}

impl<'a> Talk<'a> {
    fn new(world: &'a World, label: &str) -> Self {
        Self {
            world,
            sealer: Sealer::new(format!("conversation/{label}")),
            to: Vec::new(),
            from: Vec::new(),
        }
    }

    fn place(&self, own: &[Written], other: &[Written]) -> Place {
        let digest = |written: Option<&Written>| {
            written.map_or(Digest::ZERO, |written| written.stub.digest())
        };
        Place {
            service: self.world.service,
            case: self.world.report.id(),
            epoch: 0,
            sequence: own.len() as u64 + 1,
            previous: digest(own.last()),
            seen: Seen {
                sequence: other.len() as u64,
                digest: digest(other.last()),
            },
            serial: 2,
            day: today(),
        }
    }

    fn member(
        &mut self,
        by: Person,
        message: &Message,
        change: impl FnOnce(&mut Place),
    ) -> &mut Self {
        let mut place = self.place(&self.to, &self.from);
        change(&mut place);
        let statement = &self.world.report.statement;
        let to = Some((by.id(), &statement.reporter_recipient));
        let sealer = &mut self.sealer;
        let written = write_with(
            &place,
            to,
            &by.key(),
            &statement.case_recipient,
            message,
            |plain, to| sealer.seal(plain, to),
        );
        self.to.push(written.expect("writes"));
        self
    }

    fn reporter(&mut self, body: &str, change: impl FnOnce(&mut Place)) -> &mut Self {
        let mut place = self.place(&self.from, &self.to);
        change(&mut place);
        let statement = &self.world.report.statement;
        let message = Message {
            body: body.to_owned(),
            ..Message::default()
        };
        let sealer = &mut self.sealer;
        let written = write_with(
            &place,
            None,
            &self.world.key(),
            &statement.case_recipient,
            &message,
            |plain, to| sealer.seal(plain, to),
        );
        self.from.push(written.expect("writes"));
        self
    }

    /// The conversation as the reporter or a member gets it.
    fn vector(&self, name: &str, rule: &str, copy: Copy) -> Case {
        let entry = |written: &Written, file: Option<&Vec<u8>>| json!({"stub": written.stub, "file": file.map(|file| b64(file))});
        let to: Vec<Value> = self
            .to
            .iter()
            .map(|one| match copy {
                Copy::Case => entry(one, Some(&one.case_file)),
                Copy::Reporter => entry(one, one.reporter_file.as_ref()),
            })
            .collect();
        let from: Vec<Value> = self
            .from
            .iter()
            .map(|one| entry(one, (copy == Copy::Case).then_some(&one.case_file)))
            .collect();
        let identity = match copy {
            Copy::Case => age_identity(World::case_seed()),
            Copy::Reporter => age_identity(open_seed(&self.world.token, &self.world.service)),
        };
        let content = json!({
            "directory": self.world.second.json(), "service": self.world.service,
            "case": self.world.report.id(), "statement": self.world.report.signed,
            "reader": if copy == Copy::Case { "member" } else { "reporter" }, "identity": identity,
            "to_reporter": to, "from_reporter": from,
        });
        expecting("messages", name, rule, content)
    }
}

fn open_seed(token: &Token, service: &ServiceId) -> [u8; 32] {
    use rightline::secret::ExposeSecret as _;
    *token.keys(service).open.expose_secret()
}

/// A conversation with what reading it gives.
fn expecting(folder: &str, name: &str, rule: &str, mut content: Value) -> Case {
    let (expected, clean) = outcome(&content);
    content["expected"] = expected;
    Case::new(
        folder,
        name,
        rule,
        if clean { "accept" } else { "refuse" },
        content,
    )
}

struct Known {
    directory: Directory,
    reporter: VerifyingKey,
}

impl Signers for Known {
    fn member(&self, serial: u64, author: &MemberId) -> Option<VerifyingKey> {
        (serial == self.directory.root().serial)
            .then(|| self.directory.key_of(author).copied())
            .flatten()
    }

    fn reporter(&self, _: u64) -> VerifyingKey {
        self.reporter
    }
}

/// What a reader gets from a conversation, and whether it is without any warning.
fn outcome(file: &Value) -> (Value, bool) {
    let case = Rooted::read(&bytes(file, "statement")).expect("a statement");
    let signers = Known {
        directory: directory(&file["directory"]).expect("a directory"),
        reporter: case.statement.reporter_key,
    };
    let identity = Identity::parse(text(file, "identity")).expect("an identity");
    let copy = if file["reader"] == "member" {
        Copy::Case
    } else {
        Copy::Reporter
    };
    let conversation = Conversation {
        service: read(&file["service"]),
        case: read(&file["case"]),
        epoch_days: &[],
        copy,
        identities: &[&identity],
        signers: &signers,
    };
    let entries = |member: &str| -> Vec<Entry> {
        let list = file[member].as_array().expect("a list").iter();
        list.map(|entry| Entry {
            stub: read(&entry["stub"]),
            file: entry["file"].as_str().map(|_| bytes(entry, "file")),
        })
        .collect()
    };
    let (to, from) = conversation.read(&entries("to_reporter"), &entries("from_reporter"));
    let clean = to.iter().chain(&from).all(|item| item.warnings.is_empty());
    let stage = stage_in_force(to.iter().filter_map(|item| item.stub.as_ref()));
    let describe = |items: &[Item]| items.iter().map(described).collect::<Vec<_>>();
    (
        json!({"to_reporter": describe(&to), "from_reporter": describe(&from), "stage": stage}),
        clean,
    )
}

fn described(item: &Item) -> Value {
    let mut warnings: Vec<&str> = item
        .warnings
        .iter()
        .map(|warning| match warning {
            Warning::Stub(_) => "stub",
            Warning::File(_) => "file",
            Warning::Gap => "gap",
            Warning::Previous => "previous",
            Warning::Seen => "seen",
            Warning::EarlierEpoch => "earlier-epoch",
        })
        .collect();
    warnings.sort_unstable();
    json!({
        "sequence": item.sequence, "author": item.stub.as_ref().and_then(|stub| stub.author),
        "kind": item.content.as_ref().map(|content| content.kind.shown()),
        "body": item.content.as_ref().map(|content| &content.body), "warnings": warnings,
    })
}

pub(crate) fn check_conversation(file: &Value) {
    let (expected, clean) = outcome(file);
    assert_eq!(expected, file["expected"]);
    assert_eq!(clean, file["kind"] == "accept");
}

fn acknowledgement() -> Message {
    Message {
        kind: Kind::known("acknowledgement").expect("known"),
        body: "Thank you. We have read your report.".to_owned(),
        next: Next {
            what: "We decide who looks into it.".to_owned(),
            by: Some(day("2026-12-01")),
        },
        stage: Some(Stage::Acknowledged),
        ..Message::default()
    }
}

fn question() -> Message {
    Message {
        kind: Kind::known("question").expect("known"),
        body: "Who else was there?\u{202e} <b>x</b>".to_owned(),
        ..Message::default()
    }
}

fn whole<'a>(world: &'a World, label: &str) -> Talk<'a> {
    let mut talk = Talk::new(world, label);
    talk.member(HANDLER, &acknowledgement(), |_| {})
        .reporter("Thank you.", |_| {})
        .member(HANDLER_2, &question(), |_| {})
        .reporter("Nobody.", |_| {});
    talk
}

#[expect(
    clippy::too_many_lines,
    reason = "a list of one vector after the other"
)]
fn conversations(world: &World) -> Vec<Case> {
    let mut cases = vec![
        whole(world, "whole").vector("whole-for-a-member", "M4", Copy::Case),
        whole(world, "whole").vector("whole-for-the-reporter", "M4", Copy::Reporter),
        Talk::new(world, "empty").vector("none-yet", "M7", Copy::Reporter),
    ];
    let mut bad = |name: &str, rule: &str, copy: Copy, change: &dyn Fn(&mut Talk<'_>)| {
        let mut talk = whole(world, name);
        change(&mut talk);
        cases.push(talk.vector(name, rule, copy));
    };
    bad("one-withheld", "M5", Copy::Case, &|talk| {
        talk.to.remove(0);
    });
    bad("last-withheld", "M5", Copy::Reporter, &|talk| {
        talk.to.remove(1);
    });
    bad("served-out-of-order", "M5", Copy::Case, &|talk| {
        talk.from.reverse();
    });
    bad("one-twice", "M5", Copy::Case, &|talk| {
        let again = talk.from[0].clone();
        talk.from.insert(0, again);
    });
    bad("one-replaced-by-its-author", "M5", Copy::Case, &|talk| {
        let rest = talk.to.split_off(1);
        talk.to.clear();
        let kept = talk.from.split_off(0);
        talk.member(HANDLER, &question(), |_| {});
        talk.to.extend(rest);
        talk.from = kept;
    });
    bad("files-exchanged", "M4", Copy::Reporter, &|talk| {
        let file = talk.to[0].reporter_file.clone();
        talk.to[1].reporter_file = file;
    });
    bad(
        "copy-of-the-other-audience",
        "M4",
        Copy::Reporter,
        &|talk| {
            let file = talk.to[0].case_file.clone();
            talk.to[0].reporter_file = Some(file);
        },
    );
    bad("one-poisoned-among-good-ones", "M4", Copy::Case, &|talk| {
        let file = &mut talk.to[0].case_file;
        let last = file.len() - 1;
        file[last] ^= 1;
    });
    bad("stub-changed", "M4", Copy::Case, &|talk| {
        let mut stub = talk.to[1].stub.as_bytes().to_vec();
        stub[50] ^= 1;
        talk.to[1].stub = Signed::parse(stub).expect("a layout");
    });
    bad("stub-by-a-stranger", "M4", Copy::Reporter, &|talk| {
        talk.member(LEAD, &question(), |_| {});
    });
    bad("stub-by-an-unknown-root", "D9", Copy::Reporter, &|talk| {
        talk.member(HANDLER, &question(), |place| place.serial = 9);
    });
    bad("stub-of-another-case", "M4", Copy::Reporter, &|talk| {
        talk.member(HANDLER, &question(), |place| {
            place.case = CaseId::new([1; 32]);
        });
    });
    bad("stub-of-another-service", "M4", Copy::Reporter, &|talk| {
        talk.member(HANDLER, &question(), |place| {
            place.service = ServiceId::new([1; 32]);
        });
    });
    bad("seen-what-nobody-sent", "M5", Copy::Case, &|talk| {
        talk.member(HANDLER, &question(), |place| {
            place.seen = Seen {
                sequence: 3,
                digest: Digest::new([1; 32]),
            }
        });
    });
    bad("seen-another-than-was-sent", "M5", Copy::Case, &|talk| {
        talk.member(HANDLER, &question(), |place| {
            place.seen.digest = Digest::new([1; 32]);
        });
    });
    bad("follows-another", "M5", Copy::Case, &|talk| {
        talk.reporter("And another.", |place| {
            place.previous = Digest::new([1; 32]);
        });
    });
    bad("after-a-lower-epoch", "K6", Copy::Reporter, &|talk| {
        talk.member(HANDLER, &question(), |place| place.epoch = 1);
        talk.member(HANDLER, &question(), |_| {});
    });
    // The reporter's key signs what claims to be a member's message, and the other way round.
    bad("reporter-as-a-member", "M4", Copy::Case, &|talk| {
        let mut stub: Value =
            serde_json::from_slice(talk.to[1].stub.unverified_payload()).expect("JSON");
        stub["seen"] = json!({"sequence": 0, "digest": Digest::ZERO});
        talk.to[1].stub = sign(Context::Stub, &talk.world.key(), &stub);
    });
    bad("member-as-the-reporter", "M4", Copy::Case, &|talk| {
        let stub: Stub = rightline::protocol::json::read(talk.from[1].stub.unverified_payload())
            .expect("a stub");
        talk.from[1].stub = sign(Context::Stub, &HANDLER.key(), &stub);
    });
    bad("reporter-with-a-stage", "M2", Copy::Case, &|talk| {
        let mut stub: Value =
            serde_json::from_slice(talk.from[1].stub.unverified_payload()).expect("JSON");
        stub["stage"] = json!("closed");
        talk.from[1].stub = sign(Context::Stub, &talk.world.key(), &stub);
    });
    bad("content-of-another-message", "M4", Copy::Case, &|talk| {
        // The stub names the first message's file, and that file is served.
        let file = talk.from[0].case_file.clone();
        let mut stub: Value =
            serde_json::from_slice(talk.from[1].stub.unverified_payload()).expect("JSON");
        stub["files"]["case"] = json!(Digest::of(&file));
        talk.from[1].stub = sign(Context::Stub, &talk.world.key(), &stub);
        talk.from[1].case_file = file;
    });
    cases
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

fn requests(world: &World) -> Vec<Case> {
    let keys = world.token.keys(&world.service);
    let challenge = Blob(drawn("challenge").to_vec());
    let talk = whole(world, "request");
    let stub = talk.from[0].stub.clone();
    let file = talk.from[0].case_file.clone();
    let make = |kind: &str, name: &str, rule: &str, request: &mailbox::Request, act: &Act| {
        let wire: Value = serde_json::from_slice(&request.write()).expect("JSON");
        Case::new(
            "mailbox",
            name,
            rule,
            kind,
            json!({
                "entropy": *world.token.entropy().to_hex(), "service": world.service,
                "key": world.report.statement.reporter_key, "challenge": challenge, "act": act, "request": wire,
            }),
        )
    };
    let request = |act: &Act, file: Option<Vec<u8>>| {
        let lookup: Lookup = keys.lookup.to_hex().parse().expect("a lookup");
        mailbox::request(
            &world.service,
            lookup,
            &world.key(),
            &challenge,
            act.clone(),
            file,
        )
    };
    let good = |name: &str, rule: &str, act: Act, file: Option<Vec<u8>>| {
        make("accept", name, rule, &request(&act, file), &act)
    };
    let open = Act::Open { after: 0 };
    let forged = |change: &dyn Fn(&mut Value)| {
        let mut request = request(&open, None);
        let mut payload: Value =
            serde_json::from_slice(request.signed.unverified_payload()).expect("JSON");
        change(&mut payload);
        request.signed = sign(Context::Mailbox, &world.key(), &payload);
        request
    };
    let bad = |name: &str, request: &mailbox::Request| make("refuse", name, "B2", request, &open);
    let mut without_file = request(&Act::Post { stub: stub.clone() }, Some(file.clone()));
    without_file.file = None;
    let mut with_file = request(&open, None);
    with_file.file = Some(Blob(b"hello".to_vec()));
    let stranger = {
        let lookup: Lookup = keys.lookup.to_hex().parse().expect("a lookup");
        mailbox::request(
            &world.service,
            lookup,
            &HANDLER.key(),
            &challenge,
            open.clone(),
            None,
        )
    };
    vec![
        good("open", "B4", Act::Open { after: 3 }, None),
        good(
            "post",
            "B5",
            Act::Post { stub: stub.clone() },
            Some(file.clone()),
        ),
        good("delete", "B6", Act::Delete { up_to: 2 }, None),
        good(
            "change-words",
            "B7",
            Act::ChangeWords { change: stub },
            Some(file),
        ),
        bad("by-another-key", &stranger),
        bad(
            "of-another-service",
            &forged(&|payload| payload["service"] = json!(ServiceId::ZERO)),
        ),
        bad(
            "another-method",
            &forged(&|payload| payload["method"] = json!("GET")),
        ),
        bad(
            "another-path",
            &forged(&|payload| payload["path"] = json!("/api/1/desk")),
        ),
        bad(
            "unknown-act",
            &forged(&|payload| payload["act"] = json!({"do": "shut"})),
        ),
        bad(
            "act-with-more",
            &forged(&|payload| payload["act"] = json!({"do": "open", "after": 0, "up_to": 1})),
        ),
        bad("file-left-out", &without_file),
        bad("file-put-in", &with_file),
    ]
}

pub(crate) fn check_request(file: &Value) {
    let request: mailbox::Request = read(&file["request"]);
    let (service, key): (ServiceId, VerifyingKey) = (read(&file["service"]), read(&file["key"]));
    let payload = mailbox::verify(&request, &service, &key);
    if file["kind"] == "refuse" {
        assert_eq!(
            payload.err().map(rightline::protocol::Refused::rule),
            file["rule"].as_str()
        );
        return;
    }
    let payload = payload.expect("a request");
    assert_eq!(json!(payload.act), file["act"]);
    // The same request is made from the same token, challenge and act.
    let keys = Token::from_entropy(secret(file, "entropy")).keys(&service);
    let signing = keys.signing_key();
    let sent = request.file.map(|Blob(file)| file);
    let again = mailbox::request(
        &service,
        keys.lookup,
        &signing,
        &payload.challenge,
        payload.act,
        sent,
    );
    let again: Value = serde_json::from_slice(&again.write()).expect("JSON");
    assert_eq!(again["lookup"], file["request"]["lookup"]);
    assert_eq!(again["signed"], file["request"]["signed"]);
}

fn vaults(world: &World) -> Vec<Case> {
    let mut writer = Sealer::new("vaults");
    let vault_seed = drawn("vault of a member");
    let to = VaultIdentity::new(&OpenSeed::new(vault_seed))
        .recipient()
        .clone();
    let vault = |service: ServiceId, member: MemberId| Vault {
        service,
        member,
        label: HANDLER.0.parse().expect("a label"),
        open: OpenSeed::new(HANDLER.seed()),
        sign: SignSeed::new(drawn("sign/handler-1")),
    };
    let own = vault(world.service, HANDLER.id()).framed().expect("fits");
    let elsewhere = vault(ServiceId::new([1; 32]), HANDLER.id())
        .framed()
        .expect("fits");
    let another = vault(world.service, HANDLER_2.id()).framed().expect("fits");
    let mut sealed =
        |plain: &[u8], to: &Recipient| writer.seal(plain, std::slice::from_ref(to)).expect("seals");
    let make = |kind: &str, name: &str, file: &[u8]| {
        Case::new(
            "vault",
            name,
            "A1",
            kind,
            json!({
                "of": "vault", "file": b64(file), "seed": hex::encode(vault_seed),
                "identity": age_identity(vault_seed), "service": world.service, "member": HANDLER.id(),
                "label": HANDLER.0, "open": hex::encode(HANDLER.seed()), "sign": hex::encode(drawn("sign/handler-1")),
            }),
        )
    };
    let ring = Ring {
        service: world.service,
        member: HANDLER.id(),
        directory: world.directory.pin(),
        cases: vec![RingCase {
            case: world.report.id(),
            epoch: 0,
            secret: CaseSecret::new(World::case_seed()),
            summary: "PS 1234 – data misuse".to_owned(),
            read: 2,
        }],
    };
    let handler = HANDLER.identity().recipient().clone();
    let ring_frame = ring.framed().expect("fits");
    let ring_content: Value = serde_json::from_slice(
        rightline::protocol::framing::unframe(&ring_frame).expect("a frame"),
    )
    .expect("JSON");
    let kept = |kind: &str, name: &str, member: MemberId, file: &[u8]| {
        Case::new(
            "vault",
            name,
            "A4",
            kind,
            json!({
                "of": "ring", "file": b64(file), "seed": hex::encode(HANDLER.seed()),
                "identity": age_identity(HANDLER.seed()), "service": world.service, "member": member,
                "content": ring_content,
            }),
        )
    };
    let (own_file, ring_file) = (sealed(&own, &to), sealed(&ring_frame, &handler));
    vec![
        make("accept", "vault", &own_file),
        make(
            "refuse",
            "vault-of-another-service",
            &sealed(&elsewhere, &to),
        ),
        make("refuse", "vault-of-another-member", &sealed(&another, &to)),
        make("refuse", "vault-without-a-frame", &sealed(b"{}", &to)),
        make(
            "refuse",
            "vault-by-another-passphrase",
            &sealed(&own, &handler),
        ),
        kept("accept", "ring", HANDLER.id(), &ring_file),
        kept(
            "refuse",
            "ring-of-another-member",
            HANDLER_2.id(),
            &ring_file,
        ),
        kept(
            "refuse",
            "ring-to-somebody-else",
            HANDLER.id(),
            &sealed(&ring_frame, &to),
        ),
    ]
}

pub(crate) fn check_vault(file: &Value) {
    let (service, member): (ServiceId, MemberId) = (read(&file["service"]), read(&file["member"]));
    let seed: OpenSeed = secret(file, "seed");
    let accept = file["kind"] == "accept";
    if file["of"] == "vault" {
        let vault = Vault::open(
            &bytes(file, "file"),
            &VaultIdentity::new(&seed),
            &service,
            &member,
        );
        assert_eq!(vault.is_ok(), accept);
        if let Ok(vault) = vault {
            assert_eq!(vault.label.as_str(), text(file, "label"));
            assert_eq!(*vault.open.to_hex(), text(file, "open"));
            assert_eq!(*vault.sign.to_hex(), text(file, "sign"));
        }
        return;
    }
    let ring = Ring::open(
        &bytes(file, "file"),
        &MemberIdentity::new(&seed),
        &service,
        &member,
    );
    assert_eq!(ring.is_ok(), accept);
    if let Ok(ring) = ring {
        let content = &file["content"];
        assert_eq!(json!(ring.directory), content["directory"]);
        assert_eq!(json!(ring.cases[0].case), content["cases"][0]["case"]);
        assert_eq!(
            *ring.cases[0].secret.to_hex(),
            text(&content["cases"][0], "secret")
        );
        assert_eq!(
            CaseIdentity::new(&ring.cases[0].secret).recipient(),
            World::case_identity().recipient()
        );
    }
}
