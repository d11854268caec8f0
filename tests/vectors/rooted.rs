//! Vectors of the directory, statements, containers, parts and grants.

use rightline::protocol::container::{Received, Standing, Unacceptable};
use rightline::protocol::directory::{
    Directory, LeadList, Pin, Role, Root, Route, Team, sign_leads, sign_root, sign_team,
};
use rightline::protocol::epoch::{Epoch, Epochs, Reason};
use rightline::protocol::grant::{Act, Declaration, Grant, GrantRow, Ledger};
use rightline::protocol::hybrid::{CaseIdentity, Identity, MemberIdentity};
use rightline::protocol::report::{self, IdentityContent, Part};
use rightline::protocol::signing::{Context, Signed, sign};
use rightline::protocol::statement::{Case as Rooted, Statement};
use rightline::protocol::{Anchor, CaseId, Digest, MemberId, ServiceId, framing, json};
use rightline::secret::CaseSecret;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::basic::age_identity;
use crate::sealer::{Sealer, drawn};
use crate::world::{
    ADMINISTRATOR, CUSTODIAN, Documents, HANDLER, HANDLER_2, INVESTIGATOR, LEAD, LEAD_2, LEAD_3,
    Person, Report, World, genesis_list, next_list, recovery, root, teams, today,
};
use crate::{Case, b64, bytes, text};

pub(crate) fn make(world: &World) -> Vec<Case> {
    [
        directories(world),
        statements(world),
        containers(world),
        parts(world),
        grants(world),
        rows(world),
    ]
    .concat()
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
            "custodians": ids(directory.custodians()),
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
    cases.extend(pins(world));
    cases
}

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
    let pin = |documents: &Documents| documents.directory().pin();
    let make = |kind: &str, name: &str, documents: &Documents, pin: Pin, between: &[&Signed]| {
        let mut content = documents.json();
        content["of"] = json!("pin");
        content["pin"] = json!(pin);
        content["between"] = json!(between);
        Case::new("directory", name, "D8", kind, content)
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
            "pin-another-between",
            &third,
            first,
            &[&world.first.root],
        ),
    ]
}

