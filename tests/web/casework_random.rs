//! Members who do anything at all, two at a time, against a real service: whatever they try, what the service then
//! serves keeps to the procedure.

use std::collections::BTreeSet;

use rightline::ambient::Random;
use rightline::protocol::act::{Act, Clock, Part};
use rightline::protocol::message::Stage;
use rightline::protocol::record::{self, Name};
use rightline::protocol::{CaseId, json};
use serde_json::Value;

use crate::both;
use crate::support::granting;
use crate::support::member::{OpenCase, signed};
use crate::support::working::{Office, assign, missing, route};
use crate::support::{Desk, Reporter, TestApp, sql};

/// Moments at which two members each do something.
const MOMENTS: usize = 120;

/// A generator that gives the same choices again from the same seed.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.throw(from.len())]
    }
}

/// Something that a member tries.
#[derive(Clone, Debug)]
enum Try {
    Write(Name),
    Sign(Name, bool),
    Second(bool),
    Act(Act),
    Tell(Option<Stage>),
    Let(usize),
}

/// Who tries something, as a place among the desks, and what: often what is missing first, by somebody who might.
fn something(dice: &mut Dice, desks: &[&Desk], told: &Value) -> (usize, Try) {
    let anybody = dice.throw(desks.len());
    if dice.throw(4) == 0 {
        return (anybody, anything(dice, desks));
    }
    // Handlers first, then the investigator, two authorities and support.
    let (handler, authority) = (dice.throw(2), 3 + dice.throw(2));
    if told["aside"] == true {
        return (handler, Try::Act(Act::TakeUp {}));
    }
    if told["closed"] == true {
        return (anybody, anything(dice, desks));
    }
    let missing = missing(told);
    let Some(first) = missing.first() else {
        return (handler, Try::Tell(Some(Stage::Closed)));
    };
    let (what, of) = first.split_once(' ').unwrap_or((first, ""));
    let name: Option<Name> = of.parse().ok();
    let assigned = told["assigned"].as_array().unwrap();
    let decides = assigned.iter().any(|one| one["as"] == "authority");
    match (what, name) {
        ("sign" | "again", Some(_)) if !decides => {
            let member = desks[authority].vault.member;
            match dice.throw(3) {
                0 => (handler, Try::Let(authority)),
                _ => (handler, Try::Act(assign(Part::Authority, member))),
            }
        }
        ("sign", Some(name)) if dice.throw(2) == 0 => (authority, Try::Write(name)),
        ("sign" | "again", Some(name)) => (authority, Try::Sign(name, false)),
        ("second", _) => (authority, Try::Second(false)),
        ("authority", _) => {
            let member = desks[authority].vault.member;
            (handler, Try::Act(assign(Part::Authority, member)))
        }
        ("team", _) => (handler, Try::Act(route(&["independent"]))),
        _ => (handler, Try::Tell(None)),
    }
}

/// Anything at all.
fn anything(dice: &mut Dice, desks: &[&Desk]) -> Try {
    let member = |dice: &mut Dice| dice.pick(desks).vault.member;
    let teams = [["intake", "custodians"], ["independent", "nowhere"]];
    let parts = [Part::Authority, Part::Investigator, Part::Support];
    let clock = *dice.pick(Clock::ALL);
    match dice.throw(16) {
        0 | 1 => Try::Write(*dice.pick(Name::ALL)),
        2 => Try::Sign(*dice.pick(Name::ALL), dice.throw(3) == 0),
        3 => Try::Second(dice.throw(3) == 0),
        4 | 5 => Try::Act(assign(*dice.pick(&parts), member(dice))),
        6 => Try::Act(Act::Release {
            part: *dice.pick(&parts),
            member: member(dice),
        }),
        // Seldom the authorities, without whom nothing more can happen.
        7 => Try::Act(Act::Bar {
            members: vec![desks[*dice.pick(&[0, 1, 2, 5, 1, 2, 5, 4])].vault.member],
        }),
        8 => Try::Act(Act::Lift {
            members: vec![member(dice)],
        }),
        9 => Try::Act(route(&teams[dice.throw(2)])),
        10 => Try::Act(Act::Pause { clock }),
        11 => Try::Act(Act::Resume { clock }),
        12 => Try::Act(
            dice.pick(&[Act::SetAside {}, Act::TakeUp {}, Act::Reopen {}])
                .clone(),
        ),
        13 => Try::Tell(Some(*dice.pick(Stage::ALL))),
        _ => Try::Let(dice.throw(desks.len())),
    }
}

