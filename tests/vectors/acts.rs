//! Vectors of what members do in a case's procedure: the chain of acts, and the words that come with them.

use rightline::protocol::act::{
    Act, ActRow, Clock, GREATEST_ACTS, GREATEST_BARRED, GREATEST_TEAMS, GREATEST_TEXT, Part, Words,
};
use rightline::protocol::hybrid::Identity;
use rightline::protocol::record::Name;
use rightline::protocol::report::Version;
use rightline::protocol::signing::{Context, Signed, SigningKey, sign};
use rightline::protocol::{CaseId, Digest, MemberId, Refused, ServiceId, TeamId, framing, json};
use serde_json::{Value, json};

use crate::directory::{directory, read};
use crate::records::listed;
use crate::sealer::{Sealer, drawn};
use crate::token::age_identity;
use crate::world::{
    AUDITOR, HANDLER, HANDLER_2, INVESTIGATOR, LEAD, Person, World, recovery_id, recovery_keys,
    team_id, today,
};
use crate::{Case, b64, bytes, text};

/// The acts of a case as they are being signed.
struct Chain<'a> {
    world: &'a World,
    sealer: Sealer,
    acts: Vec<(Signed, Vec<u8>)>,
}

impl<'a> Chain<'a> {
    fn new(world: &'a World, label: &str) -> Self {
        Self {
            world,
            sealer: Sealer::new(format!("acts/{label}")),
            acts: Vec::new(),
        }
    }

    fn words(&self, said: &str) -> Words {
        Words {
            version: Version,
            service: self.world.service,
            case: self.world.report.id(),
            number: self.acts.len() as u64 + 1,
            text: said.to_owned(),
        }
    }

    fn sealed(&mut self, plain: &[u8]) -> Vec<u8> {
        let to = [self.world.report.statement.case_recipient.clone()];
        self.sealer.seal_with(plain, &to, "")
    }

    fn row(&self, member: MemberId, act: Act, file: &[u8]) -> ActRow {
        let first = self.world.report.id().into();
        ActRow {
            service: self.world.service,
            case: self.world.report.id(),
            number: self.acts.len() as u64 + 1,
            previous: self
                .acts
                .last()
                .map_or(first, |(signed, _)| signed.digest()),
            member,
            serial: 2,
            day: today(),
            file: Digest::of(file),
            act,
        }
    }

    fn add(&mut self, by: Person, act: Act, said: &str) -> &mut Self {
        self.changed(by.id(), &by.key(), act, said, |_| {})
    }

    fn changed(
        &mut self,
        member: MemberId,
        key: &SigningKey,
        act: Act,
        said: &str,
        change: impl FnOnce(&mut ActRow),
    ) -> &mut Self {
        let case = self.world.report.statement.case_recipient.clone();
        let words = self.words(said);
        let file = words.seal_with(&case, |plain, to| self.sealer.seal(plain, to));
        let file = file.expect("seals");
        let mut row = self.row(member, act, &file);
        change(&mut row);
        self.acts.push((row.sign(key), file));
        self
    }

    /// An act with other bytes instead of words under its seal.
    fn with_words(&mut self, plain: &[u8]) -> &mut Self {
        let file = self.sealed(plain);
        let row = self.row(HANDLER.id(), Act::SetAside {}, &file);
        self.acts.push((row.sign(&HANDLER.key()), file));
        self
    }

    /// An act of no known form.
    fn with_act(&mut self, act: &Value) -> &mut Self {
        self.add(HANDLER, Act::SetAside {}, "");
        let (signed, _) = self.acts.last_mut().expect("an act");
        let mut row: Value = serde_json::from_slice(signed.unverified_payload()).expect("JSON");
        row["act"] = act.clone();
        *signed = sign(Context::Act, &HANDLER.key(), &row);
        self
    }

    fn vector(&self, name: &str, rule: &str) -> Case {
        let acts: Vec<Value> = self
            .acts
            .iter()
            .map(|(signed, file)| json!({"signed": signed, "file": b64(file)}))
            .collect();
        let mut content = json!({
            "directory": self.world.second.json(), "service": self.world.service,
            "case": self.world.report.id(), "statement": self.world.report.signed,
            "identity": age_identity(World::case_seed()), "acts": acts,
        });
        let (expected, clean) = outcome(&content);
        content["expected"] = expected;
        let kind = if clean { "accept" } else { "refuse" };
        Case::new("acts", name, rule, kind, content)
    }
}

