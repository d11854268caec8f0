//! Vectors of a case's records: chains of revisions, and what is sealed in them.

use rightline::protocol::directory::Directory;
use rightline::protocol::hybrid::Identity;
use rightline::protocol::record::{
    GREATEST_REVISIONS, Name, Place, Revision, read as open, write_with,
};
use rightline::protocol::signing::{Context, Signed, SigningKey, VerifyingKey, sign};
use rightline::protocol::{CaseId, Digest, MemberId, Refused, ServiceId, framing, sealing};
use serde_json::{Map, Value, json};

use crate::directory::{directory, read};
use crate::sealer::Sealer;
use crate::token::age_identity;
use crate::world::{
    HANDLER, HANDLER_2, INVESTIGATOR, LEAD, Person, World, recovery_id, recovery_keys, today,
};
use crate::{Case, b64, bytes, text};

pub(crate) fn make(world: &World) -> Vec<Case> {
    [chains(world), contents(world)].concat()
}

/// The revisions of one record as they are being written.
struct Chain<'a> {
    world: &'a World,
    sealer: Sealer,
    record: Name,
    after: (u64, Digest),
    revisions: Vec<(Signed, Vec<u8>)>,
}

impl<'a> Chain<'a> {
    fn new(world: &'a World, label: &str) -> Self {
        Self::after(world, label, 0, Digest::ZERO)
    }

    fn after(world: &'a World, label: &str, revision: u64, digest: Digest) -> Self {
        Self {
            world,
            sealer: Sealer::new(format!("records/{label}")),
            record: Name::Severity,
            after: (revision, digest),
            revisions: Vec::new(),
        }
    }

    fn place(&self, author: MemberId) -> Place {
        let last = self.revisions.last().map(|(stub, _)| stub.digest());
        Place {
            service: self.world.service,
            case: self.world.report.id(),
            epoch: 0,
            record: self.record,
            revision: self.after.0 + self.revisions.len() as u64 + 1,
            previous: last.unwrap_or(self.after.1),
            author,
            serial: 2,
            day: today(),
        }
    }

    fn add(&mut self, by: Person, content: &Value, change: impl FnOnce(&mut Place)) -> &mut Self {
        self.signed(by.id(), &by.key(), content, change)
    }

    fn signed(
        &mut self,
        author: MemberId,
        key: &SigningKey,
        content: &Value,
        change: impl FnOnce(&mut Place),
    ) -> &mut Self {
        let mut place = self.place(author);
        change(&mut place);
        let case = &self.world.report.statement.case_recipient;
        let sealer = &mut self.sealer;
        let content = content.as_object().expect("an object");
        let written = write_with(&place, key, case, content, |plain, to| {
            sealer.seal(plain, to)
        });
        let written = written.expect("writes");
        self.revisions.push((written.stub, written.file));
        self
    }

    /// Seals other bytes instead of the last revision's content, and signs its stub again.
    fn resealed(&mut self, key: &SigningKey, plain: &[u8]) {
        let to = [self.world.report.statement.case_recipient.clone()];
        let file = self.sealer.seal_with(plain, &to, "");
        let (stub, sealed) = self.revisions.last_mut().expect("a revision");
        let mut payload = payload(stub);
        payload["file"] = json!(Digest::of(&file));
        (*stub, *sealed) = (sign(Context::Record, key, &payload), file);
    }

    fn vector(&self, name: &str, rule: &str) -> Case {
        let revisions: Vec<Value> = self
            .revisions
            .iter()
            .map(|(stub, file)| json!({"stub": stub, "file": b64(file)}))
            .collect();
        let mut content = json!({
            "directory": self.world.second.json(), "service": self.world.service,
            "case": self.world.report.id(), "statement": self.world.report.signed,
            "identity": age_identity(World::case_seed()), "record": self.record,
            "after": {"revision": self.after.0, "digest": self.after.1}, "revisions": revisions,
        });
        let (expected, clean) = outcome(&content);
        content["expected"] = expected;
        let kind = if clean { "accept" } else { "refuse" };
        Case::new("records", name, rule, kind, content)
    }
}

fn payload(document: &Signed) -> Value {
    serde_json::from_slice(document.unverified_payload()).expect("JSON")
}

