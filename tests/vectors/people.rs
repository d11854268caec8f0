//! Vectors of applications, and of the audit trail and its heads.

use rightline::protocol::audit::{By, Head, Mark, Row};
use rightline::protocol::bytes::Blob;
use rightline::protocol::enrolment::Application;
use rightline::protocol::signing::{Context, Signed, SigningKey, sign};
use rightline::protocol::{Digest, ServiceId, json};
use serde_json::{Value, json};

use crate::directory::{directory, read};
use crate::world::{
    AUDITOR, HANDLER, HANDLER_2, LEAD, Person, World, recovery_id, recovery_keys, today,
};
use crate::{Case, text};

/// Somebody who is not listed yet.
const NEWCOMER: Person = Person("newcomer-1");

pub(crate) fn make(world: &World) -> Vec<Case> {
    [applications(world), trails(world), heads(world)].concat()
}

fn applications(world: &World) -> Vec<Case> {
    let application = |change: &dyn Fn(&mut Application)| {
        let mut one = Application {
            service: world.service,
            member: NEWCOMER.id(),
            label: NEWCOMER.0.parse().expect("a label"),
            recipient: NEWCOMER.identity().recipient().clone(),
            key: NEWCOMER.key().verifying_key(),
            replaces: None,
            day: today(),
        };
        change(&mut one);
        one
    };
    let make = |kind: &str, name: &str, document: &Signed| {
        Case::new(
            "enrolment",
            name,
            "A5",
            kind,
            json!({"service": world.service, "document": document}),
        )
    };
    let good = |name: &str, change: &dyn Fn(&mut Application)| {
        let one = application(change);
        let mut case = make("accept", name, &one.sign(&NEWCOMER.key()));
        case.set("content", json!(one));
        case.set("words", json!(one.words().join(" ")));
        case
    };
    let bad = |name: &str, change: &dyn Fn(&mut Application)| {
        make("refuse", name, &application(change).sign(&NEWCOMER.key()))
    };
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut value = json!(application(&|_| {}));
        change(&mut value);
        sign(Context::Enrol, &NEWCOMER.key(), &value)
    };
    let plain = application(&|_| {});
    let mut tampered = plain.sign(&NEWCOMER.key()).into_bytes();
    let last = tampered.len() - 3;
    tampered[last] ^= 1;
    vec![
        good("application", &|_| {}),
        good("application-to-replace-a-member", &|one| {
            one.replaces = Some(HANDLER.id());
        }),
        bad("application-to-another-service", &|one| {
            one.service = ServiceId::new([1; 32]);
        }),
        bad("application-with-another's-key", &|one| {
            one.key = HANDLER.key().verifying_key();
        }),
        bad("application-to-replace-oneself", &|one| {
            one.replaces = Some(NEWCOMER.id());
        }),
        make(
            "refuse",
            "application-signed-by-another",
            &plain.sign(&HANDLER.key()),
        ),
        make(
            "refuse",
            "application-in-another-context",
            &sign(Context::Head, &NEWCOMER.key(), &plain),
        ),
        make(
            "refuse",
            "application-changed",
            &Signed::parse(tampered).expect("a document"),
        ),
        make(
            "refuse",
            "application-without-a-label",
            &changed(&|value| value["label"] = json!("")),
        ),
        make(
            "refuse",
            "application-with-roles",
            &changed(&|value| value["roles"] = json!(["handler"])),
        ),
    ]
}

/// A trail of three rows, of a sign-in, a founding by the command line and a case.
fn rows(world: &World) -> Vec<Vec<u8>> {
    let mut mark = Mark::START;
    let mut add = |change: &dyn Fn(&mut Row)| {
        let mut row = Row {
            number: mark.number + 1,
            previous: mark.digest,
            time: 1_795_478_400 + mark.number * 60,
            who: Some(HANDLER.id()),
            by: By::Member,
            act: "sign-in".to_owned(),
            case: None,
            about: None,
            outcome: "done".to_owned(),
        };
        change(&mut row);
        let bytes = row.bytes();
        mark.add(&bytes).expect("a row");
        bytes
    };
    vec![
        add(&|row| {
            (row.who, row.by, row.act) = (None, By::Command, "init".to_owned());
        }),
        add(&|_| {}),
        add(&|row| {
            row.act = "grant".to_owned();
            (row.case, row.about) = (Some(world.report.id()), Some(HANDLER_2.id()));
            row.outcome = "sequence".to_owned();
        }),
    ]
}

/// Where rows lead from the start.
fn end(rows: &[Vec<u8>]) -> Mark {
    let mut mark = Mark::START;
    for row in rows {
        mark.add(row).expect("a row");
    }
    mark
}

