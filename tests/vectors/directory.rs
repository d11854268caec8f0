//! Vectors of the directory.

use rightline::protocol::directory::{
    Directory, LeadList, Pin, Recovery, Role, Root, Route, Team, sign_leads, sign_root, sign_team,
};
use rightline::protocol::signing::Signed;
use rightline::protocol::{Digest, ServiceId, json};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::sealer::drawn;
use crate::world::{
    CUSTODIAN, Documents, HANDLER, LEAD, LEAD_2, LEAD_3, Person, World, genesis_list, next_list,
    recovery, recovery_id, root, teams, today, vote,
};
use crate::{Case, text};

pub(crate) fn make(world: &World) -> Vec<Case> {
    [directories(world), pins(world)].concat()
}

pub(crate) fn read<T: DeserializeOwned>(value: &Value) -> T {
    json::read(value.to_string().as_bytes()).expect("of its format")
}

/// Verifies the documents of a directory as a vector holds them.
pub(crate) fn directory(value: &Value) -> Result<Directory, &'static str> {
    let leads: Vec<Signed> = read(&value["leads"]);
    let teams: Vec<Signed> = read(&value["teams"]);
    let first = Directory::verify(
        &read(&value["service"]),
        &read(&value["genesis"]),
        &leads,
        &read(&value["root"]),
    );
    let whole = teams.iter().try_fold(
        first.map_err(rightline::protocol::Refused::rule)?,
        Directory::with_team,
    );
    whole.map_err(rightline::protocol::Refused::rule)
}

/// A recovery of which leads say the same, however many shares it has.
fn split(service: ServiceId, threshold: u64, shares: u64) -> Recovery {
    let vote = |signer| vote(service, signer, (threshold, shares), today());
    Recovery {
        threshold,
        shares,
        signatures: vec![vote(LEAD), vote(LEAD_3)],
        ..recovery(service, &[], 2)
    }
}

/// The recovery of a directory: the id by which grants name it, and the words of its keys (D12, D13).
fn named(directory: &Directory) -> Value {
    directory.recovery().map_or(
        Value::Null,
        |recovery| json!({"id": recovery.id(), "words": recovery.words().join(" ")}),
    )
}

/// Signs a directory again after changing its payloads.
struct Forge {
    genesis: LeadList,
    list: LeadList,
    teams: Vec<Team>,
    root: Root,
    list_signer: Person,
    root_signer: Person,
}

fn forge(world: &World, change: impl FnOnce(&mut Forge)) -> Documents {
    let mut forge = Forge {
        genesis: genesis_list(),
        list: next_list(&world.first.genesis),
        teams: teams(world.service),
        root: root(
            world.service,
            world.first.leads[0].digest(),
            &world.first.teams,
        ),
        list_signer: LEAD_2,
        root_signer: LEAD,
    };
    let kept = forge.root.clone();
    change(&mut forge);
    let genesis = sign_leads(&LEAD.key(), &forge.genesis);
    let list = sign_leads(&forge.list_signer.key(), &forge.list);
    let teams: Vec<Signed> = forge
        .teams
        .iter()
        .map(|team| sign_team(&LEAD_2.key(), team))
        .collect();
    let fresh = root(world.service, list.digest(), &teams);
    if forge.root.teams == kept.teams {
        forge.root.teams = fresh.teams;
    }
    if forge.root.leads == kept.leads {
        forge.root.leads = fresh.leads;
    }
    Documents {
        service: world.service,
        genesis,
        leads: vec![list],
        teams,
        root: sign_root(&forge.root_signer.key(), &forge.root),
    }
}