fn assessment(level: &str, by: Person) -> Value {
    json!({"assessments": [{
        "id": "5f3a91c2", "allegation": "0b7d44e1", "on": today(), "level": level,
        "rationale": "Seen twice, and he knew it was wrong. – 😐", "why_lower": "", "by": by.id(),
    }]})
}

fn two<'a>(world: &'a World, label: &str) -> Chain<'a> {
    let mut chain = Chain::new(world, label);
    chain
        .add(HANDLER, &assessment("misconduct", HANDLER), |_| {})
        .add(
            INVESTIGATOR,
            &assessment("gross_misconduct", HANDLER),
            |_| {},
        );
    chain
}

#[expect(
    clippy::too_many_lines,
    reason = "a list of one vector after the other"
)]
fn chains(world: &World) -> Vec<Case> {
    let other = Digest::new([1; 32]);
    let third = assessment("none", HANDLER_2);
    let mut cases = vec![
        two(world, "good").vector("two-revisions", "Q1"),
        Chain::new(world, "none").vector("none-yet", "Q1"),
        {
            // A reader shows what no format of its own names.
            let mut chain = Chain::new(world, "later");
            let content = json!({"later": {"a": [1, true, null, {"b": ""}]}, "__proto__": "x"});
            chain.add(HANDLER, &content, |_| {});
            chain.vector("content-of-a-later-format", "Q2")
        },
        {
            let mut chain = Chain::new(world, "longer than any step");
            let content = json!({"text": "Grüße 👋 ".repeat(6_000)});
            chain.add(HANDLER, &content, |_| {});
            chain.vector("content-of-more-than-64-kibibytes", "F2")
        },
        {
            let mut chain = Chain::after(world, "last", GREATEST_REVISIONS - 1, other);
            chain.add(HANDLER, &third, |_| {});
            chain.vector("the-last-revision-that-there-can-be", "Q1")
        },
        {
            let mut chain = Chain::after(world, "one too many", GREATEST_REVISIONS, other);
            chain.add(HANDLER, &third, |_| {});
            chain.vector("a-revision-too-many", "Q1")
        },
    ];
    let mut bad = |name: &str, rule: &str, change: &dyn Fn(&mut Chain<'_>)| {
        let mut chain = two(world, name);
        change(&mut chain);
        cases.push(chain.vector(name, rule));
    };
    let add = |change: &'static dyn Fn(&mut Place)| {
        let third = third.clone();
        move |chain: &mut Chain<'_>| {
            chain.add(HANDLER_2, &third, change);
        }
    };
    bad(
        "stub-skips-a-number",
        "Q1",
        &add(&|place| place.revision = 4),
    );
    bad(
        "stub-twice-in-one-place",
        "Q1",
        &add(&|place| place.revision = 2),
    );
    bad(
        "stub-after-another",
        "Q1",
        &add(&|place| place.previous = Digest::new([1; 32])),
    );
    bad(
        "stub-after-none",
        "Q1",
        &add(&|place| place.previous = Digest::ZERO),
    );
    bad(
        "stub-of-no-number",
        "Q1",
        &add(&|place| {
            (place.revision, place.previous) = (0, Digest::ZERO);
        }),
    );
    bad(
        "stub-of-another-case",
        "Q1",
        &add(&|place| place.case = CaseId::new([1; 32])),
    );
    bad(
        "stub-of-another-service",
        "Q1",
        &add(&|place| place.service = ServiceId::new([1; 32])),
    );
    bad(
        "stub-of-another-record",
        "Q1",
        &add(&|place| place.record = Name::Triage),
    );
    bad(
        "stub-by-another-root",
        "D9",
        &add(&|place| place.serial = 3),
    );
    bad(
        "stub-of-an-epoch-not-granted",
        "Q2",
        &add(&|place| place.epoch = 1),
    );
    bad("one-withheld", "Q1", &|chain| {
        chain.revisions.remove(0);
    });
    bad("served-out-of-order", "Q1", &|chain| {
        chain.revisions.reverse();
    });
    bad("one-replaced-by-its-author", "Q1", &|chain| {
        let last = chain.revisions.pop().expect("a revision");
        chain.revisions.clear();
        chain.add(HANDLER, &third, |_| {});
        chain.revisions.push(last);
    });
    bad("stub-signed-by-another", "Q1", &|chain| {
        chain.signed(HANDLER.id(), &HANDLER_2.key(), &third, |_| {});
    });
    bad("stub-by-nobody-listed", "D9", &|chain| {
        chain.add(LEAD, &third, |_| {});
    });
    // It reads, and says nothing.
    bad("stub-by-the-recovery", "D12", &|chain| {
        let service = chain.world.service;
        let key = recovery_keys(service).signing_key();
        chain.signed(recovery_id(service), &key, &third, |_| {});
    });
    bad("stub-in-another-context", "Q1", &|chain| {
        let stub = payload(&chain.revisions[1].0);
        chain.revisions[1].0 = sign(Context::Stub, &INVESTIGATOR.key(), &stub);
    });
    bad("stub-with-another-member", "Q1", &|chain| {
        let mut stub = payload(&chain.revisions[1].0);
        stub["more"] = json!("");
        chain.revisions[1].0 = sign(Context::Record, &INVESTIGATOR.key(), &stub);
    });
    bad("stub-of-no-record-that-there-is", "Q1", &|chain| {
        let mut stub = payload(&chain.revisions[1].0);
        stub["record"] = json!("opinions");
        chain.revisions[1].0 = sign(Context::Record, &INVESTIGATOR.key(), &stub);
    });
    // The good ones are shown, before and after it.
    bad("stub-changed-among-good-ones", "Q1", &|chain| {
        let mut stub = chain.revisions[0].0.as_bytes().to_vec();
        stub[50] ^= 1;
        chain.revisions[0].0 = Signed::parse(stub).expect("a layout");
    });
    cases
}

