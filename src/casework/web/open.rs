//! Opening several cases in one call.

use actix_web::web::{Bytes, Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::{StreamExt as _, stream};
use serde::Deserialize;

use super::Reader;
use super::case::view;
use crate::ambient::Clock;
use crate::audit::{By, DONE, Entry, append_all};
use crate::casework::store::{self, Standing};
use crate::keys::Keys;
use crate::protocol::CaseId;
use crate::store::Store;
use crate::web::{Problem, read_json};

/// Cases in one call, at most.
const GREATEST: usize = 50;
const GREATEST_BODY: usize = 8_192;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    cases: Vec<CaseId>,
}

/// `POST /api/1/desk/cases/open`. The trail gets a row for each case that is opened, before any is.
///
/// One case after the other is in memory, however many are asked for.
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
    let mut opened: Vec<CaseId> = Vec::with_capacity(cases.len());
    for case in cases {
        let standing = store::standing(&store, who.member.as_bytes(), case.as_bytes()).await?;
        if standing == Standing::Reader && !opened.contains(&case) {
            opened.push(case);
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
    let parts = stream::iter(opened.into_iter().enumerate()).then(move |(place, case)| {
        let (store, who) = (store.clone(), who.clone());
        async move {
            let view = view(&store, &who, case).await?;
            let mut part = if place == 0 { Vec::new() } else { vec![b','] };
            serde_json::to_writer(&mut part, &view).map_err(|_| Problem::Fault)?;
            Ok::<_, Problem>(Bytes::from(part))
        }
    });
    let edge = |text: &'static [u8]| stream::iter([Ok(Bytes::from_static(text))]);
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .streaming(edge(b"{\"cases\":[").chain(parts).chain(edge(b"]}"))))
}