#[expect(
    clippy::too_many_lines,
    reason = "a list of one vector after the other"
)]
fn directories(world: &World) -> Vec<Case> {
    let good = |name: &str, rule: &str, documents: &Documents| {
        let directory = documents.directory();
        let ids = |members: Vec<&rightline::protocol::directory::Member>| {
            members
                .iter()
                .map(|member| member.member)
                .collect::<Vec<_>>()
        };
        let mut content = documents.json();
        content["of"] = json!("directory");
        content["expected"] = json!({
            "serial": directory.root().serial, "digest": directory.pin().digest,
            "intake": ids(directory.first_readers(Route::Intake)),
            "independent": ids(directory.first_readers(Route::Independent)),
            "custodians": ids(directory.custodians()), "recovery": named(&directory),
        });
        Case::accept("directory", name, rule, content)
    };
    let bad = |name: &str, rule: &str, change: &dyn Fn(&mut Forge)| {
        let mut content = forge(world, change).json();
        content["of"] = json!("directory");
        Case::refuse("directory", name, rule, content)
    };
    let mut other_service = world.first.json();
    other_service["of"] = json!("directory");
    other_service["service"] = json!(ServiceId::new(drawn("elsewhere")));
    let mut cases = vec![
        good("first-root", "D3", &world.first),
        good("second-root-with-recovery", "D6", &world.second),
        Case::refuse("directory", "another-genesis", "D1", other_service),
        bad("genesis-changed", "D1", &|forge| {
            forge.genesis.name.push('!');
        }),
        bad("list-skips-a-number", "D2", &|forge| forge.list.number = 2),
        bad("list-after-another", "D2", &|forge| {
            forge.list.previous = Digest::new([1; 32]);
        }),
        bad("list-by-a-stranger", "D2", &|forge| {
            forge.list_signer = LEAD_3;
        }),
        bad("list-with-a-key-twice", "D2", &|forge| {
            forge.list.leads[1].key = forge.list.leads[0].key;
        }),
        bad("list-with-a-member-twice", "D2", &|forge| {
            forge.list.leads[1].member = forge.list.leads[0].member;
        }),
        bad("list-without-leads", "D2", &|forge| {
            forge.list.leads.clear();
        }),
        bad("root-by-a-former-lead", "D3", &|forge| {
            forge.root_signer = LEAD_2;
        }),
        bad("root-by-a-stranger", "D3", &|forge| {
            forge.root_signer = HANDLER;
        }),
        bad("root-of-another-service", "D3", &|forge| {
            forge.root.service = ServiceId::new([1; 32]);
        }),
        bad("root-with-serial-zero", "D3", &|forge| {
            forge.root.serial = 0;
        }),
        bad("root-after-an-unknown-list", "D3", &|forge| {
            forge.root.leads = Digest::new([1; 32]);
        }),
        bad("first-root-with-a-previous", "D3", &|forge| {
            forge.root.previous = Digest::new([1; 32]);
        }),
        bad("second-root-without-a-previous", "D3", &|forge| {
            forge.root.serial = 2;
        }),
        // A lead who was removed signs by the list that still named them.
        bad("root-by-an-older-list", "D3", &|forge| {
            forge.root.leads = sign_leads(&LEAD.key(), &forge.genesis).digest();
            forge.root_signer = LEAD_2;
        }),
        bad("route-to-no-team", "D3", &|forge| {
            forge.root.routes.intake = "nowhere".parse().expect("an id");
        }),
        bad("team-twice", "D3", &|forge| {
            let entry = forge.root.teams[0].clone();
            forge.root.teams.push(entry);
        }),
        bad("team-under-another-name", "D4", &|forge| {
            forge.teams[0].team = "other".parse().expect("an id");
        }),
        bad("team-of-another-service", "D4", &|forge| {
            forge.teams[0].service = ServiceId::new([1; 32]);
        }),
        bad("member-twice", "D4", &|forge| {
            let member = forge.teams[0].members[0].clone();
            forge.teams[0].members.push(member);
        }),
        bad("key-of-another-member", "D4", &|forge| {
            forge.teams[1].members[0].key = forge.teams[0].members[0].key;
        }),
        bad("member-with-two-recipients", "D4", &|forge| {
            let mut member = forge.teams[0].members[0].clone();
            member.recipient = CUSTODIAN.identity().recipient().clone();
            forge.teams[1].members.push(member);
        }),
        bad("administrator-who-reads", "D5", &|forge| {
            forge.teams[3].members[0].roles.push(Role::Handler);
        }),
        bad("auditor-who-reads-in-another-team", "D5", &|forge| {
            forge.teams[3]
                .members
                .push(HANDLER.listed(&[Role::Auditor]));
        }),
        bad("administrator-who-leads", "D5", &|forge| {
            forge.teams[3].members[0] = LEAD.listed(&[Role::Administrator]);
        }),
        bad("administrator-with-a-lead's-key", "D5", &|forge| {
            forge.teams[3].members[0].key = LEAD_3.key().verifying_key();
        }),
        bad("recovery-by-one-lead", "D6", &|forge| {
            forge.root.recovery = Some(recovery(forge.root.service, &[LEAD], 2));
        }),
        bad("recovery-by-one-lead-twice", "D6", &|forge| {
            forge.root.recovery = Some(recovery(forge.root.service, &[LEAD, LEAD], 2));
        }),
        bad("recovery-by-a-former-lead", "D6", &|forge| {
            forge.root.recovery = Some(recovery(forge.root.service, &[LEAD, LEAD_2], 2));
        }),
        bad("recovery-with-another-threshold", "D6", &|forge| {
            forge.root.recovery = Some(recovery(forge.root.service, &[LEAD, LEAD_3], 1));
        }),
        bad("recovery-with-another-key", "D6", &|forge| {
            let mut other = recovery(forge.root.service, &[LEAD, LEAD_3], 2);
            other.key = HANDLER.key().verifying_key();
            forge.root.recovery = Some(other);
        }),
        bad("recovery-with-another-recipient", "D6", &|forge| {
            let mut other = recovery(forge.root.service, &[LEAD, LEAD_3], 2);
            other.recipient = HANDLER.identity().recipient().clone();
            forge.root.recovery = Some(other);
        }),
        bad("recovery-by-one-share", "D6", &|forge| {
            forge.root.recovery = Some(split(forge.root.service, 1, 3));
        }),
        bad("recovery-by-more-shares-than-there-are", "D6", &|forge| {
            forge.root.recovery = Some(split(forge.root.service, 4, 3));
        }),
        bad("recovery-in-seventeen-shares", "D6", &|forge| {
            forge.root.recovery = Some(split(forge.root.service, 2, 17));
        }),
        bad("member-with-the-recovery's-id", "D4", &|forge| {
            let service = forge.root.service;
            forge.root.recovery = Some(recovery(service, &[LEAD, LEAD_3], 2));
            forge.teams[0].members[1].member = recovery_id(service);
        }),
        bad("member-with-the-recovery's-key", "D4", &|forge| {
            let service = forge.root.service;
            let both = recovery(service, &[LEAD, LEAD_3], 2);
            forge.teams[0].members[1].key = both.key;
            forge.root.recovery = Some(both);
        }),
        bad("recovery-with-votes-of-two-days", "D6", &|forge| {
            let service = forge.root.service;
            let mut both = recovery(service, &[LEAD, LEAD_3], 2);
            both.signatures[1] = vote(service, LEAD_3, (2, 3), today());
            forge.root.recovery = Some(both);
        }),
    ];
    let mut foreign = world.first.json();
    foreign["of"] = json!("directory");
    let mut other_team = teams(world.service)[0].clone();
    other_team.name.push('!');
    foreign["teams"] = json!([sign_team(&LEAD.key(), &other_team)]);
    cases.push(Case::refuse(
        "directory",
        "team-that-the-root-does-not-name",
        "D3",
        foreign,
    ));
    cases
}

