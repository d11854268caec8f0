//! The auditors' calls (protocol, section 12): reading the trail, signing its head, taking it away.

use actix_web::http::header::{CONTENT_DISPOSITION, ContentDisposition};
use actix_web::web::{Bytes, Data, Json, Payload, Query};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::stream;
use serde::{Deserialize, Serialize};

use super::store::{self, Filter};
use super::{PAGE, last};
use crate::ambient::Clock;
use crate::casework::ensure_today;
use crate::directory::Directories;
use crate::protocol::audit::{Head, Mark};
use crate::protocol::signing::{Context, Signed};
use crate::protocol::{CaseId, Digest, MemberId, Refused};
use crate::staff::web::SignedIn;
use crate::store::{Store, StoreError};
use crate::web::{Base64, Problem, read_json};

/// Rows of an answer, at most.
const GREATEST_PAGE: u32 = 1_000;
const GREATEST_HEAD: usize = 16_384;

/// Which rows are asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    after: Option<u32>,
    limit: Option<u32>,
    who: Option<String>,
    case: Option<String>,
    act: Option<String>,
}

/// Rows as they are kept, and where the trail ends.
#[derive(Serialize)]
#[expect(
    clippy::struct_field_names,
    reason = "the members are those of the call"
)]
pub struct Rows {
    rows: Vec<Base64>,
    head: Mark,
    next: Option<i64>,
}

/// `GET /api/1/desk/audit`.
///
/// # Errors
/// Malformed queries; the store's.
pub async fn rows(
    _: SignedIn,
    query: Result<Query<Asked>, actix_web::Error>,
    store: Data<Store>,
) -> Result<Json<Rows>, Problem> {
    let asked = query.map_err(|_| Problem::Malformed)?.into_inner();
    let limit = i64::from(asked.limit.unwrap_or(200).clamp(1, GREATEST_PAGE));
    let after = i64::from(asked.after.unwrap_or(0));
    let filter = filter(&asked)?;
    // The head first: whoever reads on to it finds every row.
    let head = head(&store).await?;
    let kept = store::page(&store, after, &filter, limit).await?;
    let full = i64::try_from(kept.len()) == Ok(limit);
    let next = kept.last().filter(|_| full).map(|row| row.number);
    Ok(Json(Rows {
        rows: kept.into_iter().map(|row| Base64(row.payload)).collect(),
        head,
        next,
    }))
}

fn filter(asked: &Asked) -> Result<Filter, Problem> {
    let who = asked.who.as_deref().map(str::parse::<MemberId>);
    let case = asked.case.as_deref().map(str::parse::<CaseId>);
    let who = who.transpose().map_err(|_| Problem::Malformed)?;
    let case = case.transpose().map_err(|_| Problem::Malformed)?;
    let act = asked.act.clone().unwrap_or_default();
    // No act has a zero byte, and PostgreSQL takes no text with one.
    if act.contains('\0') {
        return Err(Problem::Malformed);
    }
    Ok(Filter {
        who: who.map_or_else(Vec::new, |who| who.as_bytes().to_vec()),
        case: case.map_or_else(Vec::new, |case| case.as_bytes().to_vec()),
        act,
    })
}

async fn head(store: &Store) -> Result<Mark, Problem> {
    let Some(end) = store::end(store).await? else {
        return Ok(Mark::START);
    };
    Ok(Mark {
        number: u64::try_from(end.number).map_err(|_| Problem::Fault)?,
        digest: Digest::try_from(end.digest.as_slice()).map_err(|_| Problem::Fault)?,
    })
}

/// Every head that an auditor signed.
#[derive(Serialize)]
pub struct Heads {
    heads: Vec<Base64>,
}

/// `GET /api/1/desk/audit/heads`.
///
/// # Errors
/// The store's.
pub async fn heads(_: SignedIn, store: Data<Store>) -> Result<Json<Heads>, Problem> {
    let kept = store::last_heads(&store, i64::from(GREATEST_PAGE)).await?;
    Ok(Json(Heads {
        heads: kept.into_iter().map(|head| Base64(head.signed)).collect(),
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewHead {
    signed: Signed,
}

/// `POST /api/1/desk/audit/heads`.
///
/// # Errors
/// [`Problem::Invalid`] with the rule; [`Problem::Conflict`] when the trail has another row there.
pub async fn sign_head(
    request: HttpRequest,
    payload: Payload,
    who: SignedIn,
    store: Data<Store>,
    directories: Data<Directories>,
    clock: Data<Clock>,
) -> Result<HttpResponse, Problem> {
    let NewHead { signed } = read_json(request.headers(), payload, GREATEST_HEAD).await?;
    let named: Head = signed
        .unverified(Context::Head)
        .map_err(|_| Refused::by("A7"))?;
    let current = directories
        .current(clock.seconds())
        .await?
        .filter(|current| current.directory.root().serial == named.serial)
        .ok_or(Refused::by("D9"))?;
    let head = Head::read(&signed, &current.directory)?;
    if head.member != who.member {
        return Err(Refused::by("A7").into());
    }
    ensure_today(head.day, clock.day(), "A7")?;
    let number = last(head.mark());
    let there = store::digest_of(&store, number).await?;
    if there.as_deref() != Some(&head.digest.as_bytes()[..]) {
        return Err(Problem::Conflict);
    }
    match store::keep_head(&store, number, who.member.as_bytes(), signed.as_bytes()).await {
        // Signed before: it says the same of the same row.
        Ok(()) | Err(StoreError::Conflict) => Ok(HttpResponse::Created().finish()),
        Err(error) => Err(error.into()),
    }
}

/// `POST /api/1/desk/audit/export`: every row up to the head, one a line.
///
/// # Errors
/// The store's.
pub async fn export(_: SignedIn, store: Data<Store>) -> Result<HttpResponse, Problem> {
    let upto = last(head(&store).await?);
    let lines = stream::try_unfold(0, move |after| {
        let store = store.clone();
        async move { lines(&store, after, upto).await }
    });
    Ok(HttpResponse::Ok()
        .content_type("application/x-ndjson")
        .insert_header((
            CONTENT_DISPOSITION,
            ContentDisposition::attachment("audit.ndjson"),
        ))
        .streaming(lines))
}

/// The next rows of an export and where it goes on; nothing after the last.
async fn lines(store: &Store, after: i64, upto: i64) -> Result<Option<(Bytes, i64)>, Problem> {
    let page = store::page(store, after, &Filter::default(), PAGE).await?;
    let rows = page.iter().take_while(|row| row.number <= upto);
    let (mut bytes, mut reached) = (Vec::new(), after);
    for row in rows {
        bytes.extend_from_slice(&row.payload);
        bytes.push(b'\n');
        reached = row.number;
    }
    Ok((reached > after).then(|| (Bytes::from(bytes), reached)))
}
