//! Members who do anything at all, two at a time, against a real service: whatever they try, what the service then
//! serves keeps to the procedure.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use rightline::ambient::Random;
use rightline::protocol::act::{Act, ActRow, Clock, Part};
use rightline::protocol::directory::Role;
use rightline::protocol::message::Stage;
use rightline::protocol::record::{self, Name};
use rightline::protocol::{Digest, MemberId, json};
use serde_json::Value;

use crate::both;
use crate::support::granting;
use crate::support::member::{OpenCase, signed};
use crate::support::working::{Office, assign, missing, route};
use crate::support::{Desk, Reporter, TestApp, sql};

/// Moments of a case, at most, at which two members each do something.
const MOMENTS: usize = 100;
/// How often a case is looked at while it is closed, before the next one is begun.
const LOOKS_AT_CLOSED: usize = 8;
/// Cases, at most, until everything was seen that is asked for.
const CASES: usize = 60;
/// The variable that has the choices of an earlier run made again. Of two members at once either may still be first.
const SEED: &str = "RIGHTLINE_SEED";
/// Everything that must be signed before a case is closed.
const SIGNED: [Name; 10] = [
    Name::Danger,
    Name::Triage,
    Name::Reporter,
    Name::Failing,
    Name::Severity,
    Name::Referral,
    Name::Decisions,
    Name::Outcome,
    Name::Learning,
    Name::Concerns,
];

/// A generator that gives the same choices again from the same seed.
struct Dice(u64);

impl Dice {
    /// As the environment says, or another for each run; the run says which.
    fn seeded() -> Self {
        let asked = std::env::var(SEED).map(|text| text.parse().expect("a seed is a number"));
        let seed: u64 = asked.unwrap_or_else(|_| u64::from_be_bytes(Random.bytes()));
        println!("the same again: {SEED}={seed}");
        Self(seed | 1)
    }

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
    /// Finds a conflict that was not there before.
    Find,
}