#[expect(
    clippy::too_many_lines,
    reason = "a list of one vector after the other"
)]
fn pins(world: &World) -> Vec<Case> {
    let third = {
        let second = world.directory.root().clone();
        let root = Root {
            serial: 3,
            previous: world.second.root.digest(),
            recovery: None,
            ..second
        };
        Documents {
            root: sign_root(&LEAD.key(), &root),
            ..world.second.clone()
        }
    };
    // A lead signs a root between whose serial is not the one of its place.
    let (astray, after_astray) = {
        let second = world.directory.root().clone();
        let astray = Root {
            serial: 7,
            ..second.clone()
        };
        let astray = sign_root(&LEAD.key(), &astray);
        let root = Root {
            serial: 3,
            previous: astray.digest(),
            ..second
        };
        let documents = Documents {
            root: sign_root(&LEAD.key(), &root),
            ..world.second.clone()
        };
        (astray, documents)
    };
    let pin = |documents: &Documents| documents.directory().pin();
    let make = |kind: &str, name: &str, documents: &Documents, pin: Pin, between: &[&Signed]| {
        let mut content = documents.json();
        let remembered = [&world.first.root, &world.second.root];
        let remembered = remembered.iter().find(|root| root.digest() == pin.digest);
        content["of"] = json!("pin");
        content["pin"] = json!(pin);
        content["remembered"] = json!(remembered);
        content["between"] = json!(between);
        Case::new("directory", name, "D8", kind, content)
    };
    // A lead who was removed signs the next root by the genesis, and the list without them is withheld.
    let by_genesis = |previous: &Root, digest: Digest| {
        let root = Root {
            serial: previous.serial + 1,
            previous: digest,
            leads: world.first.genesis.digest(),
            recovery: None,
            ..previous.clone()
        };
        sign_root(&LEAD_2.key(), &root)
    };
    let withheld = Documents {
        leads: Vec::new(),
        root: by_genesis(world.directory.root(), world.second.root.digest()),
        ..world.second.clone()
    };
    // The same between two good roots.
    let (back, after_back) = {
        let first = world.first.directory();
        let back = by_genesis(first.root(), world.first.root.digest());
        let root = Root {
            serial: 3,
            previous: back.digest(),
            ..first.root().clone()
        };
        let documents = Documents {
            root: sign_root(&LEAD_3.key(), &root),
            ..world.second.clone()
        };
        (back, documents)
    };
    let older = |name: &str, documents: &Documents, pin: Pin, between: &[&Signed]| {
        let mut case = make("refuse", name, documents, pin, between);
        case.set("rule", json!("D3"));
        case
    };
    let fork = Pin {
        serial: 2,
        digest: Digest::new([1; 32]),
    };
    let (first, second) = (pin(&world.first), pin(&world.second));
    vec![
        make("accept", "pin-same", &world.second, second, &[]),
        make("accept", "pin-next", &world.second, first, &[]),
        make(
            "accept",
            "pin-over-one",
            &third,
            first,
            &[&world.second.root],
        ),
        make("refuse", "pin-older", &world.first, second, &[]),
        make("refuse", "pin-fork", &world.second, fork, &[]),
        make("refuse", "pin-fork-before", &third, fork, &[]),
        make("refuse", "pin-missing-between", &third, first, &[]),
        make(
            "refuse",
            "pin-astray-between",
            &after_astray,
            first,
            &[&astray],
        ),
        make(
            "refuse",
            "pin-another-between",
            &third,
            first,
            &[&world.first.root],
        ),
        older("pin-of-a-withheld-list", &withheld, second, &[]),
        older("pin-older-list-between", &after_back, first, &[&back]),
    ]
}

