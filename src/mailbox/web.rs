//! The mailbox's calls (protocol, section 11). Every answer of the second is padded, refusals too.

use actix_web::web::{Data, Json, Payload};
use actix_web::{HttpRequest, HttpResponse, ResponseError as _};

use super::{Desk, answer};
use crate::ambient::Clock;
use crate::directory::Directories;
use crate::keys::Keys;
use crate::protocol::bytes::Blob;
use crate::protocol::mailbox::{Challenge, GREATEST_REQUEST, Request, pad};
use crate::statistics::{Counted, Counters};
use crate::store::Store;
use crate::web::{Problem, read_json};

/// `POST /api/1/mailbox/challenge`.
pub async fn challenge(keys: Data<Keys>, clock: Data<Clock>) -> Json<Challenge> {
    Json(Challenge {
        challenge: Blob(super::challenge(&keys, clock.seconds())),
    })
}

/// `POST /api/1/mailbox`.
pub async fn act(
    request: HttpRequest,
    payload: Payload,
    store: Data<Store>,
    directories: Data<Directories>,
    keys: Data<Keys>,
    clock: Data<Clock>,
    counters: Data<Counters>,
) -> HttpResponse {
    let answered = async {
        let asked: Request = read_json(request.headers(), payload, GREATEST_REQUEST).await?;
        let desk = Desk {
            store: &store,
            directories: &directories,
            keys: &keys,
            clock: &clock,
        };
        answer(desk, &asked).await
    }
    .await;
    match answered {
        Ok(json) => {
            counters.count(Counted::Call);
            HttpResponse::Ok()
                .content_type("application/json")
                .body(pad(json))
        }
        Err(problem) => {
            counters.count(Counted::Refusal);
            refuse(problem)
        }
    }
}

/// Any other method than POST: padded as everything that this address answers.
pub async fn method() -> HttpResponse {
    refuse(Problem::Method)
}

fn refuse(problem: Problem) -> HttpResponse {
    HttpResponse::build(problem.status_code())
        .content_type("application/problem+json")
        .body(pad(Problem::document(problem)))
}
