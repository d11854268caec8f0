//! What each setting of casework may be, and where a mistake stands.

use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::{Casework, LISTS, List, ListedCode, Owner, Rule, StandardsUnit, When};
use crate::casework::procedure::{Calendar, Clocks};
use crate::protocol::report::codes::{Concern, Rank};
use crate::protocol::{Day, TeamId};
use crate::settings::reading::{LONGEST_NAME, Reading};
use crate::settings::{Mistake, PlannedTeam, PlannedUnit};

/// The most characters of a code.
const LONGEST_CODE: usize = 40;
/// The most characters of a label.
const LONGEST_LABEL: usize = 200;
/// The most characters of a rule's reason.
const LONGEST_REASON: usize = 300;

/// What the installation has, by its other settings.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) teams: &'a [PlannedTeam],
    pub(super) units: &'a [PlannedUnit],
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    bank_holidays: Spanned<Vec<Spanned<String>>>,
    studios: Spanned<Vec<FileCode>>,
    additional: Spanned<Vec<FileCode>>,
    corruption: Spanned<Vec<FileCode>>,
    characteristics: Spanned<Vec<FileCode>>,
    reasons: Spanned<Vec<FileCode>>,
    encouraged: Spanned<Vec<FileCode>>,
    prevented: Spanned<Vec<FileCode>>,
    support: Spanned<Vec<FileCode>>,
    referral_criteria: Spanned<Vec<FileCode>>,
    clocks: FileClocks,
    #[serde(default)]
    units: Vec<FileUnit>,
    #[serde(default)]
    routing: Vec<FileRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileCode {
    code: Spanned<String>,
    label: Spanned<String>,
    #[serde(default)]
    retired: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileClocks {
    acknowledgement: Spanned<u16>,
    danger: Spanned<u16>,
    triage: Spanned<u16>,
    severity: Spanned<u16>,
    referral: Spanned<u16>,
    update: Spanned<u16>,
    feedback: Spanned<u16>,
    explanation: Spanned<u16>,
    explanation_again: Spanned<u16>,
    due_soon: Spanned<u16>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileUnit {
    name: Spanned<String>,
    team: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileRule {
    when: Spanned<FileWhen>,
    team: Spanned<String>,
    reason: Spanned<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question that a rule may ask"
)]
struct FileWhen {
    categories: Vec<Spanned<String>>,
    gravity: Option<Spanned<String>>,
    characteristics: bool,
    professional_standards: bool,
    rank_from: Option<Spanned<String>>,
    rank_to: Option<Spanned<String>>,
    unknown_subject: bool,
    no_subject: bool,
    bcu: bool,
}

/// Reads a file; teams and units are checked against what is known.
pub(super) fn read(path: &Path, text: &str, known: Option<Known<'_>>) -> Result<Casework, Mistake> {
    let reading = Reading { path, text };
    let file: File = toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        reading.mistake(at, error.message())
    })?;
    let lists = [
        &file.studios,
        &file.additional,
        &file.corruption,
        &file.characteristics,
        &file.reasons,
        &file.encouraged,
        &file.prevented,
        &file.support,
        &file.referral_criteria,
    ];
    let named = LISTS.iter().zip(lists);
    let lists: Vec<List> = named
        .map(|(name, list)| reading.list(name, list))
        .collect::<Result<_, _>>()?;
    let (calendar, last_holiday) = reading.calendar(&file.bank_holidays)?;
    let additional = lists.iter().filter(|list| list.name == "additional");
    let additional: Vec<&str> = additional
        .flat_map(|list| &list.codes)
        .map(|listed| listed.code.as_str())
        .collect();
    Ok(Casework {
        clocks: reading.clocks(&file.clocks, calendar)?,
        units: reading.standards_units(&file.units, known)?,
        routing: reading.routing(&file.routing, &additional, known)?,
        lists,
        last_holiday,
        file: path.to_path_buf(),
    })
}