pub(crate) fn check_directory(file: &Value) {
    let verified = directory(file);
    if file["of"] == "pin" {
        let between: Vec<Signed> = read(&file["between"]);
        let follows = verified
            .expect("a directory")
            .follows(&read(&file["pin"]), &between);
        assert_eq!(follows.is_ok(), file["kind"] == "accept");
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
}

fn statements(world: &World) -> Vec<Case> {
    let report = &world.report;
    let case = report.case();
    let content = |signed: &[u8]| json!({"service": world.service, "statement": b64(signed)});
    let good = report.signed.as_bytes();
    let bad = |name: &str, signed: &[u8]| Case::refuse("statement", name, "C2", content(signed));
    let mut accepted = content(good);
    accepted["case"] = json!(case.id);
    accepted["anchor"] = json!(case.statement.anchor());
    accepted["reference"] = json!(case.id.reference().to_string());
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
    let mut changed = good.to_vec();
    let last = changed.len() - 3;
    changed[last] ^= 1;
    vec![
        Case::accept("statement", "good", "S1", accepted),
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

/// What a service knows, as a vector writes it.
#[derive(serde::Serialize, serde::Deserialize)]
struct Known {
    roots: Vec<KnownRoot>,
    intake: Vec<MemberId>,
    independent: Vec<MemberId>,
}

#[derive(serde::Serialize, serde::Deserialize)]
struct KnownRoot {
    serial: u64,
    digest: Digest,
    custodians: usize,
}

impl Standing for Known {
    fn root(&self, serial: u64) -> Option<Digest> {
        self.roots
            .iter()
            .find(|root| root.serial == serial)
            .map(|root| root.digest)
    }

    fn custodians(&self, serial: u64) -> usize {
        self.roots
            .iter()
            .find(|root| root.serial == serial)
            .map_or(0, |root| root.custodians)
    }

    fn first_readers(&self, route: Route) -> &[MemberId] {
        match route {
            Route::Intake => &self.intake,
            Route::Independent => &self.independent,
        }
    }
}

#[expect(
    clippy::too_many_lines,
    reason = "a list of one vector after the other"
)]
fn containers(world: &World) -> Vec<Case> {
    let standing = json!({
        "roots": [
            {"serial": 1, "digest": world.first.root.digest(), "custodians": 1},
            {"serial": 2, "digest": world.second.root.digest(), "custodians": 1},
        ],
        "intake": [HANDLER.id(), HANDLER_2.id()], "independent": [],
    });
    let make = |kind: &str, name: &str, rule: &str, address: CaseId, container: &[u8]| {
        Case::new(
            "container",
            name,
            rule,
            kind,
            json!({
                "container": b64(container), "address": address, "service": world.service, "today": today(),
                "standing": standing,
            }),
        )
    };
    let good = |name: &str, rule: &str, report: &Report| {
        make("accept", name, rule, report.id(), &report.container())
    };
    let bad = |name: &str, rule: &str, report: &Report| {
        make("refuse", name, rule, report.id(), &report.container())
    };
    let report = &world.report;
    let key = world.key();
    let resigned = |change: &dyn Fn(&mut Statement)| report.clone().resigned(&key, change);
    // Seals a part anew, and says so in the statement.
    let reparted = |change: &dyn Fn(&mut Report)| {
        let mut changed = report.clone();
        change(&mut changed);
        let parts =
            [&changed.parties, &changed.body, &changed.identity].map(|part| Digest::of(part));
        changed.resigned(&key, |statement| {
            statement.parts.parties = parts[0];
            statement.parts.body = parts[1];
            statement.parts.identity = parts[2];
        })
    };
    let sealed = |size: usize, to: &[Person], more: &str| {
        let to: Vec<_> = to
            .iter()
            .map(|person| person.identity().recipient().clone())
            .collect();
        Sealer::new("container parts").seal_with(&vec![0; size], &to, more)
    };
    let whole = report.container();
    let mut version = whole.clone();
    version[0] = 2;
    let longer = [&whole[..], &[0, 0, 0, 0]].concat();
    let mut swapped = report.clone();
    std::mem::swap(&mut swapped.body, &mut swapped.parties);
    let mut missing = report.clone();
    missing.grants.pop();
    let mut exchanged = report.clone();
    exchanged.grants.swap(0, 1);
    let stale = resigned(&|one| one.grantees[0].member = INVESTIGATOR.id());
    let mut stale = bad("grantee-who-is-no-first-reader", "C6", &stale);
    stale.set("problem", json!("directory-stale"));
    let mut nowhere = bad(
        "route-without-readers",
        "C6",
        &resigned(&|one| one.route = Route::Independent),
    );
    nowhere.set("problem", json!("directory-stale"));
    let mut nobody = resigned(&|one| one.grantees.clear());
    nobody.grants.clear();
    let mut changed_signature = whole.clone();
    changed_signature[5 + 50] ^= 1;
    let changed_address = CaseId::from(Digest::of(
        &changed_signature[5..5 + report.signed.as_bytes().len()],
    ));
    vec![
        good("confidential", "C1", report),
        good("anonymous", "R3", &world.anonymous()),
        good("by-an-earlier-root", "C5", &world.by_first_root()),
        good(
            "seven-days-old",
            "C8",
            &resigned(&|one| one.day = one.day.plus_days(-7)),
        ),
        good(
            "one-day-ahead",
            "C8",
            &resigned(&|one| one.day = one.day.plus_days(1)),
        ),
        make("refuse", "another-version", "C1", report.id(), &version),
        make(
            "refuse",
            "cut",
            "C1",
            report.id(),
            &whole[..whole.len() - 1],
        ),
        make("refuse", "one-section-more", "C1", report.id(), &longer),
        make("refuse", "empty", "C1", report.id(), b""),
        make(
            "refuse",
            "plain-text",
            "C1",
            report.id(),
            b"{\"what_happened\":\"He looked her up.\"}",
        ),
        bad("one-grant-less", "C1", &missing),
        make(
            "refuse",
            "bad-signature",
            "C2",
            changed_address,
            &changed_signature,
        ),
        bad(
            "of-another-service",
            "C2",
            &resigned(&|one| one.service = ServiceId::new([1; 32])),
        ),
        make(
            "refuse",
            "another-address",
            "C3",
            CaseId::new([1; 32]),
            &whole,
        ),
        bad("parts-exchanged", "C4", &swapped),
        bad("grants-exchanged", "C4", &exchanged),
        bad("case-recipient-exchanged", "C2", &{
            let mut forged = report.clone();
            let mut statement = forged.statement.clone();
            statement.case_recipient = HANDLER.identity().recipient().clone();
            forged.signed = sign(Context::Statement, &HANDLER.key(), &statement);
            forged
        }),
        bad(
            "by-an-unknown-root",
            "C5",
            &resigned(&|one| one.directory.serial = 3),
        ),
        bad(
            "by-a-forked-root",
            "C5",
            &resigned(&|one| one.directory.digest = Digest::new([1; 32])),
        ),
        bad("no-grantee", "C6", &nobody),
        bad(
            "grantee-twice",
            "C6",
            &resigned(&|one| one.grantees[1].member = one.grantees[0].member),
        ),
        stale,
        nowhere,
        bad(
            "grease-in-the-body",
            "C7",
            &reparted(&|one| {
                one.body = sealed(4_096, &[HANDLER], "-> a-grease\n\n");
            }),
        ),
        bad(
            "body-to-two",
            "C7",
            &reparted(&|one| one.body = sealed(4_096, &[HANDLER, HANDLER_2], "")),
        ),
        bad(
            "body-of-no-frame's-size",
            "C7",
            &reparted(&|one| one.body = sealed(4_097, &[HANDLER], "")),
        ),
        bad(
            "body-not-sealed",
            "C7",
            &reparted(&|one| one.body = vec![b'a'; 5_735]),
        ),
        bad(
            "parties-to-one",
            "C7",
            &reparted(&|one| one.parties = sealed(4_096, &[HANDLER], "")),
        ),
        bad(
            "parties-too-large",
            "C7",
            &reparted(&|one| {
                one.parties = sealed(67_584, &[HANDLER, HANDLER_2], "");
            }),
        ),
        bad(
            "identity-to-two",
            "C7",
            &reparted(&|one| one.identity = sealed(4_096, &[HANDLER, HANDLER_2], "")),
        ),
        bad(
            "identity-too-large",
            "C7",
            &reparted(&|one| one.identity = sealed(16_384, &[HANDLER], "")),
        ),
        bad("grant-of-another-size", "C7", &{
            let mut changed = report.clone();
            changed.grants[0] = sealed(101, &[HANDLER], "");
            let digest = Digest::of(&changed.grants[0]);
            changed.resigned(&key, |one| one.grantees[0].grant = digest)
        }),
        bad(
            "eight-days-old",
            "C8",
            &resigned(&|one| one.day = one.day.plus_days(-8)),
        ),
        bad(
            "two-days-ahead",
            "C8",
            &resigned(&|one| one.day = one.day.plus_days(2)),
        ),
    ]
}

pub(crate) fn check_container(file: &Value) {
    let container = bytes(file, "container");
    let known: Known = read(&file["standing"]);
    let address: CaseId = read(&file["address"]);
    let received = Received::check(
        &container,
        &address,
        &read(&file["service"]),
        &known,
        read(&file["today"]),
    );
    match received {
        Ok(received) => {
            assert_eq!(file["kind"], "accept");
            assert_eq!(received.case, address);
        }
        Err(Unacceptable::Broken(refused)) => {
            assert_eq!(file["kind"], "refuse");
            assert_eq!(refused.rule(), text(file, "rule"));
            assert!(file["problem"].is_null());
        }
        Err(Unacceptable::DirectoryStale) => {
            assert_eq!(file["kind"], "refuse");
            assert_eq!(file["problem"], "directory-stale");
        }
    }
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

fn grants(world: &World) -> Vec<Case> {
    let report = &world.report;
    let anchor = report.statement.anchor();
    let recipient = World::case_identity().recipient().clone();
    let make = |kind: &str, name: &str, rule: &str, file: &[u8]| {
        Case::new(
            "grants",
            name,
            rule,
            kind,
            json!({
                "of": "grant", "file": b64(file), "identity": age_identity(HANDLER.seed()), "anchor": anchor,
                "epoch": 0, "grantee": HANDLER.id(), "recipient": recipient, "statement": report.signed,
                "secret": hex::encode(World::case_seed()),
            }),
        )
    };
    let mut writer = Sealer::new("grants");
    let mut sealed = |change: &dyn Fn(&mut Grant)| {
        let secret = CaseSecret::new(World::case_seed());
        let mut grant = Grant {
            anchor,
            epoch: 0,
            grantee: HANDLER.id(),
            secret,
        };
        change(&mut grant);
        writer
            .seal(
                &grant.plaintext(),
                &[HANDLER.identity().recipient().clone()],
            )
            .expect("seals")
    };
    let cases = vec![
        make("accept", "first-grant", "K1", &report.grants[0]),
        make("accept", "another-sealing", "K1", &sealed(&|_| {})),
        make("refuse", "to-somebody-else", "K1", &report.grants[1]),
        make(
            "refuse",
            "another-anchor",
            "K2",
            &sealed(&|grant| grant.anchor = Anchor::new([1; 32])),
        ),
        make(
            "refuse",
            "another-epoch",
            "K2",
            &sealed(&|grant| grant.epoch = 1),
        ),
        make(
            "refuse",
            "another-grantee",
            "K2",
            &sealed(&|grant| grant.grantee = HANDLER_2.id()),
        ),
        make(
            "refuse",
            "another-secret",
            "K2",
            &sealed(&|grant| grant.secret = CaseSecret::new([1; 32])),
        ),
    ];
    let mut short = Grant {
        anchor,
        epoch: 0,
        grantee: HANDLER.id(),
        secret: CaseSecret::new([1; 32]),
    }
    .plaintext();
    short.pop();
    let short = writer
        .seal(&short, &[HANDLER.identity().recipient().clone()])
        .expect("seals");
    [cases, vec![make("refuse", "one-byte-less", "K1", &short)]].concat()
}

fn row(world: &World, number: u64, previous: Digest) -> GrantRow {
    GrantRow {
        service: world.service,
        case: world.report.id(),
        number,
        previous,
        act: Act::Grant,
        epoch: 0,
        grantee: INVESTIGATOR.id(),
        grantor: HANDLER.id(),
        digest: Digest::new(drawn("a sealed grant")),
        serial: 2,
        day: today(),
    }
}

#[expect(
    clippy::too_many_lines,
    reason = "a list of one vector after the other"
)]
fn rows(world: &World) -> Vec<Case> {
    let case = world.report.id();
    let make = |kind: &str,
                name: &str,
                rule: &str,
                rows: &[Signed],
                epochs: &[Signed],
                live: Value| {
        Case::new(
            "grants",
            name,
            rule,
            kind,
            json!({
                "of": "rows", "directory": world.second.json(), "statement": world.report.signed, "rows": rows,
                "epochs": epochs, "live": live,
            }),
        )
    };
    let first = row(world, 1, case.into()).sign(&HANDLER.key());
    let bad = |name: &str, rule: &str, signer: Person, change: &dyn Fn(&mut GrantRow)| {
        let mut second = row(world, 2, first.digest());
        second.grantor = INVESTIGATOR.id();
        second.grantee = CUSTODIAN.id();
        change(&mut second);
        let rows = [first.clone(), second.sign(&signer.key())];
        let live = json!([
            [HANDLER.id(), 0],
            [HANDLER_2.id(), 0],
            [INVESTIGATOR.id(), 0]
        ]);
        make("refuse", name, rule, &rows, &[], live)
    };
    let onward = {
        let mut second = row(world, 2, first.digest());
        (second.grantor, second.grantee) = (INVESTIGATOR.id(), CUSTODIAN.id());
        let second = second.sign(&INVESTIGATOR.key());
        let mut third = row(world, 3, second.digest());
        (third.act, third.digest, third.grantee) = (Act::End, Digest::ZERO, HANDLER_2.id());
        let third = third.sign(&HANDLER.key());
        let live = json!([
            [HANDLER.id(), 0],
            [INVESTIGATOR.id(), 0],
            [CUSTODIAN.id(), 0]
        ]);
        make(
            "accept",
            "rows-onward-and-ended",
            "K3",
            &[first.clone(), second, third],
            &[],
            live,
        )
    };
    let epoch = Epoch {
        service: world.service,
        case,
        epoch: 1,
        recipient: CaseIdentity::new(&CaseSecret::new(drawn("epoch 1")))
            .recipient()
            .clone(),
        previous: case.into(),
        author: HANDLER.id(),
        serial: 2,
        reason: Reason::Exclusion,
        day: today(),
    };
    let in_epoch = {
        let mut own = row(world, 1, case.into());
        (own.epoch, own.grantee) = (1, HANDLER_2.id());
        let live = json!([
            [HANDLER.id(), 0],
            [HANDLER.id(), 1],
            [HANDLER_2.id(), 0],
            [HANDLER_2.id(), 1]
        ]);
        make(
            "accept",
            "rows-of-a-new-epoch",
            "K5",
            &[own.sign(&HANDLER.key())],
            &[epoch.sign(&HANDLER.key())],
            live,
        )
    };
    let ledger = json!([[HANDLER.id(), 0], [HANDLER_2.id(), 0]]);
    let bad_epoch = |name: &str, rule: &str, signer: Person, change: &dyn Fn(&mut Epoch)| {
        let mut epoch = epoch.clone();
        change(&mut epoch);
        make(
            "refuse",
            name,
            rule,
            &[],
            &[epoch.sign(&signer.key())],
            ledger.clone(),
        )
    };
    let declaration = |kind: &str,
                       name: &str,
                       rule: &str,
                       signer: Person,
                       change: &dyn Fn(&mut Declaration)| {
        let mut document = Declaration {
            service: world.service,
            case,
            member: HANDLER.id(),
            conflict: false,
            serial: 2,
            day: today(),
        };
        change(&mut document);
        Case::new(
            "grants",
            name,
            rule,
            kind,
            json!({
                "of": "declaration", "directory": world.second.json(), "case": case, "member": HANDLER.id(),
                "document": document.sign(&signer.key()),
            }),
        )
    };
    vec![
        make("accept", "rows-none", "K3", &[], &[], ledger.clone()),
        onward,
        in_epoch,
        bad("row-skips-a-number", "K3", INVESTIGATOR, &|row| {
            row.number = 3;
        }),
        bad("row-after-another", "K3", INVESTIGATOR, &|row| {
            row.previous = case.into();
        }),
        bad("row-of-another-case", "K3", INVESTIGATOR, &|row| {
            row.case = CaseId::new([1; 32]);
        }),
        bad("row-of-another-service", "K3", INVESTIGATOR, &|row| {
            row.service = ServiceId::new([1; 32]);
        }),
        bad("row-signed-by-another", "K3", HANDLER, &|_| {}),
        bad("row-that-grants-nothing", "K3", INVESTIGATOR, &|row| {
            row.digest = Digest::ZERO;
        }),
        bad("row-that-ends-with-a-file", "K3", INVESTIGATOR, &|row| {
            row.act = Act::End;
        }),
        bad("row-by-a-member-without-a-grant", "K4", CUSTODIAN, &|row| {
            row.grantor = CUSTODIAN.id();
        }),
        bad("row-to-an-administrator", "K4", INVESTIGATOR, &|row| {
            row.grantee = ADMINISTRATOR.id();
        }),
        bad("row-to-nobody-listed", "K4", INVESTIGATOR, &|row| {
            row.grantee = LEAD.id();
        }),
        bad("row-by-nobody-listed", "D9", LEAD, &|row| {
            row.grantor = LEAD.id();
        }),
        bad("row-by-another-root", "D9", INVESTIGATOR, &|row| {
            row.serial = 3;
        }),
        bad_epoch("epoch-skips-a-number", "K5", HANDLER, &|epoch| {
            epoch.epoch = 2;
        }),
        bad_epoch("epoch-after-another", "K5", HANDLER, &|epoch| {
            epoch.previous = Digest::new([1; 32]);
        }),
        bad_epoch("epoch-signed-by-another", "K5", HANDLER_2, &|_| {}),
        bad_epoch(
            "epoch-by-a-member-without-a-grant",
            "K5",
            INVESTIGATOR,
            &|epoch| {
                epoch.author = INVESTIGATOR.id();
            },
        ),
        declaration("accept", "declaration", "K8", HANDLER, &|_| {}),
        declaration("accept", "declaration-of-conflict", "K8", HANDLER, &|one| {
            one.conflict = true;
        }),
        declaration(
            "refuse",
            "declaration-signed-by-another",
            "K8",
            HANDLER_2,
            &|_| {},
        ),
        declaration("refuse", "declaration-of-another", "K8", HANDLER, &|one| {
            one.member = HANDLER_2.id();
        }),
        declaration(
            "refuse",
            "declaration-about-another-case",
            "K8",
            HANDLER,
            &|one| {
                one.case = CaseId::new([1; 32]);
            },
        ),
        declaration(
            "refuse",
            "declaration-by-another-root",
            "D9",
            HANDLER,
            &|one| one.serial = 3,
        ),
    ]
}

