//! Vectors of bodies with a form (M10), and a reader of them that is written from the protocol alone.

use rightline::protocol::json::read;
use rightline::protocol::message::{Form, Kind};
use rightline::protocol::report::Version;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{Case, text};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "what counts is that it reads")]
struct CheckIn {
    version: Version,
    answer: String,
    what: Vec<String>,
    detail: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "what counts is that it reads")]
struct Survey {
    version: Version,
    listened: String,
    informed: String,
    safe: String,
    again: String,
    detail: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "what counts is that it reads")]
struct Reveal {
    version: Version,
    name: String,
    contact: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "what counts is that it reads")]
struct Exclude {
    version: Version,
    people: String,
    units: Vec<String>,
    detail: String,
}

const TREATMENTS: [&str; 3] = ["better", "same", "worse"];
const SCALE: [&str; 4] = ["", "agree", "neither", "disagree"];
const ANSWERS: [&str; 4] = ["", "yes", "no", "unknown"];

fn is_a(form: &str, body: &str) -> bool {
    let bytes = body.as_bytes();
    let is = match form {
        "check_in_answer" => {
            read::<CheckIn>(bytes).is_ok_and(|one| TREATMENTS.contains(&one.answer.as_str()))
        }
        "survey" => read::<Survey>(bytes).is_ok_and(|one| {
            let scales = [one.listened, one.informed, one.safe];
            let known = scales.iter().all(|scale| SCALE.contains(&scale.as_str()));
            known && ANSWERS.contains(&one.again.as_str())
        }),
        "reveal" => read::<Reveal>(bytes).is_ok(),
        "exclude" => read::<Exclude>(bytes).is_ok(),
        other => panic!("no form {other}"),
    };
    // The service's own reader, by which the plain pages write, sees it alike.
    let kind = Kind::known(form).expect("a kind with a form");
    assert_eq!(Form::read(&kind, body).is_some(), is, "{form}: {body}");
    is
}

fn good() -> [(&'static str, Value); 4] {
    [
        (
            "check_in_answer",
            json!({
                "version": 1, "answer": "worse", "what": ["ostracism", "rota", "identity_hunting"],
                "detail": "Nobody sits with me. – 😐",
            }),
        ),
        (
            "survey",
            json!({
                "version": 1, "listened": "agree", "informed": "neither", "safe": "disagree", "again": "yes",
                "detail": "",
            }),
        ),
        (
            "reveal",
            json!({"version": 1, "name": "A. Officer", "contact": "after 18:00"}),
        ),
        (
            "exclude",
            json!({"version": 1, "people": "Insp Marsh", "units": ["Central response"], "detail": "His brother-in-law."}),
        ),
    ]
}

#[expect(
    clippy::too_many_lines,
    reason = "a list of one vector after the other"
)]
pub(crate) fn make() -> Vec<Case> {
    let accept = |form: &str, name: &str, body: &str, content: &Value| {
        let mut content = content.clone();
        content
            .as_object_mut()
            .expect("an object")
            .remove("version");
        Case::accept(
            "bodies",
            name,
            "M10",
            json!({"form": form, "body": body, "content": content}),
        )
    };
    let refuse = |form: &str, name: &str, body: &str| {
        Case::refuse("bodies", name, "M10", json!({"form": form, "body": body}))
    };
    let mut cases = Vec::new();
    for (form, content) in good() {
        let name = form.replace('_', "-");
        cases.push(accept(form, &name, &content.to_string(), &content));
        let with = |member: &str, value: Value| {
            let mut content = content.clone();
            content[member] = value;
            content.to_string()
        };
        cases.push(refuse(
            form,
            &format!("{name}-of-a-later-version"),
            &with("version", json!(2)),
        ));
        cases.push(refuse(
            form,
            &format!("{name}-with-another-member"),
            &with("more", json!("")),
        ));
        let first = content
            .as_object()
            .expect("an object")
            .keys()
            .next()
            .expect("a member");
        let mut less = content.clone();
        less.as_object_mut()
            .expect("an object")
            .remove(first.as_str());
        cases.push(refuse(
            form,
            &format!("{name}-without-a-member"),
            &less.to_string(),
        ));
        cases.push(refuse(
            form,
            &format!("{name}-that-is-text"),
            "It is as it was.",
        ));
    }
    let [
        (check_in, answer),
        (survey, scales),
        (reveal, _),
        (exclude, _),
    ] = good();
    let with = |content: &Value, member: &str, value: Value| {
        let mut content = content.clone();
        content[member] = value;
        content
    };
    // What a later version adds to the list is shown as it stands; how it goes must be known.
    let later = with(&answer, "what", json!(["gossip"]));
    let spaced = serde_json::to_string_pretty(&answer).expect("writes");
    cases.extend([
        accept(
            check_in,
            "check-in-answer-with-an-unknown-code",
            &later.to_string(),
            &later,
        ),
        accept(
            check_in,
            "check-in-answer-with-white-space",
            &spaced,
            &answer,
        ),
        refuse(
            check_in,
            "check-in-answer-with-an-unknown-answer",
            &with(&answer, "answer", json!("so-so")).to_string(),
        ),
        refuse(
            check_in,
            "check-in-answer-with-none",
            &with(&answer, "answer", json!("")).to_string(),
        ),
        refuse(
            survey,
            "survey-with-an-unknown-scale",
            &with(&scales, "safe", json!("strongly")).to_string(),
        ),
        refuse(
            survey,
            "survey-with-an-unknown-answer",
            &with(&scales, "again", json!("perhaps")).to_string(),
        ),
        refuse(
            reveal,
            "reveal-with-a-member-twice",
            r#"{"version":1,"name":"A","name":"B","contact":""}"#,
        ),
        refuse(
            reveal,
            "reveal-with-text-after-it",
            r#"{"version":1,"name":"A","contact":""} Thanks"#,
        ),
        refuse(reveal, "reveal-that-is-a-list", r#"[1,"A",""]"#),
        refuse(
            exclude,
            "exclude-with-units-as-text",
            r#"{"version":1,"people":"","units":"Custody","detail":""}"#,
        ),
        {
            let none = json!({"version": 1, "people": "", "units": [], "detail": ""});
            accept(
                exclude,
                "exclude-that-names-nobody",
                &none.to_string(),
                &none,
            )
        },
    ]);
    cases
}

pub(crate) fn check_body(file: &Value) {
    let (form, body) = (text(file, "form"), text(file, "body"));
    assert_eq!(is_a(form, body), file["kind"] == "accept");
    if file["kind"] == "accept" {
        let mut said: Value = serde_json::from_str(body).expect("JSON");
        said.as_object_mut().expect("an object").remove("version");
        assert_eq!(said, file["content"]);
    }
}