fn strangers(count: usize) -> Vec<MemberId> {
    (0..count)
        .map(|one| MemberId::try_from(&drawn(&format!("acts/{one}"))[..16]).expect("16 bytes"))
        .collect()
}

fn teams(count: usize) -> Vec<TeamId> {
    (0..count)
        .map(|one| team_id(&format!("team-{one}")))
        .collect()
}

/// One act of every form.
fn every_form() -> Vec<Act> {
    let digest = Digest::new(drawn("acts/a stub"));
    vec![
        Act::Bar {
            members: strangers(2),
        },
        Act::Lift {
            members: strangers(1),
        },
        Act::Route {
            teams: vec![team_id("intake"), team_id("independent")],
        },
        Act::Assign {
            part: Part::Authority,
            member: INVESTIGATOR.id(),
        },
        Act::Assign {
            part: Part::Support,
            member: HANDLER_2.id(),
        },
        Act::Release {
            part: Part::Investigator,
            member: HANDLER.id(),
        },
        Act::Sign {
            record: Name::Triage,
            revision: 3,
            digest,
        },
        Act::Second {
            record: Name::Failing,
            revision: 1,
            digest,
        },
        Act::Pause {
            clock: Clock::Update,
        },
        Act::Resume {
            clock: Clock::Update,
        },
        Act::Done {
            clock: Clock::Feedback,
        },
        Act::SetAside {},
        Act::TakeUp {},
        Act::Reopen {},
    ]
}

fn two<'a>(world: &'a World, label: &str) -> Chain<'a> {
    let mut acts = Chain::new(world, label);
    let bar = Act::Bar {
        members: strangers(1),
    };
    acts.add(HANDLER, Act::SetAside {}, "Not for us. – 😐")
        .add(HANDLER_2, bar, "");
    acts
}

#[expect(
    clippy::too_many_lines,
    reason = "a list of one vector after the other"
)]
pub(crate) fn make(world: &World) -> Vec<Case> {
    let mut cases = [chains(world), words(world)].concat();
    let mut with = |name: &str, act: Act| {
        let mut acts = Chain::new(world, name);
        acts.add(HANDLER, act, "");
        cases.push(acts.vector(name, "Q4"));
    };
    with(
        "bars-as-many-as-there-can-be",
        Act::Bar {
            members: strangers(GREATEST_BARRED),
        },
    );
    with(
        "bars-one-too-many",
        Act::Bar {
            members: strangers(GREATEST_BARRED + 1),
        },
    );
    with(
        "bars-nobody",
        Act::Bar {
            members: Vec::new(),
        },
    );
    with(
        "bars-somebody-twice",
        Act::Bar {
            members: [strangers(1), strangers(1)].concat(),
        },
    );
    with(
        "lifts-nobody",
        Act::Lift {
            members: Vec::new(),
        },
    );
    with(
        "routes-to-as-many-as-there-can-be",
        Act::Route {
            teams: teams(GREATEST_TEAMS),
        },
    );
    with(
        "routes-to-one-too-many",
        Act::Route {
            teams: teams(GREATEST_TEAMS + 1),
        },
    );
    with("routes-to-none", Act::Route { teams: Vec::new() });
    with(
        "routes-to-one-twice",
        Act::Route {
            teams: [teams(1), teams(1)].concat(),
        },
    );
    let digest = Digest::new([1; 32]);
    with(
        "signs-the-notes",
        Act::Sign {
            record: Name::Notes,
            revision: 1,
            digest,
        },
    );
    with(
        "signs-no-revision",
        Act::Sign {
            record: Name::Danger,
            revision: 0,
            digest,
        },
    );
    with(
        "seconds-another-record",
        Act::Second {
            record: Name::Severity,
            revision: 1,
            digest,
        },
    );
    with(
        "done-with-another-clock",
        Act::Done {
            clock: Clock::Danger,
        },
    );
    let forms = [
        ("unknown-act", json!({"do": "erase"})),
        ("act-without-a-code", json!({})),
        ("act-that-is-no-object", json!("reopen")),
        (
            "act-with-another-member",
            json!({"do": "reopen", "why": ""}),
        ),
        ("act-without-a-member", json!({"do": "pause"})),
        (
            "act-with-an-unknown-clock",
            json!({"do": "pause", "clock": "lunch"}),
        ),
        (
            "act-with-an-unknown-part",
            json!({"do": "assign", "as": "friend", "member": HANDLER.id()}),
        ),
        (
            "act-with-an-unknown-record",
            json!({"do": "sign", "record": "opinions", "revision": 1, "digest": digest}),
        ),
        (
            "act-for-no-team-id",
            json!({"do": "route", "teams": ["In take"]}),
        ),
        ("act-named-by-a-prototype", json!({"do": "constructor"})),
    ];
    for (name, act) in forms {
        cases.push(two(world, name).with_act(&act).vector(name, "Q4"));
    }
    cases
}

