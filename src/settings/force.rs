//! The units and teams of a force: how a unit is written, which are offered, and that none vanishes while a case may
//! hold it.

use std::fmt;
use std::path::PathBuf;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use super::reading::Reading;
use super::{FileForce, FileTeam, Mistake, Settings};

/// What units are remembered as, beside the lists of codes.
const UNITS: &str = "units";
/// What teams are remembered as.
const TEAMS: &str = "teams";

/// A unit of the force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedUnit {
    /// Its name, as records hold it.
    pub name: String,
    /// Whether it is offered no more.
    pub retired: bool,
}

/// A unit as it is written: its name alone, or a table that says more of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UnitTable {
    pub(super) name: String,
    #[serde(default)]
    pub(super) retired: bool,
}

/// Either way of writing a unit.
pub(super) struct FileUnit(pub(super) UnitTable);

impl<'de> Deserialize<'de> for FileUnit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(EitherWay)
    }
}

struct EitherWay;

impl<'de> Visitor<'de> for EitherWay {
    type Value = FileUnit;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a unit's name, or { name = \"...\", retired = true }")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<FileUnit, E> {
        Ok(FileUnit(UnitTable {
            name: name.to_owned(),
            retired: false,
        }))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<FileUnit, A::Error> {
        UnitTable::deserialize(MapAccessDeserializer::new(map)).map(FileUnit)
    }
}

/// Where a file lists units and teams.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Places {
    file: PathBuf,
    units: usize,
    teams: usize,
}

impl Reading<'_> {
    /// The line of the list of units, and that of the first team; the last line where there are none.
    pub(super) fn places(&self, force: &FileForce, teams: &[FileTeam]) -> Places {
        let last = self.text.len();
        let units = force
            .units
            .as_ref()
            .map_or(last, |units| units.span().start);
        let teams = teams.first().map_or(last, |team| team.id.span().start);
        Places {
            file: self.path.to_path_buf(),
            units: self.line(units),
            teams: self.line(teams),
        }
    }

    pub(super) fn units(&self, force: &FileForce) -> Result<Vec<PlannedUnit>, Mistake> {
        let written = force.units.iter().flat_map(Spanned::get_ref);
        let mut read: Vec<PlannedUnit> = Vec::new();
        for unit in written {
            let FileUnit(UnitTable { name, retired }) = unit.get_ref();
            let name = self.plain_name(&Spanned::new(unit.span(), name.clone()), "a unit")?;
            if read.iter().any(|before| before.name == name) {
                return Err(self.at(unit, "this unit is in the list already"));
            }
            read.push(PlannedUnit {
                name,
                retired: *retired,
            });
        }
        Ok(read)
    }
}

impl Settings {
    /// The units that are offered, in the order of the file.
    pub fn offered_units(&self) -> impl Iterator<Item = &str> {
        let offered = self.units.iter().filter(|unit| !unit.retired);
        offered.map(|unit| unit.name.as_str())
    }

    /// Everything that records may name: its list, its code and its label.
    pub fn named(&self) -> impl Iterator<Item = (&'static str, &str, &str)> {
        let codes = self.casework.codes();
        let codes = codes.map(|(list, listed)| (list, listed.code.as_str(), listed.label.as_str()));
        let units = self.units.iter().map(|unit| unit.name.as_str());
        let teams = self.teams.iter();
        codes
            .chain(units.map(|name| (UNITS, name, name)))
            .chain(teams.map(|team| (TEAMS, team.id.as_str(), team.name.as_str())))
    }

    /// Checks that everything that was ever served, by list and code, is there still: records that are under seal may
    /// name it.
    ///
    /// # Errors
    /// Names the first that is not, at the line of its list.
    pub fn ensure_kept<'a>(
        &self,
        served: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<(), Mistake> {
        for (list, code) in served {
            let (there, line, how) = match list {
                UNITS => (
                    self.units.iter().any(|unit| unit.name == code),
                    self.places.units,
                    format!("keep it as {{ name = \"{code}\", retired = true }}"),
                ),
                TEAMS => (
                    self.teams.iter().any(|team| team.id.as_str() == code),
                    self.places.teams,
                    "keep it with retired = true".to_owned(),
                ),
                _ => {
                    self.casework.ensure_kept(list, code)?;
                    continue;
                }
            };
            if !there {
                return Err(Mistake {
                    file: self.places.file.clone(),
                    line,
                    message: format!(
                        "\"{code}\" is gone from {list}, and cases may name it: {how}"
                    ),
                });
            }
        }
        Ok(())
    }
}
