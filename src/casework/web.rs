//! The desk's calls about cases (protocol, section 12).

mod access;
mod acts;
mod case;
mod declaring;
mod due;
mod grants;
mod list;
mod messages;
mod open;
mod reader;
mod records;
mod settings;
mod stranded;
mod work;

use actix_web::HttpResponse;
use serde::Serialize;

use super::store::{self, Ruled, Standing};
use crate::protocol::{CaseId, Refused};
use crate::store::{Store, StoreError};
use crate::web::Problem;
pub use access::{access, openings};
pub use acts::act;
pub use case::case;
pub use declaring::declare;
pub use due::due;
pub use grants::{epoch, grant};
pub use list::list;
pub use messages::write;
pub use open::open;
pub use reader::Reader;
pub use records::{keep, revisions};
pub use settings::settings;
pub use stranded::stranded;
pub use work::{procedure, work};

/// A case that the member may open: any other does not exist (K7).
async fn opened(store: &Store, who: &Reader, case: &str) -> Result<CaseId, Problem> {
    let case = case.parse::<CaseId>().map_err(|_| Problem::NotFound)?;
    match store::standing(store, who.member.as_bytes(), case.as_bytes()).await? {
        Standing::Reader => Ok(case),
        Standing::Undeclared => Err(Problem::DeclareFirst),
        Standing::Stranger => Err(Problem::NotFound),
    }
}

/// Answers with the place of what was asked for, new or there already, or says why it has none.
fn ruled(ruled: Result<Ruled, StoreError>, place: impl Serialize) -> Result<HttpResponse, Problem> {
    match ruled {
        Ok(Ruled::New) => Ok(HttpResponse::Created().json(place)),
        Ok(Ruled::Same) => Ok(HttpResponse::Ok().json(place)),
        Ok(Ruled::Epoch) => Err(Refused::by("K6").into()),
        Ok(Ruled::Not(why)) => Err(Problem::Procedure(why.code())),
        Ok(Ruled::Stranger) => Err(Problem::NotFound),
        // Two writes that met in the database: the later one reads again, as after any other.
        Ok(Ruled::Sequence) | Err(StoreError::Conflict) => Err(Problem::Sequence),
        Err(error) => Err(error.into()),
    }
}