/// Tries it, and says how the service answered; none where the member could not even look.
async fn attempt(
    app: &TestApp,
    open: &OpenCase,
    desks: &[&Desk],
    desk: &Desk,
    what: &Try,
) -> Option<u16> {
    let case = open.case.id;
    let path = format!("/api/1/desk/cases/{case}");
    if desk.get(app, &path).await.status() != 200 {
        return None;
    }
    let head = async |name: Name, stale: bool| {
        let (revision, digest) = desk.head_if(app, case, name).await?;
        Some((revision.saturating_sub(u64::from(stale)).max(1), digest))
    };
    let answer = match what {
        Try::Write(name) => {
            let head = desk.head_if(app, case, *name).await?;
            let written = desk.revision_after(app, open, *name, head, |_| {});
            desk.send_revision(app, case, &written).await
        }
        Try::Sign(record, stale) => {
            let (revision, digest) = head(*record, *stale).await?;
            let act = Act::Sign {
                record: *record,
                revision,
                digest,
            };
            desk.act_if(app, open, act).await?
        }
        Try::Second(stale) => {
            let (revision, digest) = head(Name::Failing, *stale).await?;
            let act = Act::Second {
                record: Name::Failing,
                revision,
                digest,
            };
            desk.act_if(app, open, act).await?
        }
        Try::Act(act) => desk.act_if(app, open, act.clone()).await?,
        Try::Tell(stage) => {
            let answer = desk.get(app, &path).await;
            if answer.status() != 200 {
                return None;
            }
            let now = desk.open_view(answer.json().await.unwrap(), case);
            let written = desk.write(app, &now, *stage, "What is new.");
            desk.send(app, case, &written).await
        }
        Try::Let(grantee) => {
            let answer = desk.get(app, &path).await;
            if answer.status() != 200 {
                return None;
            }
            let now = desk.open_view(answer.json().await.unwrap(), case);
            let grantee = desks[*grantee];
            let (row, sealed) = granting::row(app, desk, &now, grantee.vault.member, |_| {});
            let answer = granting::post(app, desk, case, &row, Some(&sealed)).await;
            grantee.declare(app, case, false).await;
            answer
        }
    };
    Some(answer.status().as_u16())
}

/// What was ever seen of who had which part.
#[derive(Default)]
struct Seen {
    authorities: BTreeSet<String>,
    investigators: BTreeSet<String>,
    closed: usize,
    barred: usize,
}

fn texts(values: &Value) -> BTreeSet<String> {
    let values = values.as_array().unwrap().iter();
    values
        .map(|value| value.as_str().unwrap().to_owned())
        .collect()
}

