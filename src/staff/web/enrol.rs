//! `/api/1/enrol`: how whoever holds a link becomes a member. The secret of the link is in every call, because
//! there is no session yet; every refusal of it is the same.

mod finish;
mod steps;

use actix_web::HttpRequest;
use actix_web::web::{Data, Json, Payload};
use serde::{Deserialize, Serialize};

pub use finish::finish;
pub use steps::{keep_vault, make_passkey, open_vault, passkey_options, prove, set_keys};

use super::GREATEST_SHORT;
use crate::ambient::Clock;
use crate::audit::{By, DONE, Entry, append};
use crate::directory::Directories;
use crate::directory::store::{Kind, numbered};
use crate::keys::Keys;
use crate::protocol::MemberId;
use crate::secret::{BrowserSecret, ExposeSecret as _, LinkSecret};
use crate::settings::Settings;
use crate::staff::invitations::Purpose;
use crate::staff::store::enrolment::Link;
use crate::staff::store::invitations::{Invitation, invitation};
use crate::store::Store;
use crate::web::{Base64, Hex, Problem, read_json};

/// Whoever holds a link that can still be used.
struct Holder<'a> {
    store: &'a Store,
    keys: &'a Keys,
    now: i64,
    invitation: Invitation,
    member: MemberId,
    purpose: Purpose,
}

impl<'a> Holder<'a> {
    /// Finds what a link invites to.
    ///
    /// # Errors
    /// [`Problem::Invitation`] when it is unknown, used, expired or withdrawn.
    async fn of(
        store: &'a Store,
        keys: &'a Keys,
        clock: &Clock,
        secret: &LinkSecret,
    ) -> Result<Self, Problem> {
        let now = clock.seconds();
        let found = invitation(store, &keys.link(secret), now).await?;
        let invitation = found.ok_or(Problem::Invitation)?;
        let member = invitation.member_by(keys, secret);
        if member.as_bytes()[..] != invitation.member[..] {
            return Err(Problem::Invitation);
        }
        Ok(Self {
            store,
            keys,
            now,
            member,
            purpose: Purpose::read(&invitation.purpose).ok_or(Problem::Fault)?,
            invitation,
        })
    }

    fn link(&self) -> Link<'_> {
        Link {
            digest: &self.invitation.digest,
            now: self.now,
        }
    }

    async fn note(&self, act: &str, outcome: &str) -> Result<(), Problem> {
        let entry = Entry {
            time: self.now,
            who: Some(self.member),
            by: By::Member,
            act,
            case: None,
            about: None,
            outcome,
        };
        append(self.store, self.keys, &entry).await?;
        Ok(())
    }

    /// Does something after the audit trail says that it is done, and says there if it was not.
    async fn audited<T>(
        &self,
        act: &str,
        work: impl Future<Output = Result<T, Problem>>,
    ) -> Result<T, Problem> {
        self.note(act, DONE).await?;
        let done = work.await;
        if let Err(problem) = &done {
            // What was refused is refused, whether or not the trail can say so now.
            let _ = self.note(act, problem.code()).await;
        }
        done
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SecretOnly {
    secret: LinkSecret,
}

/// What every call after the keys begins with: the link, and the browser that made them (A9).
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Going {
    secret: LinkSecret,
    browser: BrowserSecret,
}

/// What a newcomer must know to make their keys.
#[derive(Serialize)]
pub struct Invited {
    purpose: &'static str,
    label: String,
    member: MemberId,
    pepper: Hex,
    service: String,
    genesis: Option<Base64>,
    force: String,
    origin: String,
    until: i64,
    replaces: Hex,
}

/// `POST /api/1/enrol/open`.
///
/// # Errors
/// [`Problem::Invitation`]; the store's.
pub async fn open(
    request: HttpRequest,
    payload: Payload,
    store: Data<Store>,
    keys: Data<Keys>,
    clock: Data<Clock>,
    directories: Data<Directories>,
    settings: Data<Settings>,
) -> Result<Json<Invited>, Problem> {
    let SecretOnly { secret } = read_json(request.headers(), payload, GREATEST_SHORT).await?;
    let holder = Holder::of(&store, &keys, &clock, &secret).await?;
    holder.note("enrol-open", DONE).await?;
    let founded = directories.founded().await?;
    let genesis = match founded {
        Some(_) => numbered(&store, Kind::Leads, 0).await?,
        None => None,
    };
    Ok(Json(Invited {
        purpose: holder.purpose.code(),
        member: holder.member,
        pepper: Hex(keys.pepper(&holder.member).expose_secret().to_vec()),
        service: founded.map(ToString::to_string).unwrap_or_default(),
        genesis: genesis.map(Base64),
        force: settings.service.name.clone(),
        origin: settings.service.origin.clone(),
        label: holder.invitation.label,
        until: holder.invitation.until,
        replaces: Hex(holder.invitation.replaces),
    }))
}
