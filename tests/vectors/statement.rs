//! Vectors of statements and of the parts of a report.

use rightline::protocol::hybrid::Identity;
use rightline::protocol::report::{self, IdentityContent, Part};
use rightline::protocol::signing::{Context, PREFIX, sign, sign_bytes};
use rightline::protocol::statement::{Case as Rooted, Statement};
use rightline::protocol::{Anchor, CaseId, Digest, ServiceId, framing, json};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::directory::read;
use crate::sealer::Sealer;
use crate::token::age_identity;
use crate::world::{CUSTODIAN, HANDLER, HANDLER_2, World};
use crate::{Case, b64, bytes, text};

pub(crate) fn make(world: &World) -> Vec<Case> {
    [statements(world), parts(world)].concat()
}

fn statements(world: &World) -> Vec<Case> {
    let report = &world.report;
    let case = report.case();
    let content = |signed: &[u8]| json!({"service": world.service, "statement": b64(signed)});
    let good = report.signed.as_bytes();
    let bad = |name: &str, signed: &[u8]| Case::refuse("statement", name, "C2", content(signed));
    let accept = |name: &str, rule: &str, signed: &[u8]| {
        let id = CaseId::from(Digest::of(signed));
        let mut accepted = content(signed);
        accepted["case"] = json!(id);
        accepted["anchor"] = json!(case.statement.anchor());
        accepted["reference"] = json!(id.reference().to_string());
        Case::accept("statement", name, rule, accepted)
    };
    let resigned = |change: &dyn Fn(&mut Statement)| {
        report
            .clone()
            .resigned(&world.key(), change)
            .signed
            .into_bytes()
    };
    let signed_value = |change: &dyn Fn(&mut Value)| {
        let mut value = serde_json::to_value(&case.statement).expect("JSON");
        change(&mut value);
        sign(Context::Statement, &world.key(), &value).into_bytes()
    };
    let on_day = |day: &str| signed_value(&|value| value["day"] = json!(day));
    // White space may fill a document up (N5).
    let of_size = |size: usize| {
        let mut payload = json::write(&case.statement);
        payload.resize(size - PREFIX, b' ');
        sign_bytes(Context::Statement, &world.key(), &payload).into_bytes()
    };
    let mut changed = good.to_vec();
    let last = changed.len() - 3;
    changed[last] ^= 1;
    vec![
        accept("good", "S1", good),
        accept("on-the-first-day", "N4", &on_day("0001-01-01")),
        accept("of-the-greatest-size", "G5", &of_size(32_768)),
        bad("too-long", &of_size(32_769)),
        bad("day-of-year-zero", &on_day("0000-12-31")),
        bad("changed", &changed),
        bad(
            "another-context",
            sign(Context::Stub, &world.key(), &case.statement).as_bytes(),
        ),
        bad(
            "another-key",
            sign(Context::Statement, &HANDLER.key(), &case.statement).as_bytes(),
        ),
        bad(
            "another-reporter-key",
            &resigned(&|one| one.reporter_key = HANDLER.key().verifying_key()),
        ),
        bad(
            "another-service",
            &resigned(&|one| one.service = ServiceId::new([1; 32])),
        ),
        bad(
            "unknown-member",
            &signed_value(&|value| value["more"] = json!(1)),
        ),
        bad(
            "missing-member",
            &signed_value(&|value| {
                value.as_object_mut().expect("an object").remove("day");
            }),
        ),
        bad(
            "unknown-route",
            &signed_value(&|value| value["route"] = json!("elsewhere")),
        ),
        bad(
            "time-instead-of-day",
            &signed_value(&|value| value["day"] = json!("2026-11-23T10:00:00Z")),
        ),
        bad(
            "classical-recipient",
            &signed_value(&|value| {
                value["case_recipient"] =
                    json!("age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p");
            }),
        ),
        bad(
            "upper-case-digest",
            &signed_value(&|value| {
                value["lookup"] = json!(text(value, "lookup").to_uppercase());
            }),
        ),
    ]
}

pub(crate) fn check_statement(file: &Value) {
    let service: ServiceId = read(&file["service"]);
    let case = Rooted::read(&bytes(file, "statement"))
        .ok()
        .filter(|case| case.statement.service == service);
    if file["kind"] == "refuse" {
        assert!(case.is_none());
        return;
    }
    let case = case.expect("a statement");
    assert_eq!(json!(case.id), file["case"]);
    assert_eq!(json!(case.statement.anchor()), file["anchor"]);
    assert_eq!(case.id.reference().to_string(), text(file, "reference"));
}

