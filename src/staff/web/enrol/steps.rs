//! The steps of an enrolment: keys, a second factor, the vault.

use actix_web::web::{Data, Json, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};

use super::{Going, Holder};
use crate::ambient::{Clock, Random};
use crate::directory::Directories;
use crate::keys::Keys;
use crate::protocol::MemberId;
use crate::protocol::bytes::Blob;
use crate::protocol::directory::Label;
use crate::secret::{BrowserSecret, LinkSecret, Login};
use crate::settings::Settings;
use crate::staff::invitations::Purpose;
use crate::staff::passkeys::{Begun, Ceremonies, Created};
use crate::staff::store::Account;
use crate::staff::store::enrolment::{self as store, Step};
use crate::staff::store::factors::{self as factors_store, Spent};
use crate::staff::store::invitations::invitation;
use crate::staff::web::{GREATEST_CREDENTIAL, GREATEST_SHORT, GREATEST_VAULT, factors};
use crate::staff::{GREATEST_FACTORS, factor_name, totp, vault_file};
use crate::store::{Store, StoreError};
use crate::web::{Base64, Hex, Problem, read_json};

/// What the first one-time codes are called until their member calls them otherwise.
const FIRST_CODES: &str = "Authenticator app";

pub(super) fn stepped(step: Step) -> Result<(), Problem> {
    match step {
        Step::Done => Ok(()),
        Step::NoLink => Err(Problem::Invitation),
        Step::TooEarly => Err(Problem::Stale),
    }
}

impl Holder<'_> {
    /// The account that this browser began by the link.
    pub(super) async fn begun(&self, browser: &BrowserSecret) -> Result<Account, Problem> {
        let member = self.member.as_bytes();
        let tag = self.keys.browser(&self.member, browser);
        if let Some(begun) = store::enrolling(self.store, member, &tag).await? {
            return Ok(begun);
        }
        // Perhaps somebody else finished by the same link just now.
        match invitation(self.store, &self.invitation.digest, self.now).await? {
            Some(_) => Err(Problem::Stale),
            None => Err(Problem::Invitation),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewKeys {
    secret: LinkSecret,
    browser: BrowserSecret,
    label: Label,
    salt: MemberId,
    login: Login,
    vault: Blob,
}

#[derive(Serialize)]
struct Codes<'a> {
    secret: &'a str,
    uri: &'a str,
}

#[derive(Serialize)]
struct First<'a> {
    totp: Codes<'a>,
}

