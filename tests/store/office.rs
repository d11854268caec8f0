//! A directory for the rules that stores run: members of every role, whose keys nobody keeps.

use rightline::ambient::Random;
use rightline::casework::procedure::Clocks;
use rightline::casework::store::{Declaring, Ruled, Ruling, declare};
use rightline::mailbox::store::{Line, add_to_reporter};
use rightline::protocol::directory::{
    Directory, Lead, LeadList, Member, Role, Root, Routes, Team, TeamEntry, sign_leads, sign_root,
    sign_team,
};
use rightline::protocol::hybrid::MemberIdentity;
use rightline::protocol::message::Stage;
use rightline::protocol::signing::SigningKey;
use rightline::protocol::{Day, Digest, MemberId, Nonce, ServiceId};
use rightline::secret::{OpenSeed, SignSeed};
use rightline::store::{Store, StoreError};

/// The directory in force, and how long clocks run.
pub struct Office {
    pub directory: Directory,
    pub clocks: Clocks,
    pub today: Day,
}

fn key() -> SigningKey {
    SigningKey::new(&SignSeed::new(Random.bytes()))
}

impl Office {
    /// An office whose members of the teams `dps` and `diu` have these roles.
    pub fn with(members: &[([u8; 16], &[Role])]) -> Self {
        let today: Day = "2026-11-23".parse().unwrap();
        let lead = key();
        let genesis = sign_leads(
            &lead,
            &LeadList {
                service: ServiceId::ZERO,
                number: 0,
                previous: Digest::ZERO,
                name: "New Police".to_owned(),
                origin: "https://report.example".to_owned(),
                nonce: Nonce::new(Random.bytes()),
                day: today,
                leads: vec![Lead {
                    member: MemberId::new([0xee; 16]),
                    label: "Lead-1".parse().unwrap(),
                    key: lead.verifying_key(),
                }],
            },
        );
        let service = ServiceId::of(&genesis);
        let listed = |(id, roles): &([u8; 16], &[Role])| Member {
            member: MemberId::new(*id),
            label: format!("Member-{}", id[0]).parse().unwrap(),
            roles: roles.to_vec(),
            units: Vec::new(),
            recipient: MemberIdentity::new(&OpenSeed::new(Random.bytes()))
                .recipient()
                .clone(),
            key: key().verifying_key(),
            since: today,
            replaces: None,
        };
        let team = |id: &str, members| {
            let team = Team {
                service,
                team: id.parse().unwrap(),
                name: id.to_owned(),
                members,
            };
            sign_team(&lead, &team)
        };
        let teams = [
            ("dps", team("dps", members.iter().map(listed).collect())),
            ("diu", team("diu", Vec::new())),
        ];
        let root = Root {
            service,
            serial: 1,
            previous: Digest::ZERO,
            leads: genesis.digest(),
            issued: today,
            good_until: today.plus_days(60),
            service_key: key().verifying_key(),
            recovery: None,
            routes: Routes {
                intake: "dps".parse().unwrap(),
                independent: None,
                custodians: None,
            },
            teams: teams
                .iter()
                .map(|(id, signed)| TeamEntry {
                    team: id.parse().unwrap(),
                    digest: signed.digest(),
                })
                .collect(),
        };
        let root = sign_root(&lead, &root);
        let mut directory = Directory::verify(&service, &genesis, &[], &root).unwrap();
        for (_, signed) in &teams {
            directory = directory.with_team(signed).unwrap();
        }
        Self {
            directory,
            clocks: Clocks::default(),
            today,
        }
    }

    pub fn ruling<'a>(&'a self, member: &'a MemberId) -> Ruling<'a> {
        Ruling {
            member,
            directory: &self.directory,
            clocks: &self.clocks,
            today: self.today,
        }
    }

    /// Makes a reader of a grantee.
    pub async fn reads(&self, store: &Store, case: &[u8], member: [u8; 16]) {
        let declaring = Declaring {
            case,
            member: &member,
            conflict: false,
            signed: b"signed",
            file: None,
            day: "2026-11-23",
        };
        declare(store, declaring).await.unwrap();
    }

    /// Writes to the reporter.
    pub async fn tell(
        &self,
        store: &Store,
        line: Line<'_>,
        stage: Option<Stage>,
        member: [u8; 16],
    ) -> Result<Ruled, StoreError> {
        let member = MemberId::new(member);
        add_to_reporter(store, line, stage, &self.ruling(&member)).await
    }
}