/// Who tries something, as a place among the desks, and what: often what is missing first, by somebody who might.
fn something(dice: &mut Dice, trial: &Trial<'_>, told: &Value) -> (usize, Try) {
    let desks = &trial.desks;
    let anybody = dice.throw(desks.len());
    if dice.throw(4) == 0 {
        return (anybody, anything(dice, desks));
    }
    let bars = members(&told["bars"]);
    let kept_out = trial.kept_out(&bars);
    // Handlers first, then the investigator, two authorities and support.
    let left = |places: [usize; 2]| places.into_iter().filter(|place| !kept_out.contains(place));
    let authorities: Vec<usize> = left([3, 4]).collect();
    let handlers: Vec<usize> = left([0, 1]).collect();
    let authority = *dice.pick(if authorities.is_empty() {
        &[3, 4]
    } else {
        &authorities
    });
    // An authority handles a case from which all handlers are kept.
    let handler = *dice.pick(if handlers.is_empty() {
        &[3, 4]
    } else {
        &handlers
    });
    let barred = |place: &usize| bars.contains(&desks[*place].vault.member);
    if let Some(place) = [3, 4].into_iter().find(barred)
        && dice.throw(4) == 0
    {
        let members = vec![desks[place].vault.member];
        return (authority, Try::Act(Act::Lift { members }));
    }
    if dice.throw(16) == 0 {
        return (handler, Try::Let(authority));
    }
    // Only those without whom the case goes on: a conflict, unlike a bar, may leave nobody.
    if dice.throw(24) == 0 {
        return (*dice.pick(&[2, 5]), Try::Find);
    }
    // And more often after they have signed something.
    let checkpoints = told["checkpoints"].as_array().unwrap();
    let signer = |place: &usize| {
        let member = desks[*place].vault.member.to_string();
        checkpoints.iter().any(|one| one["by"] == member)
    };
    if let Some(place) = left([2, 5]).find(signer)
        && dice.throw(4) == 0
    {
        return (place, Try::Find);
    }
    // Whoever has lost the case tries all the same.
    if !kept_out.is_empty() && dice.throw(8) == 0 {
        return (*dice.pick(&kept_out), anything(dice, desks));
    }
    if told["aside"] == true {
        return (handler, Try::Act(Act::TakeUp {}));
    }
    if !kept_out.is_empty() && dice.throw(10) == 0 {
        return (handler, Try::Let(*dice.pick(&kept_out)));
    }
    if told["closed"] == true {
        return match dice.throw(6) {
            0 => (handler, Try::Act(Act::Reopen {})),
            _ => (anybody, anything(dice, desks)),
        };
    }
    let deciding = deciding(told);
    if !deciding.is_empty() && dice.throw(12) == 0 {
        let member = *dice.pick(&deciding);
        return (handler, Try::Act(assign(Part::Investigator, member)));
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
        // Those who may find a conflict later sign what is theirs.
        ("sign", Some(name @ Name::Reporter)) if !kept_out.contains(&5) && dice.throw(2) == 0 => {
            (5, Try::Sign(name, false))
        }
        ("sign", Some(name @ (Name::Learning | Name::Concerns)))
            if !kept_out.contains(&2) && dice.throw(2) == 0 =>
        {
            (2, Try::Sign(name, false))
        }
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

/// Who is told to have decided: the authorities, and who signed with one.
fn deciding(told: &Value) -> Vec<MemberId> {
    let assigned = told["assigned"].as_array().unwrap().iter();
    let authorities = assigned.filter(|one| one["as"] == "authority");
    let checkpoints = told["checkpoints"].as_array().unwrap().iter();
    let second = checkpoints.map(|one| &one["second"]);
    authorities
        .map(|one| &one["member"])
        .chain(second)
        .filter_map(|member| member.as_str().unwrap().parse().ok())
        .collect()
}

/// Anything at all.
fn anything(dice: &mut Dice, desks: &[&Desk]) -> Try {
    let member = |dice: &mut Dice| dice.pick(desks).vault.member;
    let teams = [["intake", "custodians"], ["independent", "nowhere"]];
    let parts = [Part::Authority, Part::Investigator, Part::Support];
    let clock = *dice.pick(Clock::ALL);
    match dice.throw(18) {
        0 | 1 => Try::Write(*dice.pick(Name::ALL)),
        2 => Try::Sign(*dice.pick(Name::ALL), dice.throw(3) == 0),
        3 => Try::Second(dice.throw(3) == 0),
        4 | 5 => Try::Act(assign(*dice.pick(&parts), member(dice))),
        6 => Try::Act(Act::Release {
            part: *dice.pick(&parts),
            member: member(dice),
        }),
        // Seldom the authorities, without whom nothing more can happen.
        7 | 14 => Try::Act(Act::Bar {
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
        15 => Try::Act(Act::Done { clock }),
        _ => Try::Let(dice.throw(desks.len())),
    }
}

/// A case, and what its members have to do with it.
struct Trial<'a> {
    open: OpenCase,
    desks: [&'a Desk; 6],
    /// Who has a conflict, by their places among the desks.
    conflicts: BTreeSet<usize>,
    /// Who has declared one, at first or later.
    declared: RefCell<BTreeSet<usize>>,
    /// The same, when the case was last seen open: they had declared before it was closed.
    before: RefCell<BTreeSet<usize>>,
    /// Who has read the case at some time, and so has its keys.
    opened: RefCell<BTreeSet<usize>>,
}

impl<'a> Trial<'a> {
    /// A case that its first handler has opened; everybody is let in, and some have a conflict.
    async fn begin(app: &TestApp, office: &'a Office, dice: &mut Dice) -> Self {
        let case = Reporter::file(app, "x").await.submission.case;
        let desks = office.all();
        let mut conflicts = BTreeSet::from([*dice.pick(&[1, 2, 2, 5, 5])]);
        // Seldom an authority: it takes two of them to close a case.
        conflicts.extend((dice.throw(8) == 0).then_some(4));
        office.handler.open(app, case).await;
        for grantee in &desks[2..] {
            let now = office.handler.read(app, case).await;
            let member = grantee.vault.member;
            let (row, sealed) = granting::row(app, &office.handler, &now, member, |_| {});
            let answer = granting::post(app, &office.handler, case, &row, Some(&sealed)).await;
            assert_eq!(answer.status(), 201);
        }
        Self {
            open: office.handler.read(app, case).await,
            desks,
            conflicts,
            declared: RefCell::default(),
            before: RefCell::default(),
            opened: RefCell::default(),
        }
    }

    /// Declares what there is to declare, if that is asked.
    async fn declare(&self, app: &TestApp, place: usize) {
        let conflict = self.conflicts.contains(&place);
        let answer = self.desks[place]
            .declare(app, self.open.case.id, conflict)
            .await;
        if conflict && answer.status() == 200 {
            self.declared.borrow_mut().insert(place);
        }
    }

    /// Who is barred or has declared a conflict, by their places.
    fn kept_out(&self, bars: &BTreeSet<MemberId>) -> Vec<usize> {
        let declared = self.declared.borrow();
        let out = |place: &usize| {
            declared.contains(place) || bars.contains(&self.desks[*place].vault.member)
        };
        (0..self.desks.len()).filter(out).collect()
    }

    fn members(&self, places: &BTreeSet<usize>) -> BTreeSet<MemberId> {
        let member = |place: &usize| self.desks[*place].vault.member;
        places.iter().map(member).collect()
    }

    /// Somebody who can read the case, with how its procedure stands.
    async fn reader(&self, app: &TestApp) -> Option<(&'a Desk, Value)> {
        let path = format!("/api/1/desk/cases/{}/procedure", self.open.case.id);
        for desk in self.desks {
            let answer = desk.get(app, &path).await;
            if answer.status() == 200 {
                return Some((desk, answer.json().await.unwrap()));
            }
        }
        None
    }
}

/// How the service answered a try.
struct Answer {
    status: u16,
    /// Whether whoever tried had lost the case, and used what they had kept.
    lost: bool,
}

/// Tries it; none where the member never had the case, and so has nothing to try with. Who has lost it still has its
/// keys, and knows from a colleague how it stands.
async fn attempt(app: &TestApp, trial: &Trial<'_>, place: usize, what: &Try) -> Option<Answer> {
    let desk = trial.desks[place];
    let path = format!("/api/1/desk/cases/{}", trial.open.case.id);
    if desk.get(app, &path).await.status() == 403 {
        trial.declare(app, place).await;
    }
    let lost = desk.get(app, &path).await.status() != 200;
    let eyes = if !lost {
        trial.opened.borrow_mut().insert(place);
        desk
    } else if trial.opened.borrow().contains(&place) {
        trial.reader(app).await?.0
    } else {
        return None;
    };
    let status = tried(app, trial, place, eyes, what).await?;
    let answer = Answer { status, lost };
    if lost && status != 404 && !matches!(what, Try::Find) {
        // Unless a colleague let them in again at that moment.
        let now = desk.get(app, &path).await.status();
        assert_ne!(
            now, 404,
            "{place} has lost the case, and {what:?} is {status}"
        );
        return None;
    }
    Some(answer)
}

/// Makes it of what another desk sees of the case, perhaps the member's own, and sends it.
async fn tried(
    app: &TestApp,
    trial: &Trial<'_>,
    place: usize,
    eyes: &Desk,
    what: &Try,
) -> Option<u16> {
    let (open, desk) = (&trial.open, trial.desks[place]);
    let case = open.case.id;
    let path = format!("/api/1/desk/cases/{case}");
    let head = async |name: Name, stale: bool| {
        let (revision, digest) = eyes.head_if(app, case, name).await?;
        Some((revision.saturating_sub(u64::from(stale)).max(1), digest))
    };
    let view = async || {
        let answer = eyes.get(app, &path).await;
        if answer.status() != 200 {
            return None;
        }
        Some(eyes.open_view(answer.json().await.unwrap(), case))
    };
    let act = async |act: Act| {
        let answer = eyes.get(app, &format!("{path}/procedure")).await;
        if answer.status() != 200 {
            return None;
        }
        let procedure: Value = answer.json().await.unwrap();
        let (signed, file) = desk.act_after(app, open, &procedure, act, |_| {});
        Some(desk.send_act(app, case, &signed, &file).await)
    };
    let answer = match what {
        Try::Write(name) => {
            let head = eyes.head_if(app, case, *name).await?;
            let written = desk.revision_after(app, open, *name, head, |_| {});
            desk.send_revision(app, case, &written).await
        }
        Try::Sign(record, stale) => {
            let (revision, digest) = head(*record, *stale).await?;
            act(Act::Sign {
                record: *record,
                revision,
                digest,
            })
            .await?
        }
        Try::Second(stale) => {
            let (revision, digest) = head(Name::Failing, *stale).await?;
            act(Act::Second {
                record: Name::Failing,
                revision,
                digest,
            })
            .await?
        }
        Try::Act(what) => act(what.clone()).await?,
        Try::Tell(stage) => {
            let written = desk.write(app, &view().await?, *stage, "What is new.");
            desk.send(app, case, &written).await
        }
        Try::Let(grantee) => {
            let member = trial.desks[*grantee].vault.member;
            let (row, sealed) = granting::row(app, desk, &view().await?, member, |_| {});
            let answer = granting::post(app, desk, case, &row, Some(&sealed)).await;
            trial.declare(app, *grantee).await;
            answer
        }
        Try::Find => {
            let answer = desk.declare(app, case, true).await;
            if answer.status() == 200 {
                trial.declared.borrow_mut().insert(place);
            }
            answer
        }
    };
    Some(answer.status().as_u16())
}

/// What the acts and stubs that are served say by themselves, whatever the service makes of them.
#[derive(Default)]
struct Said {
    heads: BTreeMap<Name, (u64, Digest)>,
    signatures: BTreeMap<Name, Signature>,
    bars: BTreeSet<MemberId>,
    /// Whoever was an authority at any time, and who signed with one.
    authorities: BTreeSet<MemberId>,
    /// Whoever was an investigator at any time.
    investigators: BTreeSet<MemberId>,
}

const FALLEN: &str = "who signed it is kept out";

struct Signature {
    over: (u64, Digest),
    by: MemberId,
    second: Option<MemberId>,
}

impl Said {
    fn of(work: &Value) -> Self {
        let mut said = Self::default();
        for row in work["records"].as_array().unwrap() {
            let stub = signed(&row["stub"]);
            let last: record::Revision = json::read(stub.unverified_payload()).unwrap();
            assert_eq!(row["record"], last.record.as_str());
            let before = said
                .heads
                .insert(last.record, (last.revision, stub.digest()));
            assert!(before.is_none(), "{}", last.record);
        }
        for row in work["acts"].as_array().unwrap() {
            let row: ActRow = json::read(signed(&row["signed"]).unverified_payload()).unwrap();
            said.follow(row);
        }
        said
    }

    fn follow(&mut self, row: ActRow) {
        match row.act {
            Act::Bar { members } => self.bars.extend(members),
            Act::Lift { members } => self.bars.retain(|barred| !members.contains(barred)),
            Act::Assign { part, member } => {
                match part {
                    Part::Authority => self.authorities.insert(member),
                    Part::Investigator => self.investigators.insert(member),
                    Part::Support => false,
                };
            }
            Act::Sign {
                record,
                revision,
                digest,
            } => {
                let signature = Signature {
                    over: (revision, digest),
                    by: row.member,
                    second: None,
                };
                self.signatures.insert(record, signature);
            }
            Act::Second {
                record,
                revision,
                digest,
            } => {
                self.authorities.insert(row.member);
                let first = self.signatures.get_mut(&record).unwrap();
                assert_eq!(first.over, (revision, digest), "both sign the same");
                first.second = Some(row.member);
            }
            _ => {}
        }
    }

    /// Says why a record is not signed off as it stands, by people of whom none is barred or among these.
    fn ensure_signed(
        &self,
        name: Name,
        conflicted: &BTreeSet<MemberId>,
    ) -> Result<(), &'static str> {
        let signature = self.signatures.get(&name).ok_or("nobody signed it")?;
        if self.heads.get(&name) != Some(&signature.over) {
            return Err("it was written after it was signed");
        }
        let kept_out = |member| self.bars.contains(member) || conflicted.contains(member);
        if [Some(&signature.by), signature.second.as_ref()]
            .into_iter()
            .flatten()
            .any(kept_out)
        {
            return Err(FALLEN);
        }
        match signature.second {
            _ if name != Name::Failing => Ok(()),
            Some(second) if second != signature.by => Ok(()),
            _ => Err("it takes two people"),
        }
    }
}

/// How often something was seen.
#[derive(Debug, Default)]
struct Seen {
    closed: usize,
    barred: usize,
    conflicts: usize,
    accepted: usize,
    /// What those tried who had lost the case.
    lost: usize,
    /// Conflicts that were found after the case was opened.
    found: usize,
    /// Signatures of somebody who has found a conflict since.
    fallen: usize,
}

impl Seen {
    fn everything(&self) -> bool {
        let kept_out = self.barred > 0 && self.conflicts > 0 && self.lost > 0 && self.found > 0;
        self.closed > 0 && kept_out && self.fallen > 0
    }
}

fn members(values: &Value) -> BTreeSet<MemberId> {
    let values = values.as_array().unwrap().iter();
    values
        .map(|value| value.as_str().unwrap().parse().unwrap())
        .collect()
}

/// Looks at everything that is served, as somebody who still reads it, and says whether it is closed.
async fn inspect(app: &TestApp, trial: &Trial<'_>, reader: &Desk, seen: &mut Seen) -> bool {
    let case = trial.open.case.id;
    let work = reader.work(app, case).await;
    let told = &work["procedure"];
    let said = Said::of(&work);
    let closed = told["closed"] == true;
    let now = trial.members(&trial.declared.borrow());
    if closed {
        let before = trial.members(&trial.before.borrow());
        for name in SIGNED {
            let signed = said.ensure_signed(name, &before);
            assert_eq!(signed, Ok(()), "closed, and of {name}");
        }
        if now == before {
            assert!(missing(told).is_empty(), "{:?}", missing(told));
        }
        seen.closed += 1;
    } else {
        trial.before.replace(trial.declared.borrow().clone());
    }
    ensure_as_said(told, &said, &now);
    // Not by a bar as well: only the conflict says that it does not count.
    let by_conflict: BTreeSet<MemberId> = now.difference(&said.bars).copied().collect();
    let fallen = |name: &&Name| {
        let signature = said.signatures.get(name);
        let theirs = signature.is_some_and(|one| by_conflict.contains(&one.by));
        theirs && said.ensure_signed(**name, &now) == Err(FALLEN)
    };
    seen.fallen += SIGNED.iter().filter(fallen).count();
    ensure_kept_out(app, trial, reader, &said.bars).await;
    seen.barred += said.bars.len();
    seen.conflicts += trial.declared.borrow().len();
    let found = |place: &&usize| trial.opened.borrow().contains(place);
    seen.found += trial.declared.borrow().iter().filter(found).count();
    // Decisions are an authority's, who never investigates.
    let path = format!("/api/1/desk/cases/{case}/records/decisions?limit=50");
    let decisions: Value = reader.get(app, &path).await.json().await.unwrap();
    for revision in decisions["revisions"].as_array().unwrap() {
        let stub = signed(&revision["stub"]);
        let decided: record::Revision = json::read(stub.unverified_payload()).unwrap();
        assert!(said.authorities.contains(&decided.author));
    }
    closed
}

/// What the service tells of the procedure is what its acts say.
fn ensure_as_said(told: &Value, said: &Said, conflicted: &BTreeSet<MemberId>) {
    let Said {
        authorities,
        investigators,
        ..
    } = said;
    assert!(
        authorities.is_disjoint(investigators),
        "{authorities:?} decided, {investigators:?} investigated"
    );
    for one in told["assigned"].as_array().unwrap() {
        let member: MemberId = one["member"].as_str().unwrap().parse().unwrap();
        let known = match one["as"].as_str().unwrap() {
            "authority" => authorities.contains(&member),
            "investigator" => investigators.contains(&member),
            _ => true,
        };
        assert!(known, "{one}");
    }
    assert_eq!(members(&told["bars"]), said.bars);
    let checkpoints = told["checkpoints"].as_array().unwrap();
    assert_eq!(checkpoints.len(), SIGNED.len());
    for (checkpoint, name) in checkpoints.iter().zip(SIGNED) {
        assert_eq!(checkpoint["record"], name.as_str());
        let signature = said.signatures.get(&name);
        let signed = signature.map_or(0, |signature| signature.over.0);
        assert_eq!(checkpoint["signed"], signed, "{name}");
        let by = signature.map(|signature| signature.by.to_string());
        assert_eq!(checkpoint["by"], by.unwrap_or_default(), "{name}");
        let second = signature.and_then(|signature| signature.second);
        let second = second.map(|second| second.to_string());
        assert_eq!(checkpoint["second"], second.unwrap_or_default(), "{name}");
        let done = said.ensure_signed(name, conflicted);
        assert_eq!(checkpoint["done"], done.is_ok(), "{name}: {done:?}");
        let clocks = told["clocks"].as_array().unwrap().iter();
        for clock in clocks.filter(|one| one["clock"] == name.as_str()) {
            assert!(clock["done"] == "" || done.is_ok(), "{name}: {done:?}");
        }
    }
    for name in [Name::Severity, Name::Decisions, Name::Failing] {
        if let Some(signature) = said.signatures.get(&name) {
            assert!(authorities.contains(&signature.by), "{name}");
        }
    }
}

/// Whoever reads it was let in, is not barred, and has no conflict.
async fn ensure_kept_out(
    app: &TestApp,
    trial: &Trial<'_>,
    reader: &Desk,
    bars: &BTreeSet<MemberId>,
) {
    let case = trial.open.case.id;
    let path = format!("/api/1/desk/cases/{case}/access");
    let access: Value = reader.get(app, &path).await.json().await.unwrap();
    let live: BTreeSet<MemberId> = access["live"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["member"].as_str().unwrap().parse().unwrap())
        .collect();
    assert!(live.is_disjoint(bars), "{live:?} {bars:?}");
    let kept_out = trial.kept_out(bars);
    for (place, desk) in trial.desks.iter().enumerate() {
        let let_in = live.contains(&desk.vault.member);
        assert!(!let_in || !kept_out.contains(&place), "{place}: a conflict");
        for of in ["/work", "", "/procedure", "/access"] {
            let path = format!("/api/1/desk/cases/{case}{of}");
            let status = desk.get(app, &path).await.status();
            if let_in {
                assert!([200, 403].contains(&status.as_u16()), "{status}");
                break;
            }
            assert_eq!(status, 404, "{place}: {path}");
        }
    }
}

both!(whatever_members_try_the_procedure_holds, |base| {
    let app = TestApp::start(base).await;
    // Those who decide could investigate too, if the procedure let them.
    let both = [
        ("Handler-4", Role::Investigator),
        ("Handler-5", Role::Investigator),
    ];
    let office = Office::open_with(&app, &both).await;
    let mut dice = Dice::seeded();
    let mut seen = Seen::default();
    let mut cases = 0;
    while !seen.everything() {
        assert!(cases < CASES, "too little was seen: {seen:?}");
        cases += 1;
        let trial = Trial::begin(&app, &office, &mut dice).await;
        let mut looks = 0;
        for _ in 0..MOMENTS {
            let reader = trial.reader(&app).await;
            let (reader, told) = reader.expect("somebody can always read it");
            looks += usize::from(inspect(&app, &trial, reader, &mut seen).await);
            if looks >= LOOKS_AT_CLOSED {
                break;
            }
            sql::due_of(app.store()).await;
            let tries = [
                something(&mut dice, &trial, &told),
                something(&mut dice, &trial, &told),
            ];
            let [(one, first), (two, second)] = &tries;
            let answers = tokio::join!(
                attempt(&app, &trial, *one, first),
                attempt(&app, &trial, *two, second)
            );
            for (answer, (_, what)) in [answers.0, answers.1].into_iter().zip(&tries) {
                let Some(Answer { status, lost }) = answer else {
                    continue;
                };
                let found = matches!(what, Try::Find) && status == 200;
                let known = [201, 404, 409, 422].contains(&status);
                assert!(found || known, "{what:?}: {status}");
                seen.accepted += usize::from(status == 201);
                seen.lost += usize::from(lost && status == 404);
            }
        }
    }
    println!("{cases} cases: {seen:?}");
});