/// `POST /api/1/enrol/keys`.
///
/// # Errors
/// [`Problem::LabelTaken`], [`Problem::Invalid`] for what is no vault, [`Problem::NotYetOpen`] for anybody
/// but a lead while no service is founded.
pub async fn set_keys(
    request: HttpRequest,
    payload: Payload,
    kept: Data<Store>,
    keys: Data<Keys>,
    clock: Data<Clock>,
    directories: Data<Directories>,
    settings: Data<Settings>,
) -> Result<HttpResponse, Problem> {
    let new: NewKeys = read_json(request.headers(), payload, GREATEST_VAULT).await?;
    let holder = Holder::of(&kept, &keys, &clock, &new.secret).await?;
    let label = new.label.as_str();
    if label.trim() != label || label.chars().any(char::is_control) {
        return Err(Problem::Malformed);
    }
    vault_file(&new.vault.0)?;
    if directories.founded().await?.is_none() && holder.purpose != Purpose::Lead {
        return Err(Problem::NotYetOpen);
    }
    let account = Account {
        id: holder.member.as_bytes().to_vec(),
        label: label.to_owned(),
        salt: new.salt.as_bytes().to_vec(),
        login: keys.login(&holder.member, &new.login).as_bytes().to_vec(),
        vault: new.vault.0,
    };
    let day = clock.day().to_string();
    let (codes, secret) = factors::draw_codes(&keys, &holder.member, FIRST_CODES, &day);
    let begun = store::Begun {
        account: &account,
        browser: &keys.browser(&holder.member, &new.browser),
        founding: holder.purpose.founding(),
        replaces: &holder.invitation.replaces,
        day: &day,
        totp: &codes,
    };
    let work = async {
        match store::begin(&kept, holder.link(), begun).await {
            Ok(step) => stepped(step),
            Err(StoreError::Conflict) => Err(Problem::LabelTaken),
            Err(error) => Err(error.into()),
        }
    };
    holder.audited("enrol-keys", work).await?;
    let uri = totp::uri(&secret, &settings.service.name, label);
    Ok(HttpResponse::Ok().json(First {
        totp: Codes {
            secret: &totp::base32(&secret),
            uri: &uri,
        },
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Proving {
    secret: LinkSecret,
    browser: BrowserSecret,
    code: String,
}

/// `POST /api/1/enrol/totp`.
///
/// # Errors
/// [`Problem::Code`]; [`Problem::Stale`] before there are keys.
pub async fn prove(
    request: HttpRequest,
    payload: Payload,
    kept: Data<Store>,
    keys: Data<Keys>,
    clock: Data<Clock>,
) -> Result<HttpResponse, Problem> {
    let asked: Proving = read_json(request.headers(), payload, GREATEST_SHORT).await?;
    let holder = Holder::of(&kept, &keys, &clock, &asked.secret).await?;
    holder.begun(&asked.browser).await?;
    let own = factors_store::factors(&kept, holder.member.as_bytes()).await?;
    let work = factors::prove_codes(&keys, &kept, &own, &asked.code, &clock);
    holder.audited("enrol-factor", work).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `POST /api/1/enrol/passkey/options`.
///
/// # Errors
/// [`Problem::NotFound`] where the service's address has no passkeys; [`Problem::Stale`] before there are keys.
pub async fn passkey_options(
    request: HttpRequest,
    payload: Payload,
    ceremonies: Data<Ceremonies>,
    kept: Data<Store>,
    keys: Data<Keys>,
    clock: Data<Clock>,
) -> Result<Json<Begun>, Problem> {
    let asked: Going = read_json(request.headers(), payload, GREATEST_SHORT).await?;
    let holder = Holder::of(&kept, &keys, &clock, &asked.secret).await?;
    let account = holder.begun(&asked.browser).await?;
    let own = factors_store::factors(&kept, holder.member.as_bytes()).await?;
    let begun = ceremonies.begin_making(
        &keys,
        &Random.bytes(),
        &holder.member,
        &account.label,
        factors::credentials(&keys, &own),
        holder.now,
    );
    Ok(Json(begun.map_err(|_| Problem::NotFound)?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewPasskey {
    secret: LinkSecret,
    browser: BrowserSecret,
    ticket: Blob,
    name: String,
    credential: Created,
}

/// `POST /api/1/enrol/passkey`.
///
/// # Errors
/// [`Problem::Code`] when it does not answer the ticket; [`Problem::Conflict`] when it is a factor already,
/// or there are as many as can be; [`Problem::Stale`] before there are keys.
pub async fn make_passkey(
    request: HttpRequest,
    payload: Payload,
    ceremonies: Data<Ceremonies>,
    kept: Data<Store>,
    keys: Data<Keys>,
    clock: Data<Clock>,
) -> Result<HttpResponse, Problem> {
    let asked: NewPasskey = read_json(request.headers(), payload, GREATEST_CREDENTIAL).await?;
    let holder = Holder::of(&kept, &keys, &clock, &asked.secret).await?;
    let name = factor_name(&asked.name)?;
    holder.begun(&asked.browser).await?;
    let work = async {
        let (ticket, member) = (&asked.ticket, &holder.member);
        let new = ceremonies
            .make(&keys, ticket, member, &asked.credential, holder.now)
            .map_err(|_| Problem::Code)?;
        let ticket = new.ticket;
        let factor = factors::passkey(&keys, &new, member, name, &clock.day().to_string());
        let spent = Spent {
            digest: &ticket.digest,
            until: ticket.until,
            now: holder.now,
        };
        if factors_store::add(&kept, &factor, GREATEST_FACTORS, Some(spent)).await? {
            Ok(())
        } else {
            Err(Problem::Conflict)
        }
    };
    holder.audited("enrol-factor", work).await?;
    Ok(HttpResponse::NoContent().finish())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewVault {
    secret: LinkSecret,
    browser: BrowserSecret,
    vault: Blob,
}

/// `POST /api/1/enrol/vault`.
///
/// # Errors
/// [`Problem::Invalid`] for what is no vault; [`Problem::Stale`] before there are keys.
pub async fn keep_vault(
    request: HttpRequest,
    payload: Payload,
    kept: Data<Store>,
    keys: Data<Keys>,
    clock: Data<Clock>,
) -> Result<HttpResponse, Problem> {
    let new: NewVault = read_json(request.headers(), payload, GREATEST_VAULT).await?;
    let holder = Holder::of(&kept, &keys, &clock, &new.secret).await?;
    vault_file(&new.vault.0)?;
    let work = async {
        let member = holder.member.as_bytes();
        let tag = keys.browser(&holder.member, &new.browser);
        stepped(store::keep_vault(&kept, holder.link(), member, &tag, &new.vault.0).await?)
    };
    holder.audited("enrol-vault", work).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A vault as it is kept, to be opened again.
#[derive(Serialize)]
pub struct KeptVault {
    vault: Base64,
    salt: Hex,
}

/// `POST /api/1/enrol/vault/open`.
///
/// # Errors
/// [`Problem::Stale`] before there are keys.
pub async fn open_vault(
    request: HttpRequest,
    payload: Payload,
    kept: Data<Store>,
    keys: Data<Keys>,
    clock: Data<Clock>,
) -> Result<Json<KeptVault>, Problem> {
    let asked: Going = read_json(request.headers(), payload, GREATEST_SHORT).await?;
    let holder = Holder::of(&kept, &keys, &clock, &asked.secret).await?;
    let account = holder.begun(&asked.browser).await?;
    Ok(Json(KeptVault {
        vault: Base64(account.vault),
        salt: Hex(account.salt),
    }))
}
