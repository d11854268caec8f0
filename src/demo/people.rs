//! The people of the demonstration: their keys, their accounts, and the directory that lists them.

use std::sync::Arc;

use zeroize::Zeroizing;

use super::places::{Place, TEAMS};
use super::{DemoError, FORCE, Person, origin};
use crate::ambient::Random;
use crate::directory::store::{Document, Kind};
use crate::keys::Keys;
use crate::protocol::directory::{
    Label, Lead, LeadList, Member, Role, Root, Routes, Team, TeamEntry, sign_leads, sign_root,
    sign_team,
};
use crate::protocol::hybrid::MemberIdentity;
use crate::protocol::signing::{Signed, SigningKey};
use crate::protocol::vault::{Stretched, Unlock, Vault};
use crate::protocol::{Day, Digest, MemberId, Nonce, ServiceId, TeamId};
use crate::secret::{OpenSeed, Passphrase, SignSeed};
use crate::staff::store::Account;

/// How long a root is good, days.
const GOOD_FOR: i32 = 60;

/// Who somebody is before the service has an id: what the genesis needs of a lead.
pub(super) struct Newcomer {
    pub(super) place: &'static Place,
    id: MemberId,
    /// The seed of the signing key.
    pub(super) sign: SignSeed,
}

impl Newcomer {
    pub(super) fn new(place: &'static Place) -> Self {
        Self {
            place,
            id: MemberId::new(Random.bytes()),
            sign: SignSeed::new(Random.bytes()),
        }
    }

    /// Whether they sign the directory.
    pub(super) fn leads(&self) -> bool {
        self.place.role.is_none()
    }
}

pub(super) fn genesis(lead: &SigningKey, people: &[Newcomer], port: u16, day: Day) -> Signed {
    let leads = people.iter().filter(|person| person.leads());
    sign_leads(
        lead,
        &LeadList {
            service: ServiceId::ZERO,
            number: 0,
            previous: Digest::ZERO,
            name: FORCE.to_owned(),
            origin: origin(port),
            nonce: Nonce::new(Random.bytes()),
            day,
            leads: leads
                .map(|person| Lead {
                    member: person.id,
                    label: label(person.place.label),
                    key: SigningKey::new(&person.sign).verifying_key(),
                })
                .collect(),
        },
    )
}

#[expect(
    clippy::expect_used,
    reason = "the labels of the demonstration are constants"
)]
fn label(text: &str) -> Label {
    text.parse().expect("a label of the demonstration is valid")
}

#[expect(
    clippy::expect_used,
    reason = "the teams of the demonstration are constants"
)]
fn team_id(text: &str) -> TeamId {
    text.parse().expect("a team of the demonstration is valid")
}

/// Six words of the BIP-39 list: 66 bits.
fn passphrase() -> Zeroizing<String> {
    let list = bip39::Language::English.word_list();
    let words: Vec<&str> = Random
        .bytes::<12>()
        .chunks_exact(2)
        .map(|pair| list[usize::from(u16::from_be_bytes([pair[0], pair[1]])) % list.len()])
        .collect();
    Zeroizing::new(words.join(" "))
}

/// A passphrase with what it stretches to, which takes a while to work out.
#[derive(Debug, Clone)]
pub struct Drawn {
    /// The passphrase.
    pub passphrase: Zeroizing<String>,
    /// Its salt.
    pub salt: [u8; 16],
    /// What login and vault key come from (A2).
    pub stretched: Arc<Stretched>,
}

impl Drawn {
    /// Draws six words and a salt, and stretches them.
    #[must_use]
    pub fn new() -> Self {
        let (passphrase, salt) = (passphrase(), Random.bytes());
        let stretched = Stretched::new(&Passphrase::new(passphrase.to_string()), &salt);
        Self {
            passphrase,
            salt,
            stretched: Arc::new(stretched),
        }
    }
}

impl Default for Drawn {
    fn default() -> Self {
        Self::new()
    }
}

/// Makes somebody's vault and account, and their place in a team unless they lead.
pub(super) fn enrol(
    newcomer: Newcomer,
    drawn: Drawn,
    service: &ServiceId,
    keys: &Keys,
    day: Day,
) -> Result<(Person, Account, Option<Member>), DemoError> {
    let Newcomer { place, id, sign } = newcomer;
    let Drawn {
        passphrase,
        salt,
        stretched,
    } = drawn;
    let identity = stretched.identity(service, &id, &keys.pepper(&id));
    let vault = Vault {
        service: *service,
        member: id,
        label: label(place.label),
        open: OpenSeed::new(Random.bytes()),
        sign,
        unlocks: vec![Unlock::passphrase(&identity)],
    };
    let sealed = vault.seal().map_err(|_| DemoError::Broken)?;
    let member = place.role.map(|role| Member {
        member: id,
        label: label(place.label),
        roles: vec![role],
        units: place.units.iter().map(|unit| (*unit).to_owned()).collect(),
        recipient: MemberIdentity::new(&vault.open).recipient().clone(),
        key: vault.signing_key().verifying_key(),
        since: day,
        replaces: None,
    });
    let account = Account {
        id: id.as_bytes().to_vec(),
        label: place.label.to_owned(),
        salt: salt.to_vec(),
        login: keys
            .login(&id, &stretched.login(service))
            .as_bytes()
            .to_vec(),
        vault: sealed,
    };
    let role = place.role.map(role_code).transpose()?;
    let person = Person {
        label: place.label.to_owned(),
        passphrase,
        team: place.team.to_owned(),
        roles: vec![role.unwrap_or_else(|| "lead".to_owned())],
    };
    Ok((person, account, member))
}

fn role_code(role: Role) -> Result<String, DemoError> {
    let code = serde_json::to_value(role).ok();
    code.as_ref()
        .and_then(serde_json::Value::as_str)
        .map(str::to_owned)
        .ok_or(DemoError::Broken)
}

pub(super) fn documents(
    lead: &SigningKey,
    genesis: Signed,
    service: &ServiceId,
    keys: &Keys,
    members: &[(&str, Member)],
    day: Day,
) -> Vec<Document> {
    let mut documents = Vec::new();
    let mut entries = Vec::new();
    for (id, name) in TEAMS {
        let of_team = members.iter().filter(|(team, _)| team == id);
        let team = Team {
            service: *service,
            team: team_id(id),
            name: (*name).to_owned(),
            members: of_team.map(|(_, member)| member.clone()).collect(),
        };
        let signed = sign_team(lead, &team);
        entries.push(TeamEntry {
            team: team.team,
            digest: signed.digest(),
        });
        documents.push(document(Kind::Team, 0, signed));
    }
    let root = Root {
        service: *service,
        serial: 1,
        previous: Digest::ZERO,
        leads: genesis.digest(),
        issued: day,
        good_until: day.plus_days(GOOD_FOR),
        service_key: keys.service().verifying_key(),
        recovery: None,
        routes: Routes {
            intake: team_id("intake"),
            independent: Some(team_id("independent")),
            custodians: Some(team_id("custodians")),
        },
        teams: entries,
    };
    documents.push(document(Kind::Leads, 0, genesis));
    documents.push(document(Kind::Root, 1, sign_root(lead, &root)));
    documents
}

fn document(kind: Kind, number: i64, signed: Signed) -> Document {
    Document {
        kind,
        number,
        digest: *signed.digest().as_bytes(),
        bytes: signed.into_bytes(),
    }
}
