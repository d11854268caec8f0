//! Vectors of messages whose content differs from the stub in one member alone.

use rightline::protocol::message::Copy;
use rightline::protocol::signing::{Context, sign};
use rightline::protocol::{Digest, framing, sealing};
use serde_json::{Value, json};

use crate::Case;
use crate::messages::{Talk, whole};
use crate::sealer::Sealer;
use crate::world::{HANDLER_2, World};

pub(crate) fn make(world: &World) -> Vec<Case> {
    let other = Digest::new([1; 32]);
    let changes = [
        ("service", json!(other)),
        ("case", json!(other)),
        ("epoch", json!(1)),
        (
            "audience",
            json!(world.report.statement.reporter_recipient.digest()),
        ),
        ("direction", json!("from_reporter")),
        ("sequence", json!(3)),
        ("previous", json!(other)),
        ("seen", json!({"sequence": 1, "digest": other})),
        ("stage", json!("closed")),
        ("author", json!(other.to_string()[..32])),
        ("serial", json!(1)),
        ("day", json!("2026-11-22")),
        ("version", json!(2)),
        ("more", json!("")),
    ];
    changes
        .into_iter()
        .map(|(member, value)| {
            let mut talk = whole(world, "contents");
            exchange(&mut talk, world, member, value);
            talk.vector(&format!("content-with-another-{member}"), "M4", Copy::Case)
        })
        .collect()
}

/// Seals the second message to the reporter again, with one member of its content changed.
fn exchange(talk: &mut Talk<'_>, world: &World, member: &str, value: Value) {
    let written = &mut talk.to[1];
    let framed = sealing::open(&written.case_file, &World::case_identity()).expect("opens");
    let signed = framing::unframe(&framed).expect("a frame");
    let mut content: Value = serde_json::from_slice(&signed[97..]).expect("JSON");
    content[member] = value;
    let signed = sign(Context::Message, &HANDLER_2.key(), &content);
    let framed = framing::frame(signed.as_bytes()).expect("fits");
    let to = [world.report.statement.case_recipient.clone()];
    let file = Sealer::new(format!("contents/{member}")).seal_with(&framed, &to, "");
    let mut stub: Value = serde_json::from_slice(written.stub.unverified_payload()).expect("JSON");
    stub["files"]["case"] = json!(Digest::of(&file));
    written.stub = sign(Context::Stub, &HANDLER_2.key(), &stub);
    written.case_file = file;
    // The reporter's later message had seen the stub as it was.
    talk.from.truncate(1);
}
