//! Who may call the desk's calls about cases.

use std::sync::Arc;

use actix_web::dev::Payload as Incoming;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;

use crate::ambient::Clock;
use crate::casework::store::Ruling;
use crate::directory::{Directories, Published};
use crate::protocol::directory::{Directory, Role};
use crate::protocol::{Day, MemberId, Refused};
use crate::settings::Settings;
use crate::staff::web::SignedIn;
use crate::web::Problem;

/// A signed-in member whom the directory in force lists with a role that may read. To anybody else no case
/// exists (K7), whatever grants a leaver still holds.
#[derive(Debug, Clone)]
pub struct Reader {
    pub(super) member: MemberId,
    pub(super) signed_in: SignedIn,
    pub(super) current: Arc<Published>,
}

impl FromRequest for Reader {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Incoming) -> Self::Future {
        let who = SignedIn::from_request(request, payload);
        let directories = request.app_data::<Data<Directories>>().cloned();
        let clock = request.app_data::<Data<Clock>>().cloned();
        Box::pin(async move {
            let signed_in = who.await?;
            let member = signed_in.member;
            let (directories, clock) = directories.zip(clock).ok_or(Problem::Fault)?;
            let current = directories
                .current(clock.seconds())
                .await?
                .ok_or(Problem::NotFound)?;
            if current.directory.has_role(&member, Role::may_read) {
                Ok(Self {
                    member,
                    signed_in,
                    current,
                })
            } else {
                Err(Problem::NotFound)
            }
        })
    }
}

impl Reader {
    /// Whether the directory in force gives the member that role.
    pub(super) fn is(&self, role: Role) -> bool {
        self.current
            .directory
            .has_role(&self.member, |has| has == role)
    }

    /// By what the procedure rules on what this member asks for.
    pub(super) fn ruling<'a>(&'a self, settings: &'a Settings, today: Day) -> Ruling<'a> {
        Ruling {
            member: &self.member,
            directory: &self.current.directory,
            clocks: &settings.casework.clocks,
            today,
        }
    }

    /// Checks that what the member signed under an earlier root is signed with the key they have now.
    pub(super) fn still_signs(&self, named: &Directory) -> Result<(), Refused> {
        if named.key_of(&self.member) == self.current.directory.key_of(&self.member) {
            Ok(())
        } else {
            Err(Refused::by("D9"))
        }
    }
}

/// The directory that a member signed by, if they still sign with the key that it lists.
pub(super) async fn named(
    directories: &Directories,
    who: &Reader,
    serial: u64,
) -> Result<Arc<Published>, Problem> {
    let named = directories.at(serial).await?.ok_or(Refused::by("D9"))?;
    who.still_signs(&named.directory)?;
    Ok(named)
}