fn chains(world: &World) -> Vec<Case> {
    let mut every = Chain::new(world, "every form");
    for act in every_form() {
        every.add(INVESTIGATOR, act, "");
    }
    let mut cases = vec![
        two(world, "good").vector("two-acts", "Q4"),
        every.vector("one-of-every-form", "Q4"),
        Chain::new(world, "none").vector("none-yet", "Q4"),
    ];
    let mut bad = |name: &str, rule: &str, change: &dyn Fn(&mut Chain<'_>)| {
        let mut acts = two(world, name);
        change(&mut acts);
        cases.push(acts.vector(name, rule));
    };
    let third = |change: &'static dyn Fn(&mut ActRow)| {
        move |acts: &mut Chain<'_>| {
            acts.changed(HANDLER.id(), &HANDLER.key(), Act::TakeUp {}, "", change);
        }
    };
    bad("act-skips-a-number", "Q4", &third(&|row| row.number = 4));
    bad(
        "act-twice-in-one-place",
        "Q4",
        &third(&|row| row.number = 2),
    );
    bad(
        "act-after-another",
        "Q4",
        &third(&|row| row.previous = Digest::new([1; 32])),
    );
    bad(
        "act-after-none",
        "Q4",
        &third(&|row| row.previous = Digest::ZERO),
    );
    bad("act-of-no-number", "Q4", &third(&|row| row.number = 0));
    // Out of its place, but an act that there can be; the next one is none.
    bad(
        "act-of-the-greatest-number",
        "Q4",
        &third(&|row| row.number = GREATEST_ACTS),
    );
    bad(
        "act-too-many",
        "Q4",
        &third(&|row| row.number = GREATEST_ACTS + 1),
    );
    bad(
        "act-of-another-case",
        "Q4",
        &third(&|row| row.case = CaseId::new([1; 32])),
    );
    bad(
        "act-of-another-service",
        "Q4",
        &third(&|row| row.service = ServiceId::new([1; 32])),
    );
    bad("act-by-another-root", "D9", &third(&|row| row.serial = 3));
    bad(
        "act-of-another-member",
        "Q4",
        &third(&|row| row.member = AUDITOR.id()),
    );
    bad(
        "act-with-another-file",
        "Q4",
        &third(&|row| row.file = Digest::new([1; 32])),
    );
    bad("first-after-zeros", "Q4", &|acts| {
        acts.acts.clear();
        acts.changed(HANDLER.id(), &HANDLER.key(), Act::SetAside {}, "", |row| {
            row.previous = Digest::ZERO;
        });
    });
    bad("first-withheld", "Q4", &|acts| {
        acts.acts.remove(0);
    });
    bad("served-out-of-order", "Q4", &|acts| acts.acts.reverse());
    bad("files-exchanged", "Q4", &|acts| {
        acts.acts[1].1 = acts.acts[0].1.clone();
    });
    bad("act-by-nobody-listed", "D9", &|acts| {
        acts.add(LEAD, Act::TakeUp {}, "");
    });
    bad("act-by-the-recovery", "D12", &|acts| {
        let service = acts.world.service;
        let key = recovery_keys(service).signing_key();
        acts.changed(recovery_id(service), &key, Act::TakeUp {}, "", |_| {});
    });
    bad("act-in-another-context", "Q4", &|acts| {
        let row: Value = serde_json::from_slice(acts.acts[1].0.unverified_payload()).expect("JSON");
        acts.acts[1].0 = sign(Context::Grant, &HANDLER_2.key(), &row);
    });
    // The other is shown; it follows the digest of the one that is not good all the same.
    bad("act-changed-before-a-good-one", "Q4", &|acts| {
        let mut signed = acts.acts[0].0.as_bytes().to_vec();
        signed[50] ^= 1;
        acts.acts.remove(1);
        acts.acts[0].0 = Signed::parse(signed).expect("a layout");
        acts.add(HANDLER_2, Act::TakeUp {}, "");
    });
    cases
}

