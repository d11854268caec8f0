//! What leads call from the desk: publishing, and their words for a recovery (protocol, section 12).

use actix_web::web::{Data, Json, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};

use crate::ambient::Clock;
use crate::directory::publishing::{self, CannotPublish, Offer};
use crate::directory::{Directories, store};
use crate::keys::Keys;
use crate::protocol::directory::{Lead, RecoveryWord};
use crate::protocol::recovery::{self, GREATEST_SHARES};
use crate::protocol::signing::{Context, Signed};
use crate::protocol::{Day, MemberId, Refused, ServiceId, json};
use crate::staff::web::SignedIn;
use crate::store::{Store, StoreError};
use crate::web::{Base64, Problem, read_json};

/// A few large teams in base64; what is published already is not sent again.
const GREATEST_OFFER: usize = 16 * 1_048_576;
const GREATEST_WORD: usize = 16_384;
/// How far a lead's clock may be from the service's, days.
const CLOCKS_APART: i32 = 1;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Offered {
    leads: Vec<Signed>,
    teams: Vec<Signed>,
    #[serde(deserialize_with = "json::required")]
    root: Option<Signed>,
}

/// The serial of the root in force, 0 before the first.
#[derive(Serialize)]
struct Serial {
    serial: u64,
}

/// `POST /api/1/desk/directory`.
///
/// # Errors
/// [`Problem::Stale`] when another lead published first; [`Problem::Invalid`] with the rule.
pub async fn publish(
    request: HttpRequest,
    payload: Payload,
    _: SignedIn,
    store: Data<Store>,
    directories: Data<Directories>,
    keys: Data<Keys>,
    clock: Data<Clock>,
) -> Result<HttpResponse, Problem> {
    let Offered { leads, teams, root } =
        read_json(request.headers(), payload, GREATEST_OFFER).await?;
    let offer = Offer { leads, teams, root };
    let now = clock.seconds();
    // What another node published counts at once.
    directories.look_again();
    let service_key = keys.service().verifying_key();
    let next = publishing::check(&directories, &store, &service_key, &offer, now).await?;
    let is_new = next.is_some();
    if let Some(next) = next {
        match store::publish_next(&store, &next).await {
            Ok(()) => directories.look_again(),
            Err(StoreError::Conflict) => return Err(CannotPublish::Stale.into()),
            Err(error) => return Err(error.into()),
        }
    }
    let current = directories.current(now).await?;
    let serial = Serial {
        serial: current.map_or(0, |current| current.directory.root().serial),
    };
    Ok(if is_new {
        HttpResponse::Created().json(serial)
    } else {
        HttpResponse::Ok().json(serial)
    })
}

/// The genesis and the lead lists after it.
#[derive(Serialize)]
pub struct Lists {
    genesis: Base64,
    leads: Vec<Base64>,
}

/// `GET /api/1/desk/directory/leads`: the lead lists, which there are before any root.
///
/// # Errors
/// [`Problem::NotYetOpen`] while no service is founded; when the lists do not verify; the store's.
pub async fn lists(_: SignedIn, directories: Data<Directories>) -> Result<Json<Lists>, Problem> {
    let (signed, _) = directories.lists().await?;
    let mut signed = signed.into_iter().map(|list| Base64(list.into_bytes()));
    let genesis = signed.next().ok_or(Problem::NotYetOpen)?;
    Ok(Json(Lists {
        genesis,
        leads: signed.collect(),
    }))
}

#[derive(Serialize)]
struct Vote {
    lead: MemberId,
    signed: Base64,
}

/// The words that count: those of leads in office.
#[derive(Serialize)]
pub struct Votes {
    votes: Vec<Vote>,
}

/// `GET /api/1/desk/recovery`.
///
/// # Errors
/// When the directory cannot be read; the store's.
pub async fn votes(
    _: SignedIn,
    store: Data<Store>,
    directories: Data<Directories>,
    clock: Data<Clock>,
) -> Result<Json<Votes>, Problem> {
    let leads = directories.leads(clock.seconds()).await?;
    let mut votes = Vec::new();
    for (member, signed) in store::votes(&store).await? {
        let lead = leads
            .iter()
            .find(|lead| lead.member.as_bytes()[..] == member);
        let signed = Signed::parse(signed).ok();
        if let Some((lead, signed)) = lead.zip(signed)
            && signed.verify(Context::Recovery, &lead.key).is_ok()
        {
            votes.push(Vote {
                lead: lead.member,
                signed: Base64(signed.into_bytes()),
            });
        }
    }
    Ok(Json(Votes { votes }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignedOnly {
    signed: Signed,
}

/// `POST /api/1/desk/recovery`.
///
/// # Errors
/// [`Problem::Invalid`] with the rule.
pub async fn vote(
    request: HttpRequest,
    payload: Payload,
    who: SignedIn,
    store: Data<Store>,
    directories: Data<Directories>,
    clock: Data<Clock>,
) -> Result<HttpResponse, Problem> {
    let SignedOnly { signed } = read_json(request.headers(), payload, GREATEST_WORD).await?;
    let now = clock.seconds();
    let leads = directories.leads(now).await?;
    let lead = leads
        .iter()
        .find(|lead| lead.member == who.member)
        .ok_or(Refused::by("D6"))?;
    let word = read_word(&signed, lead, directories.service(), clock.day())?;
    if let Some(current) = directories.current(now).await? {
        // A root that names it would break D4.
        let id = recovery::id(&word.recipient);
        let mut members = current.directory.teams().flat_map(|team| &team.members);
        if members.any(|member| member.member == id || member.key == word.key) {
            return Err(Refused::by("D4").into());
        }
    }
    store::vote(&store, who.member.as_bytes(), signed.as_bytes()).await?;
    Ok(HttpResponse::Created().finish())
}

/// Reads a lead's word for a recovery (D6).
fn read_word(
    signed: &Signed,
    lead: &Lead,
    service: &ServiceId,
    today: Day,
) -> Result<RecoveryWord, Refused> {
    let refused = Refused::by("D6");
    let word: RecoveryWord = signed
        .verify_as(Context::Recovery, &lead.key)
        .map_err(|_| refused)?;
    let splits = (2..=word.shares).contains(&word.threshold) && word.shares <= GREATEST_SHARES;
    let now = word.day.days_since(today).abs() <= CLOCKS_APART;
    if word.service == *service && splits && now {
        Ok(word)
    } else {
        Err(refused)
    }
}