impl Reading<'_> {
    fn list(&self, name: &'static str, list: &Spanned<Vec<FileCode>>) -> Result<List, Mistake> {
        let mut codes: Vec<ListedCode> = Vec::with_capacity(list.get_ref().len());
        for listed in list.get_ref() {
            let code = self.code(&listed.code)?;
            if codes.iter().any(|before| before.code == code) {
                return Err(self.at(&listed.code, "this code is in the list already"));
            }
            codes.push(ListedCode {
                code,
                label: self.plain_text(&listed.label, "a label", LONGEST_LABEL)?,
                retired: listed.retired,
            });
        }
        if codes.iter().all(|listed| listed.retired) {
            return Err(self.at(list, "a list has at least one code that is not retired"));
        }
        Ok(List {
            name,
            codes,
            line: self.line(list.span().start),
        })
    }

    fn code(&self, code: &Spanned<String>) -> Result<String, Mistake> {
        let text = code.get_ref();
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if (1..=LONGEST_CODE).contains(&text.len()) && text.chars().all(plain) {
            Ok(text.clone())
        } else {
            Err(self.at(
                code,
                "a code is 1 to 40 of the letters a to z, digits and underscores",
            ))
        }
    }

    /// The bank holidays, and the line of the last one.
    fn calendar(
        &self,
        holidays: &Spanned<Vec<Spanned<String>>>,
    ) -> Result<(Calendar, usize), Mistake> {
        let mut last = holidays.span().start;
        let mut days: Vec<Day> = Vec::with_capacity(holidays.get_ref().len());
        for holiday in holidays.get_ref() {
            let day = Day::parse(holiday.get_ref())
                .map_err(|_| self.at(holiday, "a bank holiday is a day, such as 2026-12-25"))?;
            if days.contains(&day) {
                return Err(self.at(holiday, "this day is in the list already"));
            }
            if Calendar::is_weekend(day) {
                return Err(self.at(
                    holiday,
                    "this day is at a weekend: the bank holiday is its substitute",
                ));
            }
            if days.iter().all(|before| *before < day) {
                last = holiday.span().start;
            }
            days.push(day);
        }
        Ok((Calendar::new(days), self.line(last)))
    }

    fn clocks(&self, clocks: &FileClocks, calendar: Calendar) -> Result<Clocks, Mistake> {
        let days = |value| self.between(value, 0, 60);
        let months = |value| self.between(value, 1, 24);
        Ok(Clocks {
            acknowledgement: days(&clocks.acknowledgement)?,
            danger: days(&clocks.danger)?,
            triage: days(&clocks.triage)?,
            severity: days(&clocks.severity)?,
            referral: days(&clocks.referral)?,
            update: self.between(&clocks.update, 1, 90)?,
            feedback: months(&clocks.feedback)?,
            explanation: months(&clocks.explanation)?,
            explanation_again: months(&clocks.explanation_again)?,
            due_soon: days(&clocks.due_soon)?,
            calendar,
        })
    }

    fn standards_units(
        &self,
        units: &[FileUnit],
        known: Option<Known<'_>>,
    ) -> Result<Vec<StandardsUnit>, Mistake> {
        let mut read: Vec<StandardsUnit> = Vec::with_capacity(units.len());
        for unit in units {
            let name = self.plain_text(&unit.name, "a unit", LONGEST_NAME)?;
            let there = |known: Known<'_>| known.units.iter().any(|unit| unit.name == name);
            if known.is_some_and(|known| !there(known)) {
                return Err(self.at(&unit.name, "no unit of the force has this name"));
            }
            if read.iter().any(|before| before.name == name) {
                return Err(self.at(&unit.name, "this unit has a team already"));
            }
            read.push(StandardsUnit {
                name,
                team: self.team(&unit.team, known)?,
            });
        }
        Ok(read)
    }

    fn team(&self, team: &Spanned<String>, known: Option<Known<'_>>) -> Result<TeamId, Mistake> {
        let nobody = || self.at(team, "no team of the settings has this id");
        let id: TeamId = team.get_ref().parse().map_err(|_| nobody())?;
        let Some(known) = known else { return Ok(id) };
        let planned = known.teams.iter().find(|planned| planned.id == id);
        if planned.ok_or_else(nobody)?.retired {
            return Err(self.at(team, "this team is retired"));
        }
        Ok(id)
    }

    fn routing(
        &self,
        rules: &[FileRule],
        additional: &[&str],
        known: Option<Known<'_>>,
    ) -> Result<Vec<Rule>, Mistake> {
        let Some((last, _)) = rules.split_last() else {
            return Err(self.mistake(
                self.text.len(),
                "there is no [[routing]] rule: the last one has an empty when",
            ));
        };
        let mut read: Vec<Rule> = Vec::with_capacity(rules.len());
        for rule in rules {
            let when = self.when(rule.when.get_ref(), additional)?;
            let (ends, always) = (std::ptr::eq(rule, last), when == When::default());
            if always && !ends {
                return Err(self.at(
                    &rule.when,
                    "no rule after this one is ever asked: only the last has an empty when",
                ));
            }
            if ends && !always {
                return Err(self.at(
                    &rule.when,
                    "the last rule has an empty when, so that one always fits",
                ));
            }
            if read.iter().any(|before| before.when == when) {
                return Err(self.at(&rule.when, "a rule before this one asks for the same"));
            }
            let team = if rule.team.get_ref() == Owner::SubjectUnit.as_str() {
                if !when.bcu {
                    return Err(self.at(&rule.team, "subject-unit needs bcu = true in its when"));
                }
                Owner::SubjectUnit
            } else {
                Owner::Team(self.team(&rule.team, known)?)
            };
            read.push(Rule {
                when,
                team,
                reason: self.plain_text(&rule.reason, "a reason", LONGEST_REASON)?,
            });
        }
        Ok(read)
    }

    fn when(&self, when: &FileWhen, additional: &[&str]) -> Result<When, Mistake> {
        let mut categories: Vec<String> = Vec::with_capacity(when.categories.len());
        for category in &when.categories {
            let text = category.get_ref();
            if !Concern::KNOWN.contains(&text.as_str()) && !additional.contains(&text.as_str()) {
                return Err(self.at(
                    category,
                    "a category is one of a report's, or a code of additional",
                ));
            }
            if categories.contains(text) {
                return Err(self.at(category, "this category is in the list already"));
            }
            categories.push(text.clone());
        }
        let gravity = match &when.gravity {
            None => "",
            Some(gravity) => match gravity.get_ref().as_str() {
                "" => "",
                "gross" => "gross",
                "below" => "below",
                _ => return Err(self.at(gravity, "a gravity is gross, below or empty")),
            },
        };
        let rank_from = self.rank(when.rank_from.as_ref())?;
        let rank_to = self.rank(when.rank_to.as_ref())?;
        if let Some(to) = &when.rank_to
            && place(rank_to) < place(rank_from)
        {
            return Err(self.at(to, "this rank is below that of rank_from"));
        }
        Ok(When {
            categories,
            gravity,
            characteristics: when.characteristics,
            professional_standards: when.professional_standards,
            rank_from,
            rank_to,
            unknown_subject: when.unknown_subject,
            no_subject: when.no_subject,
            bcu: when.bcu,
        })
    }

    /// A rank that a rule names; empty for none.
    fn rank(&self, rank: Option<&Spanned<String>>) -> Result<&'static str, Mistake> {
        let Some(named) = rank else { return Ok("") };
        let text = named.get_ref();
        let found = officers().find(|rank| rank == text);
        found.ok_or_else(|| {
            let all: Vec<&str> = officers().collect();
            let message = format!("a rank is one of {}", all.join(", "));
            self.at(named, &message)
        })
    }
}

/// The ranks of officers, low to high.
fn officers() -> impl Iterator<Item = &'static str> {
    let none = ["", "staff_grade", "unknown"];
    let all = Rank::KNOWN.iter().copied();
    all.filter(move |rank| !none.contains(rank))
}

/// Where a rank of officers stands; none for no rank.
fn place(rank: &str) -> Option<usize> {
    officers().position(|one| one == rank)
}
