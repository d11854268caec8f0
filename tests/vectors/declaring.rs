//! Vectors of what members need and say when they declare: briefs, and kinds of conflict.

use rightline::protocol::brief::{self, Brief, Exclude, GREATEST_PEOPLE, Named};
use rightline::protocol::conflict::{Conflict, FRAME, GREATEST_DETAIL, Kind};
use rightline::protocol::hybrid::{Identity, Recipient};
use rightline::protocol::report::Version;
use rightline::protocol::signing::{Context, Signed, SigningKey, sign};
use rightline::protocol::{CaseId, Refused, ServiceId, framing};
use serde::Serialize;
use serde_json::{Value, json};

use crate::directory::{directory, read};
use crate::records::listed;
use crate::sealer::Sealer;
use crate::token::age_identity;
use crate::world::{
    HANDLER, HANDLER_2, INVESTIGATOR, LEAD, Person, World, recovery_id, recovery_keys, today,
};
use crate::{Case, b64, bytes, text};

pub(crate) fn make(world: &World) -> Vec<Case> {
    [briefs(world), conflicts(world)].concat()
}

fn framed(document: &Signed) -> Vec<u8> {
    framing::frame(document.as_bytes()).expect("fits").to_vec()
}

/// Seals a document that is signed in this context.
fn signed_as<T: Serialize>(
    sealer: &mut Sealer,
    context: Context,
    key: &SigningKey,
    payload: &T,
    to: &Recipient,
) -> Vec<u8> {
    let document = sign(context, key, payload);
    sealer.seal_with(&framed(&document), std::slice::from_ref(to), "")
}

fn brief(world: &World) -> Brief {
    Brief {
        version: Version,
        service: world.service,
        case: world.report.id(),
        grantee: INVESTIGATOR.id(),
        grantor: HANDLER.id(),
        serial: 2,
        day: today(),
        people: vec![
            Named {
                who: "PS 1234, Central response".to_owned(),
                unit: "Central response".to_owned(),
                part: brief::Part::Subject,
            },
            Named {
                who: "The shift".to_owned(),
                unit: String::new(),
                part: brief::Part::Other,
            },
            Named {
                who: String::new(),
                unit: "Custody – night".to_owned(),
                part: brief::Part::ReporterUnit,
            },
        ],
        exclude: Exclude {
            units: vec!["Central response".to_owned()],
            members: vec![HANDLER_2.id()],
            other: "Anybody who drinks with him. 😐".to_owned(),
        },
    }
}

fn named(count: usize) -> Vec<Named> {
    (0..count)
        .map(|one| Named {
            who: format!("PC {one}"),
            unit: String::new(),
            part: brief::Part::Other,
        })
        .collect()
}