/// Looks at everything that is served, as somebody who still reads it.
async fn inspect(app: &TestApp, case: CaseId, office: &Office, reader: &Desk, seen: &mut Seen) {
    let work = reader.work(app, case).await;
    let told = &work["procedure"];
    if told["closed"] == true {
        assert!(
            missing(told).is_empty(),
            "closed, and {:?} missing",
            missing(told)
        );
        seen.closed += 1;
    }
    for one in told["assigned"].as_array().unwrap() {
        let member = one["member"].as_str().unwrap().to_owned();
        match one["as"].as_str().unwrap() {
            "authority" => seen.authorities.insert(member),
            "investigator" => seen.investigators.insert(member),
            _ => false,
        };
    }
    assert!(seen.authorities.is_disjoint(&seen.investigators));
    let authorities = [&office.authority, &office.second_authority];
    let authorities: BTreeSet<String> = authorities
        .iter()
        .map(|desk| desk.vault.member.to_string())
        .collect();
    for checkpoint in told["checkpoints"].as_array().unwrap() {
        if checkpoint["record"] != "failing" || checkpoint["done"] != true {
            continue;
        }
        let signers = [&checkpoint["by"], &checkpoint["second"]];
        let signers: BTreeSet<&str> = signers.iter().map(|one| one.as_str().unwrap()).collect();
        assert_eq!(signers.len(), 2, "one signature makes nothing final");
        assert!(signers.iter().all(|one| authorities.contains(*one)));
        assert_eq!(checkpoint["revision"], checkpoint["signed"]);
    }
    // Whoever can read was let in, and nobody is barred and reads.
    let path = format!("/api/1/desk/cases/{case}/access");
    let access: Value = reader.get(app, &path).await.json().await.unwrap();
    let live: BTreeSet<String> = access["live"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["member"].as_str().unwrap().to_owned())
        .collect();
    let bars = texts(&told["bars"]);
    assert!(live.is_disjoint(&bars), "{live:?} {bars:?}");
    seen.barred += bars.len();
    for desk in office.all() {
        let member = desk.vault.member.to_string();
        let status = desk
            .get(app, &format!("/api/1/desk/cases/{case}/work"))
            .await
            .status();
        if bars.contains(&member) || !live.contains(&member) {
            assert_eq!(status, 404);
        }
    }
    // Decisions are an authority's, who never investigates.
    let path = format!("/api/1/desk/cases/{case}/records/decisions?limit=50");
    let decisions: Value = reader.get(app, &path).await.json().await.unwrap();
    for revision in decisions["revisions"].as_array().unwrap() {
        let stub = signed(&revision["stub"]);
        let said: record::Revision = json::read(stub.unverified_payload()).unwrap();
        let author = said.author.to_string();
        assert!(seen.authorities.contains(&author) && !seen.investigators.contains(&author));
    }
}

both!(whatever_members_try_the_procedure_holds, |base| {
    let app = TestApp::start(base).await;
    let office = Office::open(&app).await;
    let seed = u64::from_be_bytes(Random.bytes()) | 1;
    println!("seed {seed}");
    let mut dice = Dice(seed);
    let case = Reporter::file(&app, "x").await.submission.case;
    let open = office.take(&app, case).await;
    let desks = office.all();
    let mut seen = Seen::default();
    let mut accepted = 0;
    for _ in 0..MOMENTS {
        let mut reader = None;
        for desk in desks {
            let path = format!("/api/1/desk/cases/{case}/procedure");
            let answer = desk.get(&app, &path).await;
            if answer.status() == 200 {
                reader = Some((desk, answer.json::<Value>().await.unwrap()));
                break;
            }
        }
        let (reader, told) = reader.expect("somebody can always read it");
        inspect(&app, case, &office, reader, &mut seen).await;
        sql::due_of(app.store()).await;
        let tries = [
            something(&mut dice, &desks, &told),
            something(&mut dice, &desks, &told),
        ];
        let [(one, first), (two, second)] = &tries;
        let answers = tokio::join!(
            attempt(&app, &open, &desks, desks[*one], first),
            attempt(&app, &open, &desks, desks[*two], second)
        );
        for (answer, (_, what)) in [answers.0, answers.1].into_iter().zip(&tries) {
            let known = [None, Some(201), Some(404), Some(409), Some(422)];
            assert!(known.contains(&answer), "{what:?}: {answer:?}");
            accepted += usize::from(answer == Some(201));
        }
    }
    println!(
        "{accepted} accepted; seen closed {} times, {} bars",
        seen.closed, seen.barred
    );
    assert!(accepted > MOMENTS / 4, "too little happened: {accepted}");
});
