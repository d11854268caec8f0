//! Vectors of conversations.

use rightline::protocol::directory::Directory;
use rightline::protocol::hybrid::Identity;
use rightline::protocol::message::{
    Conversation, Copy, Entry, Item, Kind, Message, Next, Place, Seen, Signers, Stage, Stub,
    Warning, Written, stage_in_force, write_with,
};
use rightline::protocol::signing::{Context, Signed, SigningKey, VerifyingKey, sign};
use rightline::protocol::statement::Case as Rooted;
use rightline::protocol::token::Token;
use rightline::protocol::{CaseId, Digest, MemberId, ServiceId};
use serde_json::{Value, json};

use crate::directory::{directory, read};
use crate::sealer::Sealer;
use crate::token::age_identity;
use crate::world::{
    HANDLER, HANDLER_2, LEAD, Person, World, day, recovery_id, recovery_keys, today,
};
use crate::{Case, b64, bytes, text};

pub(crate) fn make(world: &World) -> Vec<Case> {
    conversations(world)
}

/// A conversation as it is being written.
pub(crate) struct Talk<'a> {
    world: &'a World,
    sealer: Sealer,
    pub(crate) to: Vec<Written>,
    pub(crate) from: Vec<Written>,
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
        self.signed(by.id(), &by.key(), message, change)
    }

    fn signed(
        &mut self,
        author: MemberId,
        key: &SigningKey,
        message: &Message,
        change: impl FnOnce(&mut Place),
    ) -> &mut Self {
        let mut place = self.place(&self.to, &self.from);
        change(&mut place);
        let statement = &self.world.report.statement;
        let to = Some((author, &statement.reporter_recipient));
        let sealer = &mut self.sealer;
        let written = write_with(
            &place,
            to,
            key,
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
    pub(crate) fn vector(&self, name: &str, rule: &str, copy: Copy) -> Case {
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

pub(crate) fn whole<'a>(world: &'a World, label: &str) -> Talk<'a> {
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
    // It reads, and says nothing.
    bad("stub-by-the-recovery", "D12", Copy::Reporter, &|talk| {
        let service = talk.world.service;
        let key = recovery_keys(service).signing_key();
        talk.signed(recovery_id(service), &key, &question(), |_| {});
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
