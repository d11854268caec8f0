//! Vectors of containers.

use rightline::protocol::container::{Received, Standing, Unacceptable};
use rightline::protocol::directory::Route;
use rightline::protocol::signing::{Context, PREFIX, sign, sign_bytes};
use rightline::protocol::statement::Statement;
use rightline::protocol::{CaseId, Digest, MemberId, ServiceId};
use serde_json::{Value, json};

use crate::directory::read;
use crate::sealer::Sealer;
use crate::world::{HANDLER, HANDLER_2, INVESTIGATOR, Person, Report, World, recovery_id, today};
use crate::{Case, b64, bytes, text};

pub(crate) fn make(world: &World) -> Vec<Case> {
    containers(world)
}

/// What a service knows, as a vector writes it.
#[derive(serde::Serialize, serde::Deserialize)]
struct Known {
    roots: Vec<KnownRoot>,
    intake: Vec<MemberId>,
    independent: Vec<MemberId>,
    recovery: Option<MemberId>,
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

    fn recovery(&self) -> Option<MemberId> {
        self.recovery
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
        "recovery": recovery_id(world.service),
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
    // A recovery that has been replaced since is one to which nobody seals any more.
    let mut replaced = bad("recovery-of-an-earlier-root", "C6", report);
    replaced.content["standing"]["recovery"] = json!(INVESTIGATOR.id());
    replaced.set("problem", json!("directory-stale"));
    let mut gone = bad("recovery-that-is-no-more", "C6", report);
    gone.content["standing"]["recovery"] = Value::Null;
    gone.set("problem", json!("directory-stale"));
    let mut without = reparted(&|one| {
        one.parties = sealed(4_096, &[HANDLER, HANDLER_2], "");
        one.statement.grantees.pop();
    });
    without.grants.pop();
    let first = resigned(&|one| one.grantees.swap(1, 2));
    let mut alone = resigned(&|one| {
        one.grantees.drain(..2);
    });
    alone.grants.drain(..2);
    let twice = resigned(&|one| one.grantees[1] = one.grantees[2]);
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
        good("without-the-recovery", "C6", &without),
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
        bad("statement-too-long", "C2", &{
            let mut padded = report.clone();
            let mut payload = rightline::protocol::json::write(&padded.statement);
            payload.resize(32_769 - PREFIX, b' ');
            padded.signed = sign_bytes(Context::Statement, &key, &payload);
            padded
        }),
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
        bad("recovery-not-last", "C6", &first),
        bad("recovery-alone", "C6", &alone),
        bad("recovery-twice", "C6", &twice),
        stale,
        nowhere,
        replaced,
        gone,
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
                one.parties = sealed(67_584, &[HANDLER, HANDLER_2, INVESTIGATOR], "");
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
