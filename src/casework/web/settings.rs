//! What members' desks need of the settings: clocks, codes with their labels, and the routing table.

use std::collections::BTreeMap;

use actix_web::web::{Data, Json};
use serde::Serialize;

use super::Reader;
use crate::protocol::Day;
use crate::settings::Settings;
use crate::settings::casework::{ListedCode, Rule, StandardsUnit};

/// The settings of casework.
#[derive(Serialize)]
pub struct Answer {
    clocks: BTreeMap<&'static str, u16>,
    bank_holidays: Vec<Day>,
    due_soon: u16,
    lists: BTreeMap<&'static str, Vec<ListedCode>>,
    routing: Vec<Rule>,
    units: Vec<StandardsUnit>,
    force_units: Vec<String>,
}

/// `GET /api/1/desk/casework`.
pub async fn settings(_who: Reader, settings: Data<Settings>) -> Json<Answer> {
    let casework = &settings.casework;
    let lists = casework.lists.iter();
    Json(Answer {
        clocks: casework.clocks.lengths().into(),
        bank_holidays: casework.clocks.calendar.holidays().copied().collect(),
        due_soon: casework.clocks.due_soon,
        lists: lists.map(|list| (list.name, list.codes.clone())).collect(),
        routing: casework.routing.clone(),
        units: casework.units.clone(),
        force_units: settings.offered_units().map(ToOwned::to_owned).collect(),
    })
}
