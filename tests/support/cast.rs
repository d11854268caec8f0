//! Somebody of every kind, and sessions for them: opened in the database, because the passphrases and codes of
//! so many would take minutes.

use rightline::keys::Keys;
use rightline::protocol::MemberId;
use rightline::protocol::directory::{Member, Role, Team};
use rightline::protocol::hybrid::MemberIdentity;
use rightline::protocol::signing::SigningKey;
use rightline::secret::{OpenSeed, SignSeed};
use rightline::staff::store::sessions::{NewSession, open_session};
use rightline::staff::store::{Account, account_of, open_account};

use super::enrol::drawn;
use super::{Lead, TestApp};

/// A member of some kind.
pub struct Player {
    pub kind: &'static str,
    pub member: MemberId,
}

/// Opens a session that saw a second factor just now, for a member who need not have an account yet.
pub async fn session_of(app: &TestApp, member: MemberId) -> String {
    let id = member.as_bytes().to_vec();
    if account_of(app.store(), &id).await.unwrap().is_none() {
        let account = Account {
            label: format!("Played-{member}"),
            id: id.clone(),
            salt: vec![0; 16],
            login: vec![0; 32],
            vault: vec![0; 100],
        };
        open_account(app.store(), &account).await.unwrap();
    }
    let cookie = Keys::cookie(&member, &drawn());
    let now = app.clock.seconds();
    let (_, tag) = app.service.keys.session(&cookie).unwrap();
    let session = NewSession {
        digest: &tag,
        member: &id,
        now,
        fresh: now,
    };
    open_session(app.store(), session, 0).await.unwrap();
    format!("__Host-rightline={cookie}")
}

/// A member as a team lists them, with keys that nobody keeps.
pub fn listed(label: &str, role: Role, app: &TestApp) -> Member {
    Member {
        member: MemberId::new(drawn()),
        label: label.parse().unwrap(),
        roles: vec![role],
        units: Vec::new(),
        recipient: MemberIdentity::new(&OpenSeed::new(drawn()))
            .recipient()
            .clone(),
        key: SigningKey::new(&SignSeed::new(drawn())).verifying_key(),
        since: app.today(),
        replaces: None,
    }
}

/// Publishes a root with somebody of every kind.
pub async fn cast(app: &TestApp) -> Vec<Player> {
    let kinds = [
        ("administrator", Role::Administrator),
        ("auditor", Role::Auditor),
        ("analyst", Role::Analyst),
        ("caller", Role::Caller),
    ];
    let members: Vec<Member> = kinds
        .iter()
        .map(|(kind, role)| listed(kind, *role, app))
        .collect();
    let directory = Lead::of(app)
        .publish(app, |root, teams| {
            teams.push(Team {
                service: root.service,
                team: "cast".parse().unwrap(),
                name: "Cast".to_owned(),
                members: members.clone(),
            });
        })
        .await;
    let mut played = vec![("lead", directory.leads().leads[0].member)];
    played.extend(
        kinds
            .iter()
            .zip(&members)
            .map(|((kind, _), member)| (*kind, member.member)),
    );
    for (kind, label) in [("handler", "Handler-1"), ("custodian", "Custodian-1")] {
        let members = directory.teams().flat_map(|team| &team.members);
        let found = members
            .into_iter()
            .find(|member| member.label.as_str() == label);
        played.push((kind, found.unwrap().member));
    }
    // A member whom nothing lists.
    played.push(("nobody listed", MemberId::new(drawn())));
    let played = played.into_iter();
    played
        .map(|(kind, member)| Player { kind, member })
        .collect()
}

/// The one of a kind.
pub fn one<'a>(cast: &'a [Player], kind: &str) -> &'a Player {
    cast.iter().find(|player| player.kind == kind).unwrap()
}