pub(crate) fn check_grants(file: &Value) {
    match text(file, "of") {
        "grant" => check_grant(file),
        "rows" => check_rows(file),
        "declaration" => {
            let directory = directory(&file["directory"]).expect("a directory");
            let read_ = Declaration::read(
                &read(&file["document"]),
                &read(&file["case"]),
                &read(&file["member"]),
                &directory,
            );
            let expected = if file["kind"] == "accept" {
                None
            } else {
                file["rule"].as_str()
            };
            assert_eq!(
                read_.err().map(rightline::protocol::Refused::rule),
                expected
            );
        }
        other => panic!("unknown {other}"),
    }
}

fn check_grant(file: &Value) {
    let identity = text(file, "identity");
    let seed = HANDLER.seed();
    assert_eq!(identity, age_identity(seed));
    let secret = Grant::open(
        &bytes(file, "file"),
        &MemberIdentity::new(&rightline::secret::OpenSeed::new(seed)),
        &read(&file["anchor"]),
        read(&file["epoch"]),
        &read(&file["grantee"]),
        &read(&file["recipient"]),
    );
    match secret {
        Ok(secret) => {
            assert_eq!(file["kind"], "accept");
            assert_eq!(*secret.to_hex(), text(file, "secret"));
        }
        Err(refused) => {
            assert_eq!(file["kind"], "refuse");
            assert_eq!(refused.rule(), text(file, "rule"));
        }
    }
}