/// What may be under the seal of an act.
fn words(world: &World) -> Vec<Case> {
    let mut cases = Vec::new();
    let mut with = |name: &str, change: &dyn Fn(&mut Words)| {
        let mut acts = Chain::new(world, name);
        let mut words = acts.words("Because of what he said.");
        change(&mut words);
        let framed = framing::frame(&json::write(&words)).expect("fits");
        acts.with_words(&framed);
        cases.push(acts.vector(name, "Q4"));
    };
    with("words-as-long-as-they-can-be", &|words| {
        words.text = "😐".repeat(GREATEST_TEXT);
    });
    // They are shown, with a warning.
    with("words-too-long", &|words| {
        words.text = "x".repeat(GREATEST_TEXT + 1);
    });
    with("words-of-another-case", &|words| {
        words.case = CaseId::new([1; 32]);
    });
    with("words-of-another-service", &|words| {
        words.service = ServiceId::new([1; 32]);
    });
    with("words-of-another-act", &|words| words.number = 2);
    with("words-in-a-frame-too-large", &|words| {
        words.text = "x".repeat(16_380);
    });
    let bytes = |name: &str, plain: &[u8]| {
        let mut acts = Chain::new(world, name);
        acts.with_words(plain);
        acts.vector(name, "Q4")
    };
    let good = Chain::new(world, "").words("x");
    let framed = |value: &Value| framing::frame(&json::write(value)).expect("fits");
    let mut later = json!(good);
    later["version"] = json!(2);
    let mut more = json!(good);
    more["more"] = json!("");
    cases.extend([
        bytes("words-not-framed", &json::write(&good)),
        bytes("words-of-a-later-version", &framed(&later)),
        bytes("words-with-another-member", &framed(&more)),
        bytes(
            "words-that-are-no-json",
            &framing::frame(b"Because.").expect("fits"),
        ),
        {
            let mut acts = Chain::new(world, "words to another");
            let to = [HANDLER.identity().recipient().clone()];
            let file = acts.sealer.seal_with(&framed(&json!(good)), &to, "");
            let row = acts.row(HANDLER.id(), Act::SetAside {}, &file);
            acts.acts.push((row.sign(&HANDLER.key()), file));
            acts.vector("words-to-another", "Q4")
        },
    ]);
    cases
}

/// What a reader gets from the acts, and whether it is without any warning.
fn outcome(file: &Value) -> (Value, bool) {
    let directory = directory(&file["directory"]).expect("a directory");
    let identity = Identity::parse(text(file, "identity")).expect("an identity");
    let (service, case): (ServiceId, CaseId) = (read(&file["service"]), read(&file["case"]));
    let good = |document: &Signed| -> Result<ActRow, Refused> {
        let claimed: ActRow = document
            .unverified(Context::Act)
            .map_err(|_| Refused::by("Q4"))?;
        let key = listed(&directory, &claimed.member, claimed.serial).ok_or(Refused::by("D9"))?;
        let row = ActRow::read(document, key)?;
        let ours = row.service == service && row.case == case;
        if ours {
            Ok(row)
        } else {
            Err(Refused::by("Q4"))
        }
    };
    let mut previous: Digest = case.into();
    let mut clean = true;
    let mut expected = Vec::new();
    for (one, number) in file["acts"].as_array().expect("a list").iter().zip(1_u64..) {
        let document: Signed = read(&one["signed"]);
        let after = std::mem::replace(&mut previous, document.digest());
        let Ok(row) = good(&document) else {
            clean = false;
            expected.push(json!({
                "number": null, "member": null, "act": null, "words": null, "warnings": ["act"],
            }));
            continue;
        };
        let mut warnings = Vec::new();
        if row.number != number {
            warnings.push("gap");
        } else if row.previous != after {
            warnings.push("previous");
        }
        let words = Words::open(&row, &bytes(one, "file"), &identity).ok();
        match &words {
            None => warnings.push("words"),
            Some(words) if words.is_too_long() => warnings.push("too-long"),
            Some(_) => {}
        }
        clean &= warnings.is_empty();
        expected.push(json!({
            "number": row.number, "member": row.member, "act": row.act,
            "words": words.map(|words| words.text), "warnings": warnings,
        }));
    }
    (json!(expected), clean)
}

pub(crate) fn check_acts(file: &Value) {
    let (expected, clean) = outcome(file);
    assert_eq!(expected, file["expected"]);
    assert_eq!(clean, file["kind"] == "accept");
}
