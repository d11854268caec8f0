//! How the service is doing, for those who look after it: sizes and counts, and what the settings plan.

use actix_web::web::{Data, Json};
use serde::Serialize;

use super::Order;
use crate::ambient::Clock;
use crate::directory::Directories;
use crate::keys::Keys;
use crate::protocol::TeamId;
use crate::protocol::directory::Role;
use crate::protocol::signing::VerifyingKey;
use crate::settings::{PlannedTeam, Settings};
use crate::staff::store::accounts::{Counts, counts};
use crate::store::{Location, Store};
use crate::web::Problem;

#[derive(Serialize)]
#[expect(
    clippy::struct_field_names,
    reason = "the members are those of the call"
)]
struct Team {
    team: TeamId,
    name: String,
    route: &'static str,
    published: bool,
    readers: usize,
}

/// The state of the service.
#[derive(Serialize)]
pub struct State {
    version: &'static str,
    database: &'static str,
    database_bytes: i64,
    free_bytes: Option<u64>,
    counts: Counts,
    founded: bool,
    pinned: bool,
    service_key: VerifyingKey,
    teams: Vec<Team>,
    units: Vec<String>,
}

/// `GET /api/1/desk/service`.
///
/// # Errors
/// The store's.
pub async fn state(
    store: Data<Store>,
    directories: Data<Directories>,
    clock: Data<Clock>,
    settings: Data<Settings>,
    keys: Data<Keys>,
) -> Result<Json<State>, Problem> {
    let order = Order::now(&directories, clock.seconds()).await?;
    // Of those that are retired only what the directory still has.
    let shown = |planned: &&PlannedTeam| !planned.retired || order.team(&planned.id).is_some();
    let teams = settings.teams.iter().filter(shown).map(|planned| {
        let published = order.team(&planned.id);
        let members = published.into_iter().flat_map(|team| &team.members);
        Team {
            team: planned.id.clone(),
            name: planned.name.clone(),
            route: planned.route.map_or("", |route| route.code()),
            published: published.is_some(),
            readers: members
                .filter(|member| member.roles.iter().any(|role| Role::may_read(*role)))
                .count(),
        }
    });
    let database = match &settings.database {
        Location::Sqlite(_) => "sqlite",
        Location::Postgres { .. } => "postgres",
    };
    Ok(Json(State {
        version: env!("CARGO_PKG_VERSION"),
        database,
        database_bytes: store.bytes().await?,
        free_bytes: settings.database.free_bytes(),
        counts: counts(&store).await?,
        founded: directories.founded().await?.is_some(),
        pinned: settings.service.is_pinned(),
        service_key: keys.service().verifying_key(),
        teams: teams.collect(),
        units: settings.offered_units().map(ToOwned::to_owned).collect(),
    }))
}
