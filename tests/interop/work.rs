//! The work on a whole case: records, acts with their words, a brief and what members declare.

use std::collections::BTreeMap;

use rightline::protocol::act::{Act, ActRow, Clock, Part, Words};
use rightline::protocol::brief::{self, Brief, Exclude, Named};
use rightline::protocol::bytes::Blob;
use rightline::protocol::conflict::{Conflict, Kind};
use rightline::protocol::directory::Directory;
use rightline::protocol::hybrid::CaseIdentity;
use rightline::protocol::record::{self, Name, Place, Revision};
use rightline::protocol::report::Version;
use rightline::protocol::signing::{Context, Signed, VerifyingKey};
use rightline::protocol::statement::Case;
use rightline::protocol::{Digest, MemberId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::made::recipient;
use crate::read::Identities;
use crate::world::{HANDLER, HANDLER_2, INVESTIGATOR, Person, World, team_id, today};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Work {
    record: Name,
    revisions: Vec<RevisionFile>,
    acts: Vec<ActFile>,
    brief: BriefFile,
    conflicts: Vec<ConflictFile>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RevisionFile {
    stub: Signed,
    file: Blob,
    content: Map<String, Value>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ActFile {
    signed: Signed,
    file: Blob,
    act: Value,
    words: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BriefFile {
    member: MemberId,
    file: Blob,
    people: Vec<Named>,
    exclude: Exclude,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConflictFile {
    member: MemberId,
    conflict: bool,
    file: Blob,
    kinds: Vec<Kind>,
    detail: String,
}

/// What members do with the case before its second epoch and after.
pub(crate) fn made(world: &World, case: &Case) -> Work {
    Work {
        record: Name::Severity,
        revisions: revisions(world, case),
        acts: acts(world, case),
        brief: brief(world, case),
        conflicts: vec![
            conflict(world, case, HANDLER, &[Kind::None], ""),
            conflict(
                world,
                case,
                HANDLER_2,
                &[Kind::Family, Kind::Unit],
                "Grüße 👋",
            ),
        ],
    }
}

fn revisions(world: &World, case: &Case) -> Vec<RevisionFile> {
    let mut previous = Digest::ZERO;
    let level = |level: &str| json!({"assessments": [{"id": "5f3a91c2", "level": level, "more": [1, true, null, {"a": "<b>"}]}]});
    [
        (0, HANDLER, level("misconduct")),
        (1, INVESTIGATOR, level("gross_misconduct")),
    ]
    .into_iter()
    .zip(1..)
    .map(|((epoch, by, content), revision)| {
        let place = Place {
            service: world.service,
            case: case.id,
            epoch,
            record: Name::Severity,
            revision,
            previous,
            author: by.id(),
            serial: 2,
            day: today(),
        };
        let content = content.as_object().expect("an object").clone();
        let to = recipient(epoch as usize);
        let written = record::write(&place, &by.key(), &to, &content).expect("writes");
        previous = written.stub.digest();
        RevisionFile {
            stub: written.stub,
            file: Blob(written.file),
            content,
        }
    })
    .collect()
}

fn acts(world: &World, case: &Case) -> Vec<ActFile> {
    let mut previous: Digest = case.id.into();
    let assign = Act::Assign {
        part: Part::Authority,
        member: INVESTIGATOR.id(),
    };
    let route = Act::Route {
        teams: vec![team_id("intake"), team_id("independent")],
    };
    let pause = Act::Pause {
        clock: Clock::Update,
    };
    [
        (0, HANDLER, route, "Because – 😐"),
        (0, HANDLER_2, assign, ""),
        (1, HANDLER, pause, "They are away."),
    ]
    .into_iter()
    .zip(1..)
    .map(|((epoch, by, act, said), number)| {
        let words = Words {
            version: Version,
            service: world.service,
            case: case.id,
            number,
            text: said.to_owned(),
        };
        let file = words.seal(&recipient(epoch)).expect("seals");
        let row = ActRow {
            service: world.service,
            case: case.id,
            number,
            previous,
            member: by.id(),
            serial: 2,
            day: today(),
            file: Digest::of(&file),
            act,
        };
        let signed = row.sign(&by.key());
        previous = signed.digest();
        ActFile {
            signed,
            file: Blob(file),
            act: json!(row.act),
            words: said.to_owned(),
        }
    })
    .collect()
}

fn brief(world: &World, case: &Case) -> BriefFile {
    let people = vec![Named {
        who: "PS 1234".to_owned(),
        unit: "Central response".to_owned(),
        part: brief::Part::Subject,
    }];
    let exclude = Exclude {
        units: vec!["Custody".to_owned()],
        members: vec![HANDLER_2.id()],
        other: "His friends. – 😐".to_owned(),
    };
    let brief = Brief {
        version: Version,
        service: world.service,
        case: case.id,
        grantee: INVESTIGATOR.id(),
        grantor: HANDLER.id(),
        serial: 2,
        day: today(),
        people: people.clone(),
        exclude: exclude.clone(),
    };
    let to = INVESTIGATOR.identity().recipient().clone();
    BriefFile {
        member: INVESTIGATOR.id(),
        file: Blob(brief.seal(&HANDLER.key(), &to).expect("seals")),
        people,
        exclude,
    }
}

fn conflict(world: &World, case: &Case, by: Person, kinds: &[Kind], detail: &str) -> ConflictFile {
    let conflict = Conflict {
        version: Version,
        service: world.service,
        case: case.id,
        member: by.id(),
        serial: 2,
        day: today(),
        kinds: kinds.to_vec(),
        detail: detail.to_owned(),
    };
    let to = &case.statement.case_recipient;
    ConflictFile {
        member: by.id(),
        conflict: !kinds.contains(&Kind::None),
        file: Blob(conflict.seal(&by.key(), to).expect("seals")),
        kinds: kinds.to_vec(),
        detail: detail.to_owned(),
    }
}

/// Opens all of it, by the secrets of the case's epochs and the members' own.
pub(crate) fn check(
    work: &Work,
    case: &Case,
    directory: &Directory,
    secrets: &BTreeMap<u32, CaseIdentity>,
    members: &Identities,
) {
    let listed = |member: &MemberId, serial: u64| -> Option<&VerifyingKey> {
        (serial == directory.root().serial)
            .then(|| directory.key_of(member))
            .flatten()
    };
    let service = case.statement.service;
    let mut previous = Digest::ZERO;
    for (one, number) in work.revisions.iter().zip(1..) {
        let named: Revision = one.stub.unverified(Context::Record).expect("a stub");
        let key = listed(&named.author, named.serial).expect("an author");
        let stub = Revision::read(&one.stub, key).expect("a stub");
        assert_eq!((stub.service, stub.case), (service, case.id));
        assert_eq!((stub.record, stub.revision), (work.record, number));
        assert_eq!(stub.previous, previous);
        let content = record::read(&stub, key, one.file.as_ref(), &secrets[&stub.epoch]);
        assert_eq!(content.expect("a content"), one.content);
        previous = one.stub.digest();
    }
    previous = case.id.into();
    for (one, number) in work.acts.iter().zip(1..) {
        let named: ActRow = one.signed.unverified(Context::Act).expect("an act");
        let key = listed(&named.member, named.serial).expect("a member");
        let row = ActRow::read(&one.signed, key).expect("an act");
        assert_eq!((row.service, row.case), (service, case.id));
        assert_eq!((row.number, row.previous), (number, previous));
        assert_eq!(json!(row.act), one.act);
        // The act does not say under which epoch its words are sealed.
        let mut opened = secrets
            .values()
            .rev()
            .filter_map(|secret| Words::open(&row, one.file.as_ref(), secret).ok());
        assert_eq!(opened.next().expect("words").text, one.words);
        previous = one.signed.digest();
    }
    let given = &work.brief;
    let own = &members[&given.member];
    let file = given.file.as_ref();
    let brief = Brief::open(file, own, &service, &case.id, &given.member, listed);
    let brief = brief.expect("a brief");
    assert_eq!(
        (brief.people, brief.exclude),
        (given.people.clone(), given.exclude.clone())
    );
    for one in &work.conflicts {
        let file = one.file.as_ref();
        let found = Conflict::open(file, &secrets[&0], &service, &case.id, &one.member, listed);
        let found = found.expect("a conflict file");
        assert!(found.agrees(one.conflict));
        assert_eq!(
            (found.kinds, found.detail),
            (one.kinds.clone(), one.detail.clone())
        );
    }
}
