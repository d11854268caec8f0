//! What a force says of its casework, in a file of its own: how long each clock runs, the codes of records with
//! their labels, and which team an allegation is proposed for.

mod reading;

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{Mistake, PlannedTeam, PlannedUnit};
use crate::casework::procedure::Clocks;
use crate::protocol::{Day, TeamId};

/// The sample of the repository: what holds where the settings name no file.
pub const SAMPLE: &str = include_str!("../../config/casework.toml");

/// The lists that a force edits, as they are called in the file.
pub const LISTS: [&str; 9] = [
    "studios",
    "additional",
    "corruption",
    "characteristics",
    "reasons",
    "encouraged",
    "prevented",
    "support",
    "referral_criteria",
];

/// The casework of one force, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Casework {
    /// How long each clock runs.
    pub clocks: Clocks,
    /// The lists of codes, in the order of [`LISTS`].
    pub lists: Vec<List>,
    /// The rules of the routing table, in order; the last one always fits.
    pub routing: Vec<Rule>,
    /// The units that have a standards unit of their own.
    pub units: Vec<StandardsUnit>,
    /// The line of the last bank holiday, or of the list where it has none.
    last_holiday: usize,
    /// The file that says so.
    file: PathBuf,
}

/// How many months ahead the bank holidays are to be known.
const HOLIDAYS_AHEAD: u16 = 12;

/// A list of codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// What it is called.
    pub name: &'static str,
    /// Its codes, in the order in which they are offered.
    pub codes: Vec<ListedCode>,
    /// Its line in the file.
    line: usize,
}

/// A code that records hold, with what members read for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListedCode {
    /// The code.
    pub code: String,
    /// What members read.
    pub label: String,
    /// Whether it is offered no more.
    pub retired: bool,
}

/// A rule of the routing table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// What must hold, all of it.
    pub when: When,
    /// The team that is proposed.
    pub team: Owner,
    /// Why, as members read it.
    pub reason: String,
}

/// What a rule asks for; empty and false ask for nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question that a rule may ask"
)]
pub struct When {
    /// The allegation's category, or its additional one, is among these.
    pub categories: Vec<String>,
    /// `gross`, or `below` for all that is less.
    pub gravity: &'static str,
    /// It names a protected characteristic.
    pub characteristics: bool,
    /// A subject works in professional standards, or is a chief officer.
    pub professional_standards: bool,
    /// A confirmed subject has this rank of officers or a higher one.
    pub rank_from: &'static str,
    /// No subject, confirmed or not, has a higher rank of officers than this.
    pub rank_to: &'static str,
    /// Nobody knows who the subjects are.
    pub unknown_subject: bool,
    /// It has no subject.
    pub no_subject: bool,
    /// A subject belongs to a unit that has a standards unit.
    pub bcu: bool,
}

/// Whom a rule proposes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// A team.
    Team(TeamId),
    /// The standards unit of the subject's unit.
    SubjectUnit,
}

impl Owner {
    /// How it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Team(team) => team.as_str(),
            Self::SubjectUnit => "subject-unit",
        }
    }
}

impl Serialize for Owner {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// A unit and the team that is its standards unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StandardsUnit {
    /// The unit's name.
    pub name: String,
    /// The team.
    pub team: TeamId,
}

impl Casework {
    /// Checks a file's text against the teams and units of the installation.
    ///
    /// # Errors
    /// The first mistake, with its line.
    pub fn parse(
        path: &Path,
        text: &str,
        teams: &[PlannedTeam],
        units: &[PlannedUnit],
    ) -> Result<Self, Mistake> {
        reading::read(path, text, Some(reading::Known { teams, units }))
    }

    /// What holds where no file is named: the sample, without what it says of teams and units that the force does
    /// not have.
    ///
    /// # Errors
    /// None, while the sample is good.
    pub fn sample(teams: &[PlannedTeam], units: &[PlannedUnit]) -> Result<Self, Mistake> {
        let mut sample = reading::read(Path::new("config/casework.toml"), SAMPLE, None)?;
        let there = |id: &TeamId| teams.iter().any(|team| team.id == *id && !team.retired);
        let known = |name: &str| units.iter().any(|unit| unit.name == name);
        sample
            .units
            .retain(|unit| there(&unit.team) && known(&unit.name));
        sample.routing.retain(|rule| match &rule.team {
            Owner::Team(team) => there(team),
            Owner::SubjectUnit => true,
        });
        Ok(sample)
    }