fn briefs(world: &World) -> Vec<Case> {
    let to = INVESTIGATOR.identity().recipient().clone();
    let vector = |kind: &str, name: &str, rule: &str, file: &[u8]| {
        Case::new(
            "briefs",
            name,
            rule,
            kind,
            json!({
                "directory": world.second.json(), "service": world.service, "case": world.report.id(),
                "member": INVESTIGATOR.id(), "identity": age_identity(INVESTIGATOR.seed()), "file": b64(file),
            }),
        )
    };
    let accept = |name: &str, rule: &str, change: &dyn Fn(&mut Brief)| {
        let mut brief = brief(world);
        change(&mut brief);
        let mut sealer = Sealer::new(format!("briefs/{name}"));
        let file = brief.seal_with(&HANDLER.key(), &to, |plain, to| sealer.seal(plain, to));
        let mut case = vector("accept", name, rule, &file.expect("seals"));
        case.set("content", json!(brief));
        case
    };
    // The payload may be of another format than a brief's.
    let refuse = |name: &str, rule: &str, by: &SigningKey, change: &dyn Fn(&mut Value)| {
        let mut payload = json!(brief(world));
        change(&mut payload);
        let mut sealer = Sealer::new(format!("briefs/{name}"));
        let file = signed_as(&mut sealer, Context::Brief, by, &payload, &to);
        vector("refuse", name, rule, &file)
    };
    let own = HANDLER.key();
    let sealed = |name: &str, plain: &[u8], to: &Recipient| {
        let file =
            Sealer::new(format!("briefs/{name}")).seal_with(plain, std::slice::from_ref(to), "");
        vector("refuse", name, "Q5", &file)
    };
    let good = sign(Context::Brief, &own, &brief(world));
    let recovery = recovery_keys(world.service).signing_key();
    vec![
        accept("brief", "Q5", &|_| {}),
        accept("brief-that-names-nobody", "Q5", &|brief| {
            (brief.people, brief.exclude) = (Vec::new(), Exclude::default());
        }),
        accept(
            "brief-with-as-many-people-as-there-can-be",
            "Q5",
            &|brief| {
                brief.people = named(GREATEST_PEOPLE);
            },
        ),
        refuse("brief-with-too-many-people", "Q5", &own, &|brief| {
            brief["people"] = json!(named(GREATEST_PEOPLE + 1));
        }),
        refuse("brief-in-too-large-a-frame", "Q5", &own, &|brief| {
            brief["exclude"]["other"] = json!("x".repeat(16_384));
        }),
        refuse("brief-to-another-grantee", "Q5", &own, &|brief| {
            brief["grantee"] = json!(HANDLER_2.id());
        }),
        refuse("brief-of-another-case", "Q5", &own, &|brief| {
            brief["case"] = json!(CaseId::new([1; 32]));
        }),
        refuse("brief-of-another-service", "Q5", &own, &|brief| {
            brief["service"] = json!(ServiceId::new([1; 32]));
        }),
        refuse("brief-by-another-grantor", "Q5", &HANDLER_2.key(), &|_| {}),
        refuse("brief-by-nobody-listed", "D9", &LEAD.key(), &|brief| {
            brief["grantor"] = json!(LEAD.id());
        }),
        // It grants, and says nothing.
        refuse("brief-by-the-recovery", "D9", &recovery, &|brief| {
            brief["grantor"] = json!(recovery_id(world.service));
        }),
        refuse("brief-by-another-root", "D9", &own, &|brief| {
            brief["serial"] = json!(3);
        }),
        refuse("brief-of-a-later-version", "Q5", &own, &|brief| {
            brief["version"] = json!(2);
        }),
        refuse("brief-with-another-member", "Q5", &own, &|brief| {
            brief["more"] = json!("");
        }),
        refuse("brief-with-an-unknown-part", "Q5", &own, &|brief| {
            brief["people"][0]["part"] = json!("witness");
        }),
        sealed("brief-not-framed", good.as_bytes(), &to),
        sealed(
            "brief-not-signed",
            &framing::frame(&good.as_bytes()[97..]).expect("fits"),
            &to,
        ),
        sealed(
            "brief-sealed-to-another",
            &framed(&good),
            HANDLER_2.identity().recipient(),
        ),
        sealed(
            "brief-in-another-context",
            &framed(&sign(Context::Conflict, &own, &brief(world))),
            &to,
        ),
    ]
}

fn conflict(world: &World, kinds: &[Kind], detail: &str) -> Conflict {
    Conflict {
        version: Version,
        service: world.service,
        case: world.report.id(),
        member: HANDLER_2.id(),
        serial: 2,
        day: today(),
        kinds: kinds.to_vec(),
        detail: detail.to_owned(),
    }
}

/// What is wrong with a conflict file, and how it is made wrong.
type Change<'a> = (&'static str, &'static str, Person, &'a dyn Fn(&mut Value));

