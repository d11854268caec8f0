//! One service with its people, and one report to it, from which most vectors are made.

use rightline::protocol::directory::{
    Directory, Lead, LeadList, Member, Recovery, RecoveryWord, Role, Root, Routes, Team, TeamEntry,
    sign_leads, sign_recovery, sign_root, sign_team,
};
use rightline::protocol::hybrid::{CaseIdentity, MemberIdentity};
use rightline::protocol::report::{
    Body, Circumstances, Draft, IdentityContent, Other, Parties, Subject, codes, compose_with,
};
use rightline::protocol::signing::{Signed, SigningKey};
use rightline::protocol::statement::{Case, Statement};
use rightline::protocol::token::Token;
use rightline::protocol::{CaseId, Day, Digest, MemberId, Nonce, ServiceId, TeamId};
use rightline::protocol::{container::Container, directory::Route, recovery};
use rightline::secret::{CaseSecret, Entropy, OpenSeed, RecoverySeed, SignSeed};
use serde_json::{Value, json};

use crate::sealer::{Sealer, drawn};

pub(crate) fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

pub(crate) fn today() -> Day {
    day("2026-11-23")
}

/// Somebody with keys, all of which follow from the name.
#[derive(Clone, Copy)]
pub(crate) struct Person(pub(crate) &'static str);

impl Person {
    pub(crate) fn id(self) -> MemberId {
        MemberId::try_from(&drawn(&format!("id/{}", self.0))[..16]).expect("16 bytes")
    }

    pub(crate) fn seed(self) -> [u8; 32] {
        drawn(&format!("open/{}", self.0))
    }

    pub(crate) fn identity(self) -> MemberIdentity {
        MemberIdentity::new(&OpenSeed::new(self.seed()))
    }

    pub(crate) fn key(self) -> SigningKey {
        SigningKey::new(&SignSeed::new(drawn(&format!("sign/{}", self.0))))
    }

    fn lead(self) -> Lead {
        Lead {
            member: self.id(),
            label: self.0.parse().expect("a label"),
            key: self.key().verifying_key(),
        }
    }

    pub(crate) fn listed(self, roles: &[Role]) -> Member {
        Member {
            member: self.id(),
            label: self.0.parse().expect("a label"),
            roles: roles.to_vec(),
            units: vec!["Professional Standards".to_owned()],
            recipient: self.identity().recipient().clone(),
            key: self.key().verifying_key(),
            since: day("2026-01-05"),
            replaces: None,
        }
    }
}

pub(crate) const LEAD: Person = Person("lead-1");
pub(crate) const LEAD_2: Person = Person("lead-2");
pub(crate) const LEAD_3: Person = Person("lead-3");
pub(crate) const HANDLER: Person = Person("handler-1");
pub(crate) const HANDLER_2: Person = Person("handler-2");
pub(crate) const INVESTIGATOR: Person = Person("investigator-1");
pub(crate) const INDEPENDENT: Person = Person("independent-1");
pub(crate) const CUSTODIAN: Person = Person("custodian-1");
pub(crate) const ADMINISTRATOR: Person = Person("administrator-1");
pub(crate) const AUDITOR: Person = Person("auditor-1");

pub(crate) fn team_id(text: &str) -> TeamId {
    text.parse().expect("a team id")
}

/// The documents of a directory, before anybody has verified them.
#[derive(Clone)]
pub(crate) struct Documents {
    pub(crate) service: ServiceId,
    pub(crate) genesis: Signed,
    pub(crate) leads: Vec<Signed>,
    pub(crate) teams: Vec<Signed>,
    pub(crate) root: Signed,
}

impl Documents {
    pub(crate) fn json(&self) -> Value {
        json!({
            "service": self.service, "genesis": self.genesis, "leads": self.leads, "root": self.root,
            "teams": self.teams,
        })
    }

    pub(crate) fn directory(&self) -> Directory {
        let directory = Directory::verify(&self.service, &self.genesis, &self.leads, &self.root);
        self.teams
            .iter()
            .try_fold(directory.expect("a good root"), Directory::with_team)
            .expect("good teams")
    }
}

pub(crate) fn genesis_list() -> LeadList {
    LeadList {
        service: ServiceId::ZERO,
        number: 0,
        previous: Digest::ZERO,
        name: "Avon Vale Police".to_owned(),
        origin: "https://rightline.example".to_owned(),
        nonce: Nonce::try_from(&drawn("nonce")[..16]).expect("16 bytes"),
        day: day("2026-01-05"),
        leads: vec![LEAD.lead(), LEAD_2.lead()],
    }
}

pub(crate) fn next_list(genesis: &Signed) -> LeadList {
    LeadList {
        service: ServiceId::of(genesis),
        number: 1,
        previous: genesis.digest(),
        day: day("2026-06-01"),
        leads: vec![LEAD.lead(), LEAD_3.lead()],
        ..genesis_list()
    }
}

pub(crate) fn teams(service: ServiceId) -> Vec<Team> {
    let team = |id: &str, name: &str, members: Vec<Member>| Team {
        service,
        team: team_id(id),
        name: name.to_owned(),
        members,
    };
    let handlers = [HANDLER, HANDLER_2].map(|person| person.listed(&[Role::Handler]));
    let investigator = INVESTIGATOR.listed(&[Role::Investigator, Role::Authority]);
    vec![
        team(
            "intake",
            "Intake",
            handlers.into_iter().chain([investigator]).collect(),
        ),
        team(
            "independent",
            "Independent route",
            vec![INDEPENDENT.listed(&[Role::Handler])],
        ),
        team(
            "custody",
            "Identity custodians",
            vec![CUSTODIAN.listed(&[Role::Custodian])],
        ),
        team(
            "it",
            "Information technology",
            vec![ADMINISTRATOR.listed(&[Role::Administrator])],
        ),
        team(
            "oversight",
            "Oversight",
            vec![AUDITOR.listed(&[Role::Auditor])],
        ),
    ]
}

pub(crate) fn root(service: ServiceId, leads: Digest, teams: &[Signed]) -> Root {
    let names = ["intake", "independent", "custody", "it", "oversight"];
    Root {
        service,
        serial: 1,
        previous: Digest::ZERO,
        leads,
        issued: day("2026-10-01"),
        good_until: day("2026-11-30"),
        service_key: Person("service").key().verifying_key(),
        recovery: None,
        routes: Routes {
            intake: team_id("intake"),
            independent: Some(team_id("independent")),
            custodians: Some(team_id("custody")),
        },
        teams: names
            .into_iter()
            .zip(teams)
            .map(|(team, document)| TeamEntry {
                team: team_id(team),
                digest: document.digest(),
            })
            .collect(),
    }
}

/// The seed of the recovery that the second root names.
pub(crate) fn recovery_seed() -> [u8; 32] {
    drawn("recovery seed")
}

pub(crate) fn recovery_keys(service: ServiceId) -> recovery::Keys {
    recovery::Keys::new(&RecoverySeed::new(recovery_seed()), &service)
}

/// The id by which grants name that recovery.
pub(crate) fn recovery_id(service: ServiceId) -> MemberId {
    recovery::id(recovery_keys(service).identity().recipient())
}

pub(crate) fn recovery(service: ServiceId, signers: &[Person], threshold: u64) -> Recovery {
    let keys = recovery_keys(service);
    Recovery {
        recipient: keys.identity().recipient().clone(),
        key: keys.signing_key().verifying_key(),
        threshold: 2,
        shares: 3,
        signatures: signers
            .iter()
            .map(|signer| vote(service, *signer, (threshold, 3), day("2026-10-01")))
            .collect(),
    }
}

pub(crate) fn vote(
    service: ServiceId,
    signer: Person,
    (threshold, shares): (u64, u64),
    day: Day,
) -> Signed {
    let keys = recovery_keys(service);
    let word = RecoveryWord {
        service,
        recipient: keys.identity().recipient().clone(),
        key: keys.signing_key().verifying_key(),
        threshold,
        shares,
        day,
    };
    sign_recovery(&signer.key(), &word)
}

/// The service with its first root, its second, and one report sealed by the second.
pub(crate) struct World {
    pub(crate) service: ServiceId,
    pub(crate) first: Documents,
    pub(crate) second: Documents,
    pub(crate) directory: Directory,
    pub(crate) token: Token,
    pub(crate) report: Report,
}

/// The sections of a report, to be changed and put together again.
#[derive(Clone)]
pub(crate) struct Report {
    pub(crate) statement: Statement,
    pub(crate) signed: Signed,
    pub(crate) parties: Vec<u8>,
    pub(crate) body: Vec<u8>,
    pub(crate) identity: Vec<u8>,
    pub(crate) grants: Vec<Vec<u8>>,
}

impl Report {
    fn read(bytes: &[u8]) -> Self {
        let sections = Container::parse(bytes).expect("a container");
        Self {
            statement: Statement::read(sections.statement).expect("a statement"),
            signed: Signed::parse(sections.statement.to_vec()).expect("a document"),
            parties: sections.parties.to_vec(),
            body: sections.body.to_vec(),
            identity: sections.identity.to_vec(),
            grants: sections.grants.iter().map(|grant| grant.to_vec()).collect(),
        }
    }

    pub(crate) fn case(&self) -> Case {
        Case::read(self.signed.as_bytes()).expect("a statement")
    }

    pub(crate) fn id(&self) -> CaseId {
        CaseId::of(&self.signed)
    }

    /// Changes the statement and signs it again.
    pub(crate) fn resigned(
        mut self,
        key: &SigningKey,
        change: impl FnOnce(&mut Statement),
    ) -> Self {
        change(&mut self.statement);
        self.signed = self.statement.sign(key);
        self
    }

    pub(crate) fn container(&self) -> Vec<u8> {
        let mut sections = vec![
            self.signed.as_bytes(),
            &self.parties,
            &self.body,
            &self.identity,
        ];
        sections.extend(self.grants.iter().map(Vec::as_slice));
        rightline::protocol::container::write(&sections).expect("fits")
    }
}

impl World {
    pub(crate) fn new() -> Self {
        let genesis = sign_leads(&LEAD.key(), &genesis_list());
        let service = ServiceId::of(&genesis);
        let list = sign_leads(&LEAD_2.key(), &next_list(&genesis));
        let teams: Vec<Signed> = teams(service)
            .iter()
            .map(|team| sign_team(&LEAD_2.key(), team))
            .collect();
        let root_1 = root(service, list.digest(), &teams);
        let first = Documents {
            service,
            genesis,
            leads: vec![list.clone()],
            root: sign_root(&LEAD.key(), &root_1),
            teams,
        };
        let root_2 = Root {
            serial: 2,
            previous: first.root.digest(),
            issued: day("2026-11-01"),
            good_until: day("2026-12-31"),
            recovery: Some(recovery(service, &[LEAD, LEAD_3], 2)),
            ..root_1
        };
        let second = Documents {
            root: sign_root(&LEAD_3.key(), &root_2),
            ..first.clone()
        };
        let directory = second.directory();
        let token = Token::from_entropy(Entropy::new([0x5a; 16]));
        let report = Report::read(&compose(&token, &directory, "report", "confidential"));
        Self {
            service,
            first,
            second,
            directory,
            token,
            report,
        }
    }

    pub(crate) fn key(&self) -> SigningKey {
        self.token.keys(&self.service).signing_key()
    }

    pub(crate) fn case_seed() -> [u8; 32] {
        drawn("case secret")
    }

    pub(crate) fn case_identity() -> CaseIdentity {
        CaseIdentity::new(&CaseSecret::new(Self::case_seed()))
    }

    /// The same report, sealed by the first root.
    pub(crate) fn by_first_root(&self) -> Report {
        Report::read(&compose(
            &self.token,
            &self.first.directory(),
            "report by the first root",
            "confidential",
        ))
    }

    /// A report by somebody who gives no name at all.
    pub(crate) fn anonymous(&self) -> Report {
        let token = Token::from_entropy(Entropy::new([0x5b; 16]));
        Report::read(&compose(
            &token,
            &self.directory,
            "anonymous report",
            "anonymous",
        ))
    }
}

pub(crate) fn body(mode: &str) -> Body {
    Body {
        channel: codes::Channel::known("web").expect("known"),
        language: "en".to_owned(),
        mode: codes::Mode::known(mode).expect("known"),
        concerns: ["data_misuse", "discrimination"]
            .map(|code| codes::Concern::known(code).expect("known"))
            .to_vec(),
        characteristics: ["sex", "race"]
            .map(|code| codes::Characteristic::known(code).expect("known"))
            .to_vec(),
        what_happened: "He looked up his former partner again.\nI saw the screen – twice. 😐"
            .to_owned(),
        when: "Last Tuesday".to_owned(),
        place: "Parade room".to_owned(),
        pattern: codes::Pattern::known("repeated").expect("known"),
        circumstances: Circumstances {
            on_duty: codes::Answer::known("yes").expect("known"),
            described_as_banter: codes::Answer::known("unknown").expect("known"),
            ..Circumstances::default()
        },
        basis: codes::Basis::known("first_hand").expect("known"),
        ..Body::default()
    }
}

pub(crate) fn parties() -> Parties {
    Parties {
        subjects: vec![Subject {
            name: "PS 1234".to_owned(),
            kind: codes::Kind::known("officer").expect("known"),
            rank: codes::Rank::known("sergeant").expect("known"),
            acting: true,
            unit: "Central response".to_owned(),
            relation: codes::Relation::known("supervisor").expect("known"),
            senior: codes::Answer::known("yes").expect("known"),
            probationer: codes::Answer::known("no").expect("known"),
            ..Subject::default()
        }],
        others: vec![Other {
            who: "The shift".to_owned(),
            why: "They laughed.".to_owned(),
            ..Other::default()
        }],
        ..Parties::default()
    }
}

pub(crate) fn identity_content() -> IdentityContent {
    IdentityContent {
        name: "A. Officer".to_owned(),
        contact: "after 18:00".to_owned(),
        unit: "Central response".to_owned(),
        ..IdentityContent::default()
    }
}

fn compose(token: &Token, directory: &Directory, label: &str, mode: &str) -> Vec<u8> {
    let mut sealer = Sealer::new(label);
    let draft = Draft {
        token,
        secret: &CaseSecret::new(World::case_seed()),
        directory,
        route: Route::Intake,
        grantees: &[HANDLER.id(), HANDLER_2.id()],
        parties: parties(),
        body: body(mode),
        identity: (mode == "confidential").then(identity_content),
        thrown_away: &[OpenSeed::new(drawn("thrown away"))],
        day: today(),
    };
    compose_with(draft, |plaintext, to| sealer.seal(plaintext, to))
        .expect("composes")
        .bytes
}
