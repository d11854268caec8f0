//! Opening several cases in one call.

use actix_web::web::{Bytes, Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::{StreamExt as _, stream};
use serde::Deserialize;

use super::Reader;
use super::case::view;
use crate::ambient::Clock;
use crate::audit::{By, DONE, Entry, append_all};
use crate::casework::store;
use crate::keys::Keys;
use crate::protocol::CaseId;
use crate::store::Store;
use crate::web::{Problem, read_json};

/// Cases in one call, at most.
const GREATEST: usize = 50;
const GREATEST_BODY: usize = 8_192;
/// So many are read, and are in memory, at once.
const TOGETHER: usize = 10;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    cases: Vec<CaseId>,
}

/// `POST /api/1/desk/cases/open`. The trail gets a row for each case that is opened, before any is.
///
/// A few cases are in memory at once, however many are asked for.
///
/// # Errors
/// [`Problem::Malformed`] for none or too many cases; the store's.
pub async fn open(
    request: HttpRequest,
    payload: Payload,
    who: Reader,
    store: Data<Store>,
    keys: Data<Keys>,
    clock: Data<Clock>,
) -> Result<HttpResponse, Problem> {
    let Wanted { cases } = read_json(request.headers(), payload, GREATEST_BODY).await?;
    if !(1..=GREATEST).contains(&cases.len()) {
        return Err(Problem::Malformed);
    }
    let ids: Vec<&[u8]> = cases.iter().map(|case| &case.as_bytes()[..]).collect();
    let readable = store::readable(&store, who.member.as_bytes(), &ids).await?;
    let mut opened: Vec<CaseId> = Vec::with_capacity(cases.len());
    for case in &cases {
        if readable.contains(&case.as_bytes()[..]) && !opened.contains(case) {
            opened.push(*case);
        }
    }
    let entry = |case: &CaseId| Entry {
        time: clock.seconds(),
        who: Some(who.member),
        by: By::Member,
        act: "open-case",
        case: Some(*case),
        about: None,
        outcome: DONE,
    };
    let entries: Vec<Entry<'_>> = opened.iter().map(entry).collect();
    if !entries.is_empty() {
        append_all(&store, &keys, &entries).await?;
    }
    let several: Vec<Vec<CaseId>> = opened.chunks(TOGETHER).map(<[_]>::to_vec).collect();
    let parts = stream::iter(several.into_iter().enumerate()).then(move |(place, cases)| {
        let (store, who) = (store.clone(), who.clone());
        async move {
            let ids: Vec<&[u8]> = cases.iter().map(|case| &case.as_bytes()[..]).collect();
            let mut found = store::whole(&store, &ids).await?;
            let mut part = Vec::new();
            for (within, case) in cases.iter().enumerate() {
                let whole = found.remove(&case.as_bytes()[..]);
                let view = view(&who, *case, whole.ok_or(Problem::NotFound)?);
                if place + within > 0 {
                    part.push(b',');
                }
                serde_json::to_writer(&mut part, &view).map_err(|_| Problem::Fault)?;
            }
            Ok::<_, Problem>(Bytes::from(part))
        }
    });
    let edge = |text: &'static [u8]| stream::iter([Ok(Bytes::from_static(text))]);
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .streaming(edge(b"{\"cases\":[").chain(parts).chain(edge(b"]}"))))
}