/// The second revision's content differs from its stub in one member alone, or is no content at all.
fn contents(world: &World) -> Vec<Case> {
    let other = Digest::new([1; 32]);
    let changes = [
        ("service", json!(other)),
        ("case", json!(other)),
        ("epoch", json!(1)),
        (
            "audience",
            json!(world.report.statement.reporter_recipient.digest()),
        ),
        ("record", json!("triage")),
        ("revision", json!(3)),
        ("previous", json!(other)),
        ("author", json!(HANDLER.id())),
        ("serial", json!(1)),
        ("day", json!("2026-11-22")),
        ("version", json!(2)),
        ("content", json!([])),
        ("more", json!("")),
    ];
    let own = INVESTIGATOR.key();
    let entry = |chain: &Chain<'_>| {
        let framed = sealing::open(&chain.revisions[1].1, &World::case_identity());
        let framed = framed.expect("opens");
        framing::unframe(&framed).expect("a frame").to_vec()
    };
    let mut cases: Vec<Case> = changes
        .into_iter()
        .map(|(member, value)| {
            let mut chain = two(world, &format!("contents/{member}"));
            let mut content: Value = serde_json::from_slice(&entry(&chain)[97..]).expect("JSON");
            content[member] = value;
            let signed = sign(Context::Entry, &own, &content);
            let framed = framing::frame(signed.as_bytes()).expect("fits");
            chain.resealed(&own, &framed);
            chain.vector(&format!("entry-with-another-{member}"), "Q2")
        })
        .collect();
    let mut bad = |name: &str, rule: &str, change: &dyn Fn(&mut Chain<'_>)| {
        let mut chain = two(world, name);
        change(&mut chain);
        cases.push(chain.vector(name, rule));
    };
    let signed_again = |chain: &mut Chain<'_>, context: Context, key: &SigningKey| {
        let content: Value = serde_json::from_slice(&entry(chain)[97..]).expect("JSON");
        let signed = sign(context, key, &content);
        let framed = framing::frame(signed.as_bytes()).expect("fits");
        chain.resealed(&own, &framed);
    };
    bad("entry-signed-by-another", "Q2", &|chain| {
        signed_again(chain, Context::Entry, &HANDLER.key());
    });
    bad("entry-in-another-context", "Q2", &|chain| {
        signed_again(chain, Context::Message, &own);
    });
    bad("entry-not-framed", "Q2", &|chain| {
        let entry = entry(chain);
        chain.resealed(&own, &entry);
    });
    bad("entry-in-too-large-a-frame", "Q2", &|chain| {
        let framed = framing::frame_exact(&entry(chain), 65_536).expect("fits");
        chain.resealed(&own, &framed);
    });
    bad("entry-of-an-earlier-revision", "Q2", &|chain| {
        let framed = sealing::open(&chain.revisions[0].1, &World::case_identity());
        chain.resealed(&own, &framed.expect("opens"));
    });
    bad("files-exchanged", "Q2", &|chain| {
        chain.revisions[1].1 = chain.revisions[0].1.clone();
    });
    bad("file-changed", "Q2", &|chain| {
        let last = chain.revisions[0].1.len() - 1;
        chain.revisions[0].1[last] ^= 1;
    });
    bad("file-to-another", "Q2", &|chain| {
        let framed = framing::frame(&entry(chain)).expect("fits");
        let to = [HANDLER.identity().recipient().clone()];
        let file = chain.sealer.seal_with(&framed, &to, "");
        let mut stub = payload(&chain.revisions[1].0);
        stub["file"] = json!(Digest::of(&file));
        chain.revisions[1] = (sign(Context::Record, &own, &stub), file);
    });
    cases
}

