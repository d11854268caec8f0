//! The desk's calls about cases (protocol, section 12).

mod access;
mod case;
mod declaring;
mod grants;
mod list;
mod messages;
mod reader;

use super::store::{self, Standing};
use crate::protocol::CaseId;
use crate::store::Store;
use crate::web::Problem;
pub use access::{access, openings};
pub use case::case;
pub use declaring::declare;
pub use grants::{epoch, grant};
pub use list::list;
pub use messages::write;
pub use reader::Reader;

/// A case that the member may open: any other does not exist (K7).
async fn opened(store: &Store, who: &Reader, case: &str) -> Result<CaseId, Problem> {
    let case = case.parse::<CaseId>().map_err(|_| Problem::NotFound)?;
    match store::standing(store, who.member.as_bytes(), case.as_bytes()).await? {
        Standing::Reader => Ok(case),
        Standing::Undeclared => Err(Problem::DeclareFirst),
        Standing::Stranger => Err(Problem::NotFound),
    }
}