    /// What will be wrong before long, though nothing is wrong yet: the bank holidays run out, and no day after the last
    /// of them counts as one. Says so at the line of that one.
    #[must_use]
    pub fn running_out(&self, today: Day) -> Option<Mistake> {
        let last = self.clocks.calendar.holidays().last();
        if last.is_some_and(|last| *last >= today.plus_months(HOLIDAYS_AHEAD)) {
            return None;
        }
        let known = last.map_or("there is none".to_owned(), |last| {
            format!("the last one is {last}")
        });
        Some(Mistake {
            file: self.file.clone(),
            line: self.last_holiday,
            message: format!(
                "bank holidays run out within {HOLIDAYS_AHEAD} months ({known}): add the next ones from \
                 https://www.gov.uk/bank-holidays, or clocks count them as working days"
            ),
        })
    }

    /// Every code with its list and its label.
    pub fn codes(&self) -> impl Iterator<Item = (&'static str, &ListedCode)> {
        let of = |list: &'_ List| list.name;
        self.lists
            .iter()
            .flat_map(move |list| list.codes.iter().map(move |code| (of(list), code)))
    }

    /// Checks that a code that was once served is there still.
    ///
    /// # Errors
    /// Names it at the line of its list.
    pub(super) fn ensure_kept(&self, name: &str, code: &str) -> Result<(), Mistake> {
        // A list that this version does not have is nobody's to keep.
        let Some(list) = self.lists.iter().find(|list| list.name == name) else {
            return Ok(());
        };
        if list.codes.iter().any(|listed| listed.code == code) {
            return Ok(());
        }
        Err(Mistake {
            file: self.file.clone(),
            line: list.line,
            message: format!(
                "\"{code}\" is gone from {name}, and cases may hold it: keep it with retired = true"
            ),
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;
    use jiff::civil::{Date, Weekday, date};

    use super::*;
    use crate::protocol::report::codes::{Characteristic, Concern};
    use crate::settings::Settings;

    /// The settings of the sample, its secrets beside it.
    fn installation() -> (tempfile::TempDir, Settings) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("secrets")).unwrap();
        for file in ["service.key", "pepper.key"] {
            std::fs::write(folder.path().join("secrets").join(file), "00".repeat(32)).unwrap();
        }
        let path = folder.path().join("casework.toml");
        std::fs::write(&path, SAMPLE).unwrap();
        let sample = include_str!("../../config/rightline.toml");
        let settings = Settings::parse(&folder.path().join("rightline.toml"), sample).unwrap();
        assert_eq!(settings.casework.file, path);
        (folder, settings)
    }

    fn parse(text: &str) -> Result<Casework, Mistake> {
        let (_, settings) = installation();
        let path = Path::new("casework.toml");
        Casework::parse(path, text, &settings.teams, &settings.units)
    }

    #[test]
    fn the_sample_has_what_a_force_works_with() {
        let (_, Settings { casework, .. }) = installation();
        assert_eq!(casework.clocks.severity, 5);
        assert_eq!(casework.clocks.danger, 0);
        assert_eq!(casework.units.len(), 12);
        assert_eq!(casework.lists.len(), LISTS.len());
        let of = |name: &str| {
            let list = casework.lists.iter().find(|list| list.name == name);
            list.unwrap().codes.iter().map(|listed| listed.code.clone())
        };
        // What the protocol names has a label in the lists that share its codes.
        assert!(of("characteristics").eq(Characteristic::KNOWN.iter().copied()));
        let concerns: Vec<String> = of("studios").chain(of("additional")).collect();
        for concern in Concern::KNOWN {
            let covered = concerns.iter().any(|code| code == concern);
            assert!(covered || *concern == "abuse_of_position", "{concern}");
        }
    }

    #[test]
    fn the_routing_table_of_the_sample_proposes_each_team_that_works_on_cases() {
        let (_, Settings { casework, .. }) = installation();
        let proposed: Vec<&str> = casework.routing.iter().map(|r| r.team.as_str()).collect();
        for team in [
            "independent",
            "domestic-abuse",
            "anti-corruption",
            "discrimination",
            "grievance",
            "subject-unit",
            "investigations",
            "learning",
        ] {
            assert!(proposed.contains(&team), "{team}");
        }
        assert_eq!(proposed.last(), Some(&"intake"));
    }

    #[test]
    fn the_sample_goes_by_ranks() {
        let (_, Settings { casework, .. }) = installation();
        let of = |fits: fn(&&Rule) -> bool| casework.routing.iter().find(fits).unwrap();
        // Chief officers leave their chain of command, before anything else is asked.
        let chief = of(|rule| rule.when.rank_from == "commander");
        assert_eq!(chief, &casework.routing[0]);
        assert_eq!(chief.team.as_str(), "independent");
        // A standards unit takes nobody at or above the rank of its authority.
        assert!(
            casework.routing.iter().all(|rule| {
                rule.team != Owner::SubjectUnit || rule.when.rank_to == "inspector"
            })
        );
        assert_eq!(of(|rule| rule.when.bcu).team, Owner::SubjectUnit);
    }

    #[test]
    fn the_bank_holidays_of_the_sample_are_those_of_three_years() {
        let monday = |first: Date| {
            let mut day = first;
            while day.weekday() != Weekday::Monday {
                day = day.tomorrow().unwrap();
            }
            day
        };
        let mut expected = Vec::new();
        for easter in [date(2026, 4, 5), date(2027, 3, 28), date(2028, 4, 16)] {
            let year = easter.year();
            expected.push(easter.checked_sub(2.days()).unwrap());
            expected.push(easter.checked_add(1.days()).unwrap());
            for last in [date(year, 5, 25), date(year, 8, 25)] {
                expected.push(monday(last));
            }
            expected.push(monday(date(year, 5, 1)));
            for fixed in [date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)] {
                let mut day = fixed;
                while matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
                    || expected.contains(&day)
                {
                    day = day.tomorrow().unwrap();
                }
                expected.push(day);
            }
        }
        expected.sort();
        let (_, Settings { casework, .. }) = installation();
        let found: Vec<Date> = casework
            .clocks
            .calendar
            .holidays()
            .map(|d| d.date())
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn without_a_file_the_sample_holds_as_far_as_the_force_has_its_teams() {
        let none = Casework::sample(&[], &[]).unwrap();
        assert!(none.units.is_empty());
        assert!(none.routing.iter().all(|r| r.team == Owner::SubjectUnit));
        assert_eq!(none.lists.len(), LISTS.len());
        let (_, settings) = installation();
        let all = Casework::sample(&settings.teams, &settings.units).unwrap();
        assert_eq!(all.routing, settings.casework.routing);
        assert_eq!(all.units, settings.casework.units);
        assert_eq!(all.clocks, settings.casework.clocks);
    }

    #[test]
    fn bank_holidays_that_run_out_within_a_year_are_warned_of_at_the_line_of_the_last() {
        let warned = |casework: &Casework, today: &str| {
            let warning = casework.running_out(today.parse().unwrap());
            warning.map(|warning| (warning.line, warning.message))
        };
        let (_, Settings { casework, .. }) = installation();
        let place = SAMPLE.find("\"2028-12-26\"").unwrap();
        let line = 1 + SAMPLE[..place].matches('\n').count();
        for today in ["2026-11-26", "2027-12-26"] {
            assert_eq!(warned(&casework, today), None, "{today}");
        }
        for today in ["2027-12-27", "2028-12-26", "2031-01-01"] {
            let (found, message) = warned(&casework, today).unwrap();
            assert_eq!(found, line, "{today}");
            assert!(message.contains("the last one is 2028-12-26"), "{message}");
        }
        // The latest counts, wherever it stands.
        let moved = SAMPLE
            .replace("\"2028-12-26\"", "\"2028-12-27\"")
            .replace("\"2026-01-01\"", "\"2029-01-01\"");
        let moved = parse(&moved).unwrap();
        assert_eq!(warned(&moved, "2027-12-31"), None);
        let place = SAMPLE.find("\"2026-01-01\"").unwrap();
        let first = 1 + SAMPLE[..place].matches('\n').count();
        assert_eq!(warned(&moved, "2028-01-02").unwrap().0, first);
        // With none, the list itself is named.
        let list = SAMPLE.find("bank_holidays = [").unwrap();
        let end = list + SAMPLE[list..].find("\n]").unwrap();
        let none = format!("{}bank_holidays = [{}", &SAMPLE[..list], &SAMPLE[end..]);
        let (found, message) = warned(&parse(&none).unwrap(), "2026-11-26").unwrap();
        assert_eq!(found, 1 + SAMPLE[..list].matches('\n').count());
        assert!(message.contains("there is none"), "{message}");
    }

    /// What is right, what is wrong instead, where the mistake is found, and what is said of it.
    const MISTAKES: &[(&str, &str, &str, &str)] = &[
        (
            "\"2026-12-25\"",
            "\"2026-13-25\"",
            "2026-13-25",
            "a bank holiday is a day",
        ),
        (
            "\"2026-12-25\"",
            "\"2026-12-26\"",
            "\"2026-12-26\"",
            "at a weekend",
        ),
        (
            "\"2026-12-28\"",
            "\"2026-12-25\"",
            "\"2026-12-25\", # Boxing",
            "already",
        ),
        ("\"2026-12-25\"", "2026-12-25", "2026-12-25", "invalid type"),
        (
            "code = \"drugs\"",
            "code = \"Drugs\"",
            "\"Drugs\"",
            "a code is",
        ),
        (
            "code = \"drugs\"",
            "code = \"dr-ugs\"",
            "\"dr-ugs\"",
            "a code is",
        ),
        (
            "code = \"drugs\"",
            "code = \"\"",
            "code = \"\"",
            "a code is",
        ),
        (
            "code = \"drugs\"",
            "code = \"theft_fraud\"",
            "\"theft_fraud\", label = \"Drugs",
            "already",
        ),
        ("label = \"Age\"", "label = \"\"", "label = \"\"", "a label"),
        (
            "label = \"Age\"",
            "label = \" Age\"",
            "label = \" Age\"",
            "a label",
        ),
        (
            "label = \"Age\"",
            "lable = \"Age\"",
            "lable",
            "unknown field",
        ),
        (
            "label = \"Age\"",
            "label = \"Age\", retired = 1",
            "retired = 1",
            "invalid type",
        ),
        ("severity = 5", "severity = 61", "severity = 61", "0 to 60"),
        (
            "severity = 5",
            "severity = -1",
            "severity = -1",
            "invalid value",
        ),
        ("update = 28", "update = 0", "update = 0", "1 to 90"),
        ("feedback = 3", "feedback = 25", "feedback = 25", "1 to 24"),
        ("feedback = 3", "feed = 3", "feed = 3", "unknown field"),
        (
            "\nsupport = [",
            "\ndetriment = []\nsupport = [",
            "detriment = []",
            "unknown field",
        ),
        (
            "name = \"East Area BCU\"",
            "name = \"East\"",
            "name = \"East\"",
            "no unit",
        ),
        (
            "name = \"East Area BCU\"",
            "name = \"Central West BCU\"",
            "name = \"Central West BCU\"\nteam = \"bcu-east",
            "already",
        ),
        (
            "team = \"bcu-east-area\"",
            "team = \"bcu-east\"",
            "team = \"bcu-east\"",
            "no team",
        ),
        (
            "team = \"anti-corruption\"",
            "team = \"Anti\"",
            "team = \"Anti\"",
            "no team",
        ),
        (
            "[\"discrimination\"]",
            "[\"discremination\"]",
            "discremination",
            "a category",
        ),
        (
            "[\"discrimination\"]",
            "[\"discrimination\", \"discrimination\"]",
            "[\"discrimination\", \"d",
            "already",
        ),
        (
            "gravity = \"gross\"",
            "gravity = \"high\"",
            "gravity = \"high\"",
            "a gravity",
        ),
        (
            "rank_from = \"commander\"",
            "rank_from = \"comander\"",
            "rank_from = \"comander\"",
            "a rank is one of constable, sergeant",
        ),
        (
            "rank_to = \"inspector\"",
            "rank_to = \"staff_grade\"",
            "rank_to = \"staff_grade\"",
            "a rank is one of",
        ),
        (
            "rank_to = \"inspector\"",
            "rank_to = \"\"",
            "rank_to = \"\"",
            "a rank is one of",
        ),
        (
            "rank_to = \"inspector\"",
            "rank_from = \"sergeant\", rank_to = \"constable\"",
            "rank_from = \"sergeant\", rank_to",
            "below that of rank_from",
        ),
        (
            "gravity = \"below\", bcu = true",
            "gravity = \"below\"",
            "\"subject-unit\"\nreason",
            "bcu = true",
        ),
        (
            "when = { no_subject = true }",
            "when = { no_subjects = true }",
            "no_subjects",
            "unknown field",
        ),
        (
            "when = { no_subject = true }",
            "when = { }",
            "when = { }",
            "no rule after",
        ),
        (
            "when = { no_subject = true }",
            "when = { unknown_subject = true }",
            "when = { unknown_subject = true }\nteam = \"intake\"\nreason = \"It",
            "the same",
        ),
        (
            "when = {}",
            "when = { bcu = true }",
            "when = { bcu = true }",
            "the last rule",
        ),
        (
            "reason = \"No other",
            "reason = \" No other",
            "reason = \" No",
            "a reason",
        ),
    ];

    #[test]
    fn every_mistake_names_its_line() {
        let line_of = |text: &str, part: &str| {
            let at = text
                .find(part)
                .unwrap_or_else(|| panic!("{part} is not there"));
            1 + text[..at].matches('\n').count()
        };
        for (right, wrong, place, says) in MISTAKES {
            let text = SAMPLE.replacen(right, wrong, 1);
            assert_ne!(text, SAMPLE, "{right}");
            let found = parse(&text).unwrap_err();
            assert_eq!(
                found.line,
                line_of(&text, place),
                "{wrong}: {}",
                found.message
            );
            assert!(found.message.contains(says), "{wrong}: {}", found.message);
        }
    }

    #[test]
    fn a_file_has_every_list_and_a_rule() {
        for list in LISTS {
            let found =
                parse(&SAMPLE.replace(&format!("\n{list} = ["), "\nmisnamed = [")).unwrap_err();
            assert!(found.message.contains("misnamed"), "{}", found.message);
        }
        let from = SAMPLE.find("\n[[routing]]").unwrap();
        let found = parse(&SAMPLE[..from]).unwrap_err();
        assert_eq!(found.line, SAMPLE[..from].matches('\n').count() + 1);
        assert!(found.message.contains("[[routing]]"));
        let gone = SAMPLE.replace("label = \"Age\" }", "label = \"Age\", retired = true }");
        assert!(parse(&gone).is_ok());
        let start = SAMPLE.find("\ncharacteristics = [").unwrap();
        let end = start + SAMPLE[start..].find("\n]").unwrap();
        let retired = SAMPLE[start..end].replace(" }", ", retired = true }");
        let all = format!("{}{retired}{}", &SAMPLE[..start], &SAMPLE[end..]);
        let found = parse(&all).unwrap_err();
        assert_eq!(found.line, SAMPLE[..=start].matches('\n').count() + 1);
    }

    #[test]
    fn a_code_that_was_served_stays_or_is_retired() {
        let (_, Settings { casework, .. }) = installation();
        let served: Vec<(String, String)> = casework
            .codes()
            .map(|(list, listed)| (list.to_owned(), listed.code.clone()))
            .collect();
        assert!(served.len() > 90);
        let ensure_kept = |casework: &Casework| {
            let mut served = served.iter();
            served.try_for_each(|(list, code)| casework.ensure_kept(list, code))
        };
        assert_eq!(ensure_kept(&casework), Ok(()));
        let line = "    { code = \"grass\", label = \"Feared being labelled a “grass”\" },\n";
        let gone = parse(&SAMPLE.replacen(line, "", 1)).unwrap();
        let found = ensure_kept(&gone).unwrap_err();
        assert!(found.message.contains("\"grass\" is gone from reasons"));
        let start = SAMPLE.find("\nreasons = [").unwrap();
        assert_eq!(found.line, SAMPLE[..=start].matches('\n').count() + 1);
        let retired = line.replace(" }", ", retired = true }");
        let kept = parse(&SAMPLE.replacen(line, &retired, 1)).unwrap();
        assert_eq!(ensure_kept(&kept), Ok(()));
        // Of a list that this version does not have.
        assert_eq!(casework.ensure_kept("colours", "blue"), Ok(()));
    }

    #[test]
    fn nothing_new_is_proposed_for_a_team_that_is_retired() {
        let (_, mut settings) = installation();
        let learning = |team: &&mut PlannedTeam| team.id.as_str() == "learning";
        settings.teams.iter_mut().find(learning).unwrap().retired = true;
        let east = |unit: &&mut PlannedUnit| unit.name == "East Area BCU";
        settings.units.iter_mut().find(east).unwrap().retired = true;
        let (teams, units) = (&settings.teams, &settings.units);
        let path = Path::new("casework.toml");
        let found = Casework::parse(path, SAMPLE, teams, units).unwrap_err();
        let place = SAMPLE.find("team = \"learning\"").unwrap();
        assert_eq!(found.line, SAMPLE[..place].matches('\n').count() + 1);
        assert_eq!(found.message, "this team is retired");
        let without = SAMPLE.replace("team = \"learning\"", "team = \"intake\"");
        let casework = Casework::parse(path, &without, teams, units).unwrap();
        // Whoever belonged to a unit that is retired has its standards unit still.
        assert_eq!(casework.units.len(), 12);
        let sample = Casework::sample(teams, units).unwrap();
        assert_eq!(sample.units.len(), 12);
        assert!(
            sample
                .routing
                .iter()
                .all(|rule| rule.team.as_str() != "learning")
        );
    }
}