#[expect(
    clippy::too_many_lines,
    reason = "a list of one vector after the other"
)]
fn parts(world: &World) -> Vec<Case> {
    let report = &world.report;
    let anchor = report.statement.anchor();
    let make = |name: &str,
                rule: &str,
                part: &str,
                file: &[u8],
                seed: [u8; 32],
                outcome: &str,
                content: Value| {
        let kind = if outcome == "good" {
            "accept"
        } else {
            "refuse"
        };
        Case::new(
            "report",
            name,
            rule,
            kind,
            json!({
                "part": part, "file": b64(file), "identity": age_identity(seed), "service": world.service,
                "anchor": anchor, "outcome": outcome, "content": content,
            }),
        )
    };
    let stamped = |mut value: Value| {
        value["service"] = json!(world.service);
        value["anchor"] = json!(anchor);
        value
    };
    let parties = stamped(json!(crate::world::parties()));
    let body = stamped(json!(crate::world::body("confidential")));
    let identity = stamped(json!(crate::world::identity_content()));
    let mut writer = Sealer::new("report parts");
    let mut sealed = |content: &Value| {
        let frame = framing::frame(&json::write(content)).expect("fits");
        writer
            .seal(&frame, &[World::case_identity().recipient().clone()])
            .expect("seals")
    };
    let mut foreign = body.clone();
    foreign["anchor"] = json!(Anchor::new([1; 32]));
    let mut unknown_code = body.clone();
    unknown_code["pattern"] = json!("weekly");
    let mut more = body.clone();
    more["more"] = json!("");
    let mut long = body.clone();
    long["when"] = json!("x".repeat(5_001));
    let case = World::case_seed();
    vec![
        make(
            "parties",
            "R4",
            "parties",
            &report.parties,
            HANDLER.seed(),
            "good",
            parties.clone(),
        ),
        make(
            "parties-second-reader",
            "R4",
            "parties",
            &report.parties,
            HANDLER_2.seed(),
            "good",
            parties,
        ),
        make(
            "body",
            "R5",
            "body",
            &report.body,
            case,
            "good",
            body.clone(),
        ),
        make(
            "identity",
            "R6",
            "identity",
            &report.identity,
            CUSTODIAN.seed(),
            "good",
            identity,
        ),
        make(
            "body-with-an-unknown-code",
            "R8",
            "body",
            &sealed(&unknown_code),
            case,
            "good",
            unknown_code.clone(),
        ),
        make(
            "body-with-a-long-text",
            "R8",
            "body",
            &sealed(&long),
            case,
            "good",
            long.clone(),
        ),
        make(
            "body-of-another-case",
            "R9",
            "body",
            &sealed(&foreign),
            case,
            "foreign",
            foreign.clone(),
        ),
        make(
            "body-with-another-member",
            "R9",
            "body",
            &sealed(&more),
            case,
            "unreadable",
            Value::Null,
        ),
        make(
            "body-that-is-text",
            "R9",
            "body",
            &sealed(&json!("hello")),
            case,
            "unreadable",
            Value::Null,
        ),
        make(
            "body-to-somebody-else",
            "R9",
            "body",
            &report.body,
            HANDLER.seed(),
            "shut",
            Value::Null,
        ),
        make(
            "identity-of-nobody",
            "R3",
            "identity",
            &world.anonymous().identity,
            CUSTODIAN.seed(),
            "shut",
            Value::Null,
        ),
    ]
}

pub(crate) fn check_part(file: &Value) {
    match text(file, "part") {
        "parties" => check_part_as::<report::Parties>(file),
        "body" => check_part_as::<report::Body>(file),
        "identity" => check_part_as::<IdentityContent>(file),
        other => panic!("unknown part {other}"),
    }
}

fn check_part_as<T: DeserializeOwned + serde::Serialize + report::Anchored>(file: &Value) {
    let identity = Identity::parse(text(file, "identity")).expect("an identity");
    let part = report::open_part::<T>(
        &bytes(file, "file"),
        &identity,
        &read(&file["service"]),
        &read(&file["anchor"]),
    );
    let (outcome, content) = match part {
        Ok(Part::Good(content)) => ("good", json!(content)),
        Ok(Part::Foreign(content)) => ("foreign", json!(content)),
        Ok(Part::Unreadable(_)) => ("unreadable", Value::Null),
        Err(_) => ("shut", Value::Null),
    };
    assert_eq!(outcome, text(file, "outcome"));
    assert_eq!(content, file["content"]);
}