pub(crate) fn check_directory(file: &Value) {
    let verified = directory(file);
    if file["of"] == "pin" {
        let mut roots: Vec<Signed> = read(&file["between"]);
        roots.extend(read::<Option<Signed>>(&file["remembered"]));
        let follows = verified
            .expect("a directory")
            .follows(&read(&file["pin"]), &roots);
        let refused = follows.err().map(rightline::protocol::Refused::rule);
        let expected = (file["kind"] == "refuse").then(|| text(file, "rule"));
        assert_eq!(refused, expected);
        return;
    }
    if file["kind"] == "refuse" {
        assert_eq!(verified.err(), file["rule"].as_str());
        return;
    }
    let directory = verified.expect("a directory");
    let ids = |members: Vec<&rightline::protocol::directory::Member>| {
        json!(
            members
                .iter()
                .map(|member| member.member)
                .collect::<Vec<_>>()
        )
    };
    let expected = &file["expected"];
    assert_eq!(json!(directory.pin().digest), expected["digest"]);
    assert_eq!(
        ids(directory.first_readers(Route::Intake)),
        expected["intake"]
    );
    assert_eq!(
        ids(directory.first_readers(Route::Independent)),
        expected["independent"]
    );
    assert_eq!(ids(directory.custodians()), expected["custodians"]);
    assert_eq!(named(&directory), expected["recovery"]);
}
