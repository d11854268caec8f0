//! Declaring whether there is a conflict of interest, before a case is opened or once it is found (K8).

use actix_web::HttpRequest;
use actix_web::web::{Data, Json, Path, Payload};
use serde::{Deserialize, Serialize};

use super::Reader;
use super::stranded::is_stranded;
use crate::ambient::Clock;
use crate::casework;
use crate::casework::store::{self, Declaring, Standing};
use crate::directory::Directories;
use crate::protocol::bytes::Blob;
use crate::protocol::grant::Declaration;
use crate::protocol::signing::Signed;
use crate::protocol::{CaseId, Refused, json};
use crate::store::{Store, StoreError};
use crate::web::{Problem, read_json};

/// A declaration and a conflict file, in base64 and JSON, with room.
const GREATEST_DECLARATION: usize = 32_768;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewDeclaration {
    signed: Signed,
    #[serde(default)]
    file: Option<Blob>,
}

/// What was declared.
#[derive(Serialize)]
pub struct Declared {
    conflict: bool,
    /// Whether nobody is left who could work on the case.
    stranded: bool,
}

/// `POST /api/1/desk/cases/{case}/declaration`.
///
/// # Errors
/// [`Problem::Conflict`] when the member has declared a conflict before and says now that there is none.
pub async fn declare(
    request: HttpRequest,
    payload: Payload,
    who: Reader,
    case: Path<String>,
    store: Data<Store>,
    directories: Data<Directories>,
    clock: Data<Clock>,
) -> Result<Json<Declared>, Problem> {
    let NewDeclaration { signed, file } =
        read_json(request.headers(), payload, GREATEST_DECLARATION).await?;
    let case = case.parse::<CaseId>().map_err(|_| Problem::NotFound)?;
    let member = who.member.as_bytes();
    let standing = store::standing(&store, member, case.as_bytes()).await?;
    let before = store::declaration(&store, member, case.as_bytes()).await?;
    let hidden = before.is_none() || store::is_barred(&store, member, case.as_bytes()).await?;
    if standing == Standing::Stranger && hidden {
        return Err(Problem::NotFound);
    }
    let named: Declaration =
        json::read(signed.unverified_payload()).map_err(|_| Refused::by("K8"))?;
    let directory = directories
        .at(named.serial)
        .await?
        .ok_or(Refused::by("D9"))?;
    who.still_signs(&directory.directory)?;
    let declared = Declaration::read(&signed, &case, &who.member, &directory.directory)?;
    casework::ensure_today(declared.day, clock.day(), "K8")?;
    if let Some(file) = &file {
        casework::conflict_file(&file.0)?;
    }
    let finds = before == Some(false) && declared.conflict;
    if finds && standing == Standing::Stranger {
        return Err(Problem::NotFound);
    }
    let filed = if before.is_some() && !finds {
        before
    } else {
        let id = case.as_bytes();
        let declaring = Declaring {
            case: id,
            member,
            conflict: declared.conflict,
            signed: signed.as_bytes(),
            file: file.as_ref().map(|file| file.0.as_slice()),
            day: &clock.day().to_string(),
        };
        match store::declare(&store, declaring).await {
            Ok(()) => {
                let conflict = declared.conflict;
                let stranded =
                    conflict && is_stranded(&store, &case, &who.current.directory).await?;
                return Ok(Json(Declared { conflict, stranded }));
            }
            // Perhaps the same, sent twice at once.
            Err(StoreError::Conflict) => store::declaration(&store, member, id).await?,
            Err(error) => return Err(error.into()),
        }
    };
    match filed {
        // What has become of the case since is not theirs to learn.
        Some(conflict) if conflict == declared.conflict => Ok(Json(Declared {
            conflict,
            stranded: false,
        })),
        // Their grant ended while they declared: as for whoever has none.
        Some(_) if finds => Err(Problem::NotFound),
        Some(_) => Err(Problem::Conflict),
        None => Err(Problem::NotFound),
    }
}