fn trails(world: &World) -> Vec<Case> {
    let good = rows(world);
    let make = |kind: &str, name: &str, after: Mark, rows: &[Vec<u8>]| {
        let rows: Vec<Blob> = rows.iter().cloned().map(Blob).collect();
        Case::new(
            "audit",
            name,
            "A8",
            kind,
            json!({"of": "rows", "after": after, "rows": rows}),
        )
    };
    let accept = |name: &str, after: Mark, rows: &[Vec<u8>], to: Mark| {
        let mut case = make("accept", name, after, rows);
        case.set("end", json!(to));
        case
    };
    // Each ends with a row that does not hold.
    let refuse = |name: &str, change: &dyn Fn(&mut Value)| {
        let mut value: Value = serde_json::from_slice(&good[2]).expect("JSON");
        change(&mut value);
        let rows = [&good[..2], &[json::write(&value)]].concat();
        make("refuse", name, Mark::START, &rows)
    };
    let spaced = |length: usize| {
        let mut row = good[0].clone();
        row.resize(length, b' ');
        vec![row]
    };
    vec![
        accept("rows", Mark::START, &good, end(&good)),
        accept("rows-none", Mark::START, &[], Mark::START),
        accept("rows-after-two", end(&good[..2]), &good[2..], end(&good)),
        accept(
            "row-of-the-greatest-size",
            Mark::START,
            &spaced(1_024),
            end(&spaced(1_024)),
        ),
        make("refuse", "row-too-long", Mark::START, &spaced(1_025)),
        make(
            "refuse",
            "row-missing",
            Mark::START,
            &[good[0].clone(), good[2].clone()],
        ),
        make(
            "refuse",
            "row-twice",
            Mark::START,
            &[good[0].clone(), good[0].clone()],
        ),
        make(
            "refuse",
            "rows-not-from-the-first",
            Mark::START,
            &good[1..2],
        ),
        refuse("row-skips-a-number", &|row| row["number"] = json!(4)),
        refuse("row-after-another", &|row| {
            row["previous"] = json!(Digest::new([1; 32]));
        }),
        refuse("row-with-another-member", &|row| row["more"] = json!("")),
        refuse("row-by-neither", &|row| row["by"] = json!("service")),
        refuse("row-at-no-time", &|row| row["time"] = json!("2026-11-23")),
    ]
}

fn heads(world: &World) -> Vec<Case> {
    let make = |kind: &str, name: &str, rule: &str, document: &Signed| {
        Case::new(
            "audit",
            name,
            rule,
            kind,
            json!({"of": "head", "directory": world.second.json(), "document": document}),
        )
    };
    let last = end(&rows(world));
    let head = |change: &dyn Fn(&mut Head)| {
        let mut head = Head {
            service: world.service,
            number: last.number,
            digest: last.digest,
            member: AUDITOR.id(),
            serial: 2,
            day: today(),
        };
        change(&mut head);
        head
    };
    let bad = |name: &str, rule: &str, signer: &SigningKey, change: &dyn Fn(&mut Head)| {
        make("refuse", name, rule, &head(change).sign(signer))
    };
    let own = AUDITOR.key();
    let mut good = make("accept", "head", "A7", &head(&|_| {}).sign(&own));
    good.set("content", json!(head(&|_| {})));
    let recovery = recovery_id(world.service);
    let recovery_key = recovery_keys(world.service).signing_key();
    vec![
        good,
        bad("head-of-another-service", "A7", &own, &|head| {
            head.service = ServiceId::new([1; 32]);
        }),
        bad("head-of-no-row", "A7", &own, &|head| head.number = 0),
        bad("head-by-a-handler", "A7", &HANDLER.key(), &|head| {
            head.member = HANDLER.id();
        }),
        bad("head-signed-by-another", "A7", &HANDLER.key(), &|_| {}),
        bad("head-by-nobody-listed", "D9", &LEAD.key(), &|head| {
            head.member = LEAD.id();
        }),
        bad("head-by-the-recovery", "D9", &recovery_key, &|head| {
            head.member = recovery;
        }),
        bad("head-by-another-root", "D9", &own, &|head| head.serial = 3),
        make(
            "refuse",
            "head-in-another-context",
            "A7",
            &sign(Context::Enrol, &own, &head(&|_| {})),
        ),
    ]
}

pub(crate) fn check_application(file: &Value) {
    let read_ = Application::read(&read(&file["document"]), &read(&file["service"]));
    assert_eq!(read_.is_ok(), file["kind"] == "accept");
    if let Ok(application) = read_ {
        assert_eq!(json!(application), file["content"]);
        assert_eq!(application.words().join(" "), text(file, "words"));
    }
}

pub(crate) fn check_audit(file: &Value) {
    let accept = file["kind"] == "accept";
    if file["of"] == "head" {
        let directory = directory(&file["directory"]).expect("a directory");
        let head = Head::read(&read(&file["document"]), &directory);
        match head {
            Ok(head) => {
                assert!(accept);
                assert_eq!(json!(head), file["content"]);
            }
            Err(refused) => {
                assert!(!accept);
                assert_eq!(refused.rule(), text(file, "rule"));
            }
        }
        return;
    }
    let mut mark: Mark = read(&file["after"]);
    let rows: Vec<Blob> = read(&file["rows"]);
    let held = rows
        .iter()
        .take_while(|row| mark.add(row.as_ref()).is_ok())
        .count();
    assert_eq!(held, rows.len() - usize::from(!accept));
    if accept {
        assert_eq!(json!(mark), file["end"]);
    }
}