/// The key of a member whom the root of that serial lists (D9).
pub(crate) fn listed<'d>(
    directory: &'d Directory,
    member: &MemberId,
    serial: u64,
) -> Option<&'d VerifyingKey> {
    (serial == directory.root().serial)
        .then(|| directory.key_of(member))
        .flatten()
}

/// A stub of this case and record, by whoever it says.
fn stub(file: &Value, directory: &Directory, document: &Signed) -> Result<Revision, Refused> {
    let claimed: Revision = document
        .unverified(Context::Record)
        .map_err(|_| Refused::by("Q1"))?;
    let key = listed(directory, &claimed.author, claimed.serial).ok_or(Refused::by("D9"))?;
    let stub = Revision::read(document, key)?;
    let ours = stub.service == read(&file["service"])
        && stub.case == read(&file["case"])
        && stub.record == read(&file["record"]);
    if ours {
        Ok(stub)
    } else {
        Err(Refused::by("Q1"))
    }
}

/// What a reader gets from a chain, and whether it is without any warning.
fn outcome(file: &Value) -> (Value, bool) {
    let directory = directory(&file["directory"]).expect("a directory");
    let identity = Identity::parse(text(file, "identity")).expect("an identity");
    let mut head: (u64, Digest) = (
        read(&file["after"]["revision"]),
        read(&file["after"]["digest"]),
    );
    let mut clean = true;
    let mut shown = |document: &Signed, sealed: &[u8]| {
        let number = head.0 + 1;
        let Ok(stub) = stub(file, &directory, document) else {
            // The next one follows it all the same.
            head = (number, document.digest());
            return json!({"revision": null, "author": null, "content": null, "warnings": ["stub"]});
        };
        let key = directory.key_of(&stub.author).expect("it was verified");
        // The reader of these has the secret of epoch 0 alone.
        let content: Option<Map<String, Value>> = (stub.epoch == 0)
            .then(|| open(&stub, key, sealed, &identity).ok())
            .flatten();
        let mut warnings = Vec::new();
        if content.is_none() {
            warnings.push("file");
        }
        if stub.revision != number {
            warnings.push("gap");
        } else if stub.previous != head.1 {
            warnings.push("previous");
        }
        head = (stub.revision, document.digest());
        json!({"revision": stub.revision, "author": stub.author, "content": content, "warnings": warnings})
    };
    let revisions = file["revisions"].as_array().expect("a list");
    let expected: Vec<Value> = revisions
        .iter()
        .map(|one| shown(&read(&one["stub"]), &bytes(one, "file")))
        .inspect(|one| clean &= one["warnings"] == json!([]))
        .collect();
    (json!(expected), clean)
}

pub(crate) fn check_records(file: &Value) {
    let (expected, clean) = outcome(file);
    assert_eq!(expected, file["expected"]);
    assert_eq!(clean, file["kind"] == "accept");
}