fn check_rows(file: &Value) {
    let directory = directory(&file["directory"]).expect("a directory");
    let case = Rooted::read(&bytes(file, "statement")).expect("a statement");
    let (mut ledger, mut epochs) = (Ledger::begin(&case), Epochs::begin(&case));
    let mut refusals = Vec::new();
    for document in read::<Vec<Signed>>(&file["epochs"]) {
        match epochs.add(&document, &directory, &ledger) {
            Ok(epoch) => ledger.begin_epoch(&epoch),
            Err(refused) => refusals.push(refused.rule()),
        }
    }
    for document in read::<Vec<Signed>>(&file["rows"]) {
        refusals.extend(
            ledger
                .add(&document, &directory)
                .err()
                .map(rightline::protocol::Refused::rule),
        );
    }
    let expected: Vec<&str> = if file["kind"] == "accept" {
        Vec::new()
    } else {
        vec![text(file, "rule")]
    };
    assert_eq!(refusals, expected);
    let mut live: Vec<String> = ledger
        .members()
        .map(|(member, epoch)| json!([member, epoch]).to_string())
        .collect();
    let mut wanted: Vec<String> = file["live"]
        .as_array()
        .expect("a list")
        .iter()
        .map(Value::to_string)
        .collect();
    live.sort();
    wanted.sort();
    assert_eq!(live, wanted);
}