#[expect(
    clippy::too_many_lines,
    reason = "a list of one vector after the other"
)]
fn conflicts(world: &World) -> Vec<Case> {
    let to = world.report.statement.case_recipient.clone();
    let vector = |kind: &str, name: &str, rule: &str, declared: bool, file: &[u8]| {
        Case::new(
            "conflicts",
            name,
            rule,
            kind,
            json!({
                "directory": world.second.json(), "service": world.service, "case": world.report.id(),
                "statement": world.report.signed, "member": HANDLER_2.id(), "conflict": declared,
                "identity": age_identity(World::case_seed()), "file": b64(file),
            }),
        )
    };
    let accept = |name: &str, kinds: &[Kind], detail: &str| {
        let conflict = conflict(world, kinds, detail);
        let mut sealer = Sealer::new(format!("conflicts/{name}"));
        let file = conflict.seal_with(&HANDLER_2.key(), &to, |plain, to| sealer.seal(plain, to));
        let declared = !kinds.contains(&Kind::None);
        let mut case = vector("accept", name, "Q6", declared, &file.expect("seals"));
        case.set("content", json!(conflict));
        case
    };
    let every: Vec<Kind> = Kind::ALL
        .iter()
        .copied()
        .filter(|kind| *kind != Kind::None)
        .collect();
    let mut cases = vec![
        accept("none", &[Kind::None], ""),
        accept("one-kind", &[Kind::Family], "My brother. – 😐"),
        accept("every-kind-but-none", &every, "x"),
        accept(
            "detail-as-long-as-it-can-be",
            &[Kind::Other],
            &"x".repeat(GREATEST_DETAIL),
        ),
    ];
    let changes: [Change<'_>; 12] = [
        ("detail-too-long", "Q6", HANDLER_2, &|one| {
            one["detail"] = json!("x".repeat(GREATEST_DETAIL + 1));
        }),
        ("kinds-with-none-among-them", "Q6", HANDLER_2, &|one| {
            one["kinds"] = json!(["none", "friend"]);
        }),
        ("no-kind-at-all", "Q6", HANDLER_2, &|one| {
            one["kinds"] = json!([]);
        }),
        ("one-kind-twice", "Q6", HANDLER_2, &|one| {
            one["kinds"] = json!(["unit", "unit"]);
        }),
        ("an-unknown-kind", "Q6", HANDLER_2, &|one| {
            one["kinds"] = json!(["rival"]);
        }),
        ("conflict-of-another-member", "Q6", HANDLER, &|one| {
            one["member"] = json!(HANDLER.id());
        }),
        ("conflict-of-another-case", "Q6", HANDLER_2, &|one| {
            one["case"] = json!(CaseId::new([1; 32]));
        }),
        ("conflict-of-another-service", "Q6", HANDLER_2, &|one| {
            one["service"] = json!(ServiceId::new([1; 32]));
        }),
        ("conflict-signed-by-another", "Q6", HANDLER, &|_| {}),
        ("conflict-by-another-root", "D9", HANDLER_2, &|one| {
            one["serial"] = json!(3);
        }),
        ("conflict-of-a-later-version", "Q6", HANDLER_2, &|one| {
            one["version"] = json!(2);
        }),
        ("conflict-with-another-member", "Q6", HANDLER_2, &|one| {
            one["more"] = json!("");
        }),
    ];
    for (name, rule, by, change) in changes {
        let mut payload = json!(conflict(world, &[Kind::Friend], "From school."));
        change(&mut payload);
        let mut sealer = Sealer::new(format!("conflicts/{name}"));
        let file = signed_as(&mut sealer, Context::Conflict, &by.key(), &payload, &to);
        cases.push(vector("refuse", name, rule, true, &file));
    }
    // The kinds say otherwise than the declaration that everybody sees (K8).
    for (name, kind, declared) in [
        ("none-where-a-conflict-was-declared", Kind::None, true),
        ("a-kind-where-none-was-declared", Kind::Friend, false),
    ] {
        let payload = conflict(world, &[kind], "");
        let mut sealer = Sealer::new(format!("conflicts/{name}"));
        let file = signed_as(
            &mut sealer,
            Context::Conflict,
            &HANDLER_2.key(),
            &payload,
            &to,
        );
        cases.push(vector("refuse", name, "Q6", declared, &file));
    }
    let good = sign(
        Context::Conflict,
        &HANDLER_2.key(),
        &conflict(world, &[Kind::Unit], ""),
    );
    let mut sealed = |name: &str, plain: &[u8], to: &Recipient| {
        let file =
            Sealer::new(format!("conflicts/{name}")).seal_with(plain, std::slice::from_ref(to), "");
        cases.push(vector("refuse", name, "Q6", true, &file));
    };
    sealed("conflict-not-framed", good.as_bytes(), &to);
    let large = framing::frame_exact(good.as_bytes(), 4 * FRAME).expect("fits");
    sealed("conflict-in-too-large-a-frame", &large, &to);
    let elsewhere = sign(
        Context::Brief,
        &HANDLER_2.key(),
        &conflict(world, &[Kind::Unit], ""),
    );
    sealed("conflict-in-another-context", &framed(&elsewhere), &to);
    sealed(
        "conflict-sealed-to-another",
        &framed(&good),
        HANDLER.identity().recipient(),
    );
    cases
}

pub(crate) fn check_brief(file: &Value) {
    let directory = directory(&file["directory"]).expect("a directory");
    let brief = Brief::open(
        &bytes(file, "file"),
        &Identity::parse(text(file, "identity")).expect("an identity"),
        &read(&file["service"]),
        &read(&file["case"]),
        &read(&file["member"]),
        |grantor, serial| listed(&directory, grantor, serial),
    );
    check(file, brief);
}

pub(crate) fn check_conflict(file: &Value) {
    let directory = directory(&file["directory"]).expect("a directory");
    let conflict = Conflict::open(
        &bytes(file, "file"),
        &Identity::parse(text(file, "identity")).expect("an identity"),
        &read(&file["service"]),
        &read(&file["case"]),
        &read(&file["member"]),
        |member, serial| listed(&directory, member, serial),
    );
    let declared: bool = read(&file["conflict"]);
    check(
        file,
        conflict.and_then(|found| {
            if found.agrees(declared) {
                Ok(found)
            } else {
                Err(Refused::by("Q6"))
            }
        }),
    );
}

fn check<T: Serialize>(file: &Value, opened: Result<T, Refused>) {
    match opened {
        Ok(content) => {
            assert_eq!(file["kind"], "accept");
            assert_eq!(json!(content), file["content"]);
        }
        Err(refused) => {
            assert_eq!(file["kind"], "refuse");
            assert_eq!(refused.rule(), text(file, "rule"));
        }
    }
}
