//! The installation's settings: one TOML file, unknown fields refused, every mistake named with its line.

pub mod casework;
mod force;
mod reading;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use crate::protocol::{ServiceId, TeamId};
use crate::store::Location;
pub use casework::Casework;
pub use force::PlannedUnit;
use force::{FileUnit, Places};
use reading::Reading;

/// A mistake in a settings file.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{}:{line}: {message}", file.display())]
pub struct Mistake {
    /// The file.
    pub file: PathBuf,
    /// Its line, from 1.
    pub line: usize,
    /// What is wrong, and what would be right.
    pub message: String,
}

/// The settings of one installation, checked.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The service as reporters see it.
    pub service: Service,
    /// The other ways to report, as the force wants them shown.
    pub contacts: Contacts,
    /// Addresses and transport.
    pub server: Server,
    /// Where the database is.
    pub database: Location,
    /// Where the secrets are.
    pub secrets: Secrets,
    /// Members' sessions.
    pub desk: Desk,
    /// Clocks, lists and routing.
    pub casework: Casework,
    /// The units that members and those reported can belong to.
    pub units: Vec<PlannedUnit>,
    /// The teams that the force means to have. They count once a lead has signed them.
    pub teams: Vec<PlannedTeam>,
    /// Where the file says so.
    places: Places,
}

/// The service as reporters see it.
#[derive(Debug, Clone)]
pub struct Service {
    /// The force's name.
    pub name: String,
    /// `https://host[:port]`, or `http://localhost:port`.
    pub origin: String,
    /// The digest of the genesis (D1); zero while the file pins none.
    pub id: ServiceId,
    /// Whether reports are taken now.
    pub open: bool,
    /// Whether this is a demonstration, which every page says.
    pub demonstration: bool,
    /// Where *Exit this page* leads.
    pub exit_to: String,
    /// Within how many days a reporter is told to look for an answer.
    pub answer_days: u16,
}

/// The other ways to report.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Contacts {
    /// The professional standards department.
    pub dps: Contact,
    /// The force's confidential line.
    pub line: Contact,
    /// Crimestoppers' Integrity Line.
    pub integrity: Contact,
    /// The Independent Office for Police Conduct.
    pub iopc: Contact,
    /// Protect's advice line.
    pub protect: Contact,
}

/// How to reach one of them; empty where unknown.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Contact {
    /// A telephone number, as it is read out.
    pub phone: String,
    /// An `https://` address.
    pub web: String,
}

/// Addresses and transport.
#[derive(Debug, Clone)]
pub struct Server {
    /// Addresses to listen on.
    pub listen: Vec<SocketAddr>,
    /// Worker threads.
    pub workers: usize,
    /// Seconds between the signal to stop and the last answer.
    pub drain_seconds: u64,
    /// Certificate chain and key, PEM files; none on loopback.
    pub tls: Option<Tls>,
}

/// Certificate chain and key.
#[derive(Debug, Clone)]
pub struct Tls {
    /// The chain, leaf first.
    pub certificate: PathBuf,
    /// The private key.
    pub key: PathBuf,
}

/// Where the secrets are: files outside the database and its backups.
#[derive(Debug, Clone)]
pub struct Secrets {
    /// Seed of the key that signs receipts, 64 hex digits.
    pub service_key: PathBuf,
    /// The pepper secret (A3), 64 hex digits.
    pub pepper: PathBuf,
}

/// Members' sessions.
#[derive(Debug, Clone)]
pub struct Desk {
    /// Minutes without a call before a session ends.
    pub idle_minutes: u16,
    /// Hours after which a session ends in any case.
    pub session_hours: u16,
    /// Whether every account needs a second factor; only a demonstration may do without.
    pub second_factor: bool,
}

/// A team that the force means to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedTeam {
    /// Its id in the directory.
    pub id: TeamId,
    /// Its name, as reporters and members read it.
    pub name: String,
    /// What reports or names it is meant for, if any.
    pub route: Option<PlannedRoute>,
    /// Whether it is proposed no more.
    pub retired: bool,
}

/// What a team is meant for (D3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlannedRoute {
    /// It reads first.
    Intake,
    /// It reads first where a report is about those who read the others.
    Independent,
    /// It keeps the names of confidential reporters.
    Custodians,
}

impl PlannedRoute {
    /// How it is written.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Intake => "intake",
            Self::Independent => "independent",
            Self::Custodians => "custodians",
        }
    }
}

impl Service {
    /// Whether the file pins the service: until then anybody who writes the database decides which it is.
    #[must_use]
    pub fn is_pinned(&self) -> bool {
        self.id != ServiceId::ZERO
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    service: FileService,
    #[serde(default)]
    contacts: Contacts,
    server: FileServer,
    database: FileDatabase,
    secrets: FileSecrets,
    #[serde(default)]
    desk: FileDesk,
    casework: Option<FileCasework>,
    #[serde(default)]
    force: FileForce,
    #[serde(default)]
    teams: Vec<FileTeam>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileService {
    name: Spanned<String>,
    origin: Spanned<String>,
    #[serde(default = "nothing")]
    id: Spanned<String>,
    #[serde(default = "yes")]
    open: bool,
    #[serde(default)]
    demonstration: bool,
    #[serde(default = "weather")]
    exit_to: Spanned<String>,
    #[serde(default = "seven")]
    answer_days: Spanned<u16>,
}

fn nothing() -> Spanned<String> {
    Spanned::new(0..0, String::new())
}

fn yes() -> bool {
    true
}

fn weather() -> Spanned<String> {
    Spanned::new(0..0, "https://www.bbc.co.uk/weather".to_owned())
}

fn seven() -> Spanned<u16> {
    Spanned::new(0..0, 7)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileServer {
    listen: Spanned<Vec<Spanned<String>>>,
    #[serde(default = "two")]
    workers: Spanned<usize>,
    #[serde(default = "one")]
    drain_seconds: u64,
    tls: Option<FileTls>,
}

fn two() -> Spanned<usize> {
    Spanned::new(0..0, 2)
}

fn one() -> u64 {
    1
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileTls {
    certificate: Spanned<PathBuf>,
    key: Spanned<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileDatabase {
    url: Spanned<String>,
    password_file: Option<Spanned<PathBuf>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileSecrets {
    service_key: Spanned<PathBuf>,
    pepper: Spanned<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct FileDesk {
    idle_minutes: Spanned<u16>,
    session_hours: Spanned<u16>,
    second_factor: Spanned<bool>,
}

impl Default for FileDesk {
    fn default() -> Self {
        Self {
            idle_minutes: Spanned::new(0..0, 20),
            session_hours: Spanned::new(0..0, 12),
            second_factor: Spanned::new(0..0, true),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileCasework {
    file: Spanned<PathBuf>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct FileForce {
    units: Option<Spanned<Vec<Spanned<FileUnit>>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileTeam {
    id: Spanned<String>,
    name: Spanned<String>,
    #[serde(default = "nothing")]
    route: Spanned<String>,
    #[serde(default)]
    retired: bool,
}

impl Settings {
    /// Reads and checks a settings file.
    ///
    /// # Errors
    /// The first mistake, with its line; line 1 when the file cannot be read.
    pub fn load(path: &Path) -> Result<Self, Mistake> {
        let text = std::fs::read_to_string(path).map_err(|error| Mistake {
            file: path.to_path_buf(),
            line: 1,
            message: format!("the file cannot be read: {}", error.kind()),
        })?;
        Self::parse(path, &text)
    }

    /// Checks settings as text; relative paths in it count from the file's folder.
    ///
    /// # Errors
    /// The first mistake, with its line.
    pub fn parse(path: &Path, text: &str) -> Result<Self, Mistake> {
        let reading = Reading { path, text };
        let file: File = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            reading.mistake(at, error.message())
        })?;
        let origin = reading.origin(&file.service.origin)?;
        let server = reading.server(&file.server, &origin)?;
        let units = reading.units(&file.force)?;
        let teams = reading.teams(&file.teams)?;
        Ok(Self {
            service: Service {
                name: reading.name(&file.service.name)?,
                id: reading.service(&file.service.id)?,
                origin,
                open: file.service.open,
                demonstration: file.service.demonstration,
                exit_to: reading.address(&file.service.exit_to)?,
                answer_days: reading.between(&file.service.answer_days, 1, 31)?,
            },
            contacts: file.contacts,
            server,
            database: reading.database(&file.database)?,
            secrets: Secrets {
                service_key: reading.seed(&file.secrets.service_key)?,
                pepper: reading.seed(&file.secrets.pepper)?,
            },
            casework: reading.casework(file.casework.as_ref(), &teams, &units)?,
            desk: Desk {
                idle_minutes: reading.between(&file.desk.idle_minutes, 1, 480)?,
                session_hours: reading.between(&file.desk.session_hours, 1, 24)?,
                second_factor: reading
                    .second_factor(&file.desk.second_factor, file.service.demonstration)?,
            },
            places: reading.places(&file.force, &file.teams),
            units,
            teams,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(folder: &Path) -> String {
        std::fs::write(folder.join("key"), "00".repeat(32)).unwrap();
        std::fs::write(folder.join("short"), "00").unwrap();
        format!(
            "[service]\nname = \"Force\"\norigin = \"http://localhost:1\"\nid = \"{}\"\n\n[server]\n\
             listen = [\"127.0.0.1:1\"]\n\n[database]\nurl = \"sqlite:data.sqlite\"\n\n[secrets]\n\
             service_key = \"key\"\npepper = \"key\"\n",
            "ab".repeat(32)
        )
    }

    fn mistake(change: impl Fn(&str) -> String) -> (usize, String) {
        let folder = tempfile::tempdir().unwrap();
        let text = change(&sample(folder.path()));
        let found = Settings::parse(&folder.path().join("rightline.toml"), &text).unwrap_err();
        (found.line, found.message)
    }

    #[test]
    fn a_plain_file_is_valid() {
        let folder = tempfile::tempdir().unwrap();
        let text = sample(folder.path());
        let settings = Settings::parse(&folder.path().join("rightline.toml"), &text).unwrap();
        assert_eq!(settings.desk.idle_minutes, 20);
        assert!(settings.desk.second_factor && settings.service.is_pinned());
        assert!(settings.teams.is_empty() && settings.units.is_empty());
        assert_eq!(
            settings.database,
            Location::Sqlite(folder.path().join("data.sqlite"))
        );
    }

    #[test]
    fn the_sample_is_valid_where_its_secrets_are_there() {
        let folder = tempfile::tempdir().unwrap();
        let sample = include_str!("../config/rightline.toml");
        let path = folder.path().join("rightline.toml");
        let missing = Settings::parse(&path, sample).unwrap_err();
        assert_eq!(missing.message, "there is no such file");
        std::fs::create_dir(folder.path().join("secrets")).unwrap();
        for file in ["service.key", "pepper.key"] {
            std::fs::write(folder.path().join("secrets").join(file), "00".repeat(32)).unwrap();
        }
        let missing = Settings::parse(&path, sample).unwrap_err();
        assert_eq!(missing.message, "there is no such file");
        std::fs::write(folder.path().join("casework.toml"), casework::SAMPLE).unwrap();
        let settings = Settings::parse(&path, sample).unwrap();
        assert!(!settings.service.is_pinned());
        let routed: Vec<&str> = settings
            .teams
            .iter()
            .filter(|team| team.route.is_some())
            .map(|team| team.id.as_str())
            .collect();
        assert_eq!(routed, ["intake", "independent", "custodians"]);
        let commands = settings.teams.iter();
        let commands = commands.filter(|team| team.id.as_str().starts_with("bcu-"));
        assert_eq!(commands.count(), 12);
        let mut offered = settings.offered_units();
        assert!(offered.any(|unit| unit == "DPS Intelligence Bureau"));
    }

    #[test]
    fn a_service_without_an_id_is_not_pinned() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rightline.toml");
        let text = sample(folder.path());
        let line = format!("id = \"{}\"\n", "ab".repeat(32));
        for without in ["", "id = \"\"\n"] {
            let settings = Settings::parse(&path, &text.replace(&line, without)).unwrap();
            assert_eq!(settings.service.id, ServiceId::ZERO);
            assert!(!settings.service.is_pinned());
        }
    }

    #[test]
    fn only_a_demonstration_does_without_a_second_factor() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rightline.toml");
        let text = format!("{}\n[desk]\nsecond_factor = false\n", sample(folder.path()));
        assert_eq!(Settings::parse(&path, &text).unwrap_err().line, 17);
        let shown = text.replace("[server]", "demonstration = true\n[server]");
        assert!(!Settings::parse(&path, &shown).unwrap().desk.second_factor);
    }

    #[test]
    fn every_mistake_names_its_line() {
        assert_eq!(mistake(|text| text.replace("name =", "nam =")).0, 2);
        assert_eq!(
            mistake(|text| text.replace("http://localhost:1", "http://force.example")).0,
            3
        );
        assert_eq!(
            mistake(|text| text.replace("localhost:1", "localhost.example:1")).0,
            3
        );
        assert_eq!(
            mistake(|text| text.replace("localhost:1", "localhost:1/path")).0,
            3
        );
        assert_eq!(mistake(|text| text.replace("abab", "zz")).0, 4);
        assert_eq!(
            mistake(|text| text.replace("127.0.0.1:1", "0.0.0.0:1")).0,
            7
        );
        assert_eq!(
            mistake(|text| text.replace("sqlite:data", "mysql:data")).0,
            10
        );
        assert_eq!(
            mistake(|text| text.replace("sqlite:data.sqlite", "postgres://a:b@c/d")).0,
            10
        );
        assert_eq!(
            mistake(|text| text.replace("pepper = \"key\"", "pepper = \"short\"")),
            (
                14,
                "this file does not hold 64 lower-case hex digits".to_owned()
            )
        );
        assert_eq!(
            mistake(|text| text.replace("pepper = \"key\"", "pepper = \"none\"")).0,
            14
        );
        assert_eq!(
            mistake(|text| format!("{text}\n[desk]\nidle_minutes = 0\n")).0,
            17
        );
        assert_eq!(
            mistake(|text| format!("{text}\n[desk]\nsecond_factor = 1\n")).0,
            17
        );
    }

    #[test]
    fn every_mistake_about_teams_and_units_names_its_line() {
        const GOOD: &str = "\n[force]\nunits = [\n\"One\",\n\"Two\",\n\
            { name = \"Three\", retired = true },\n]\n\n\
            [[teams]]\nid = \"intake\"\nname = \"Bureau\"\nroute = \"intake\"\n\n\
            [[teams]]\nid = \"other\"\nname = \"Other\"\n\n\
            [[teams]]\nid = \"old\"\nname = \"Old\"\nretired = true\n";
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rightline.toml");
        let settings = Settings::parse(&path, &(sample(folder.path()) + GOOD)).unwrap();
        let names: Vec<&str> = settings.units.iter().map(|u| u.name.as_str()).collect();
        assert_eq!(names, ["One", "Two", "Three"]);
        assert!(settings.offered_units().eq(["One", "Two"]));
        assert!(
            settings
                .teams
                .iter()
                .map(|t| t.retired)
                .eq([false, false, true])
        );
        assert_eq!(settings.teams[0].route, Some(PlannedRoute::Intake));
        assert_eq!(settings.teams[1].route, None);
        for (right, wrong, line) in [
            ("[force]", "[farce]", 16),
            ("\"Two\"", "\"\"", 19),
            ("\"Two\"", "2", 19),
            ("\"Two\"", "\"One\"", 19),
            ("\"Two\"", "\" Two\"", 19),
            ("name = \"Three\"", "name = \"One\"", 20),
            ("name = \"Three\"", "name = \"Three \"", 20),
            ("\"Three\", retired = true", "\"Three\", retired = 1", 20),
            ("\"Three\", retired = true", "\"Three\", gone = true", 20),
            ("name = \"Three\", retired = true", "retired = true", 20),
            ("id = \"intake\"", "id = \"Intake\"", 24),
            ("id = \"intake\"", "id = \"\"", 24),
            ("name = \"Bureau\"", "name = \"\"", 25),
            ("route = \"intake\"", "route = \"first\"", 26),
            ("route = \"intake\"", "rout = \"intake\"", 26),
            (
                "route = \"intake\"",
                "route = \"intake\"\nretired = true",
                26,
            ),
            ("id = \"other\"", "id = \"intake\"", 29),
            (
                "name = \"Other\"",
                "name = \"Other\"\nroute = \"intake\"",
                31,
            ),
            ("retired = true\n", "retired = 1\n", 35),
        ] {
            let found = mistake(|text| text.to_owned() + &GOOD.replace(right, wrong));
            assert_eq!(found.0, line, "{wrong}: {}", found.1);
        }
    }

    #[test]
    fn a_unit_or_team_that_was_served_stays_or_is_retired() {
        const FORCE: &str = "\n[force]\nunits = [\n\"One\",\n\"Two\",\n]\n\n\
            [[teams]]\nid = \"intake\"\nname = \"Bureau\"\n\n\
            [[teams]]\nid = \"two\"\nname = \"Second\"\n";
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rightline.toml");
        let start = sample(folder.path());
        let parse = |force: &str| Settings::parse(&path, &format!("{start}{force}")).unwrap();
        let good = parse(FORCE);
        let served: Vec<(&str, &str)> = good.named().map(|(list, code, _)| (list, code)).collect();
        let own = |served: &&(&str, &str)| ["units", "teams"].contains(&served.0);
        let force: Vec<_> = served.iter().filter(own).copied().collect();
        let expected = [
            ("units", "One"),
            ("units", "Two"),
            ("teams", "intake"),
            ("teams", "two"),
        ];
        assert_eq!(force, expected);
        assert_eq!(good.ensure_kept(served.clone()), Ok(()));
        let two = "[[teams]]\nid = \"two\"\nname = \"Second\"\n";
        for (gone, line, says) in [
            (
                FORCE.replace("\"Two\",\n", ""),
                17,
                "\"Two\" is gone from units, and cases may name it: \
                 keep it as { name = \"Two\", retired = true }",
            ),
            (
                // Another spelling is another unit.
                FORCE.replace("\"Two\"", "\"two\""),
                17,
                "\"Two\" is gone from units",
            ),
            (FORCE.replace(two, ""), 23, "\"two\" is gone from teams"),
            (
                // Without any there is no line but the last.
                FORCE[FORCE.find("\n[[teams]]").unwrap()..].to_owned(),
                23,
                "\"One\" is gone from units",
            ),
        ] {
            let found = parse(&gone).ensure_kept(served.clone()).unwrap_err();
            assert_eq!((&found.file, found.line), (&path, line), "{gone}");
            assert!(found.message.starts_with(says), "{}", found.message);
        }
        let retired = FORCE
            .replace("\"Two\"", "{ name = \"Two\", retired = true }")
            .replace("name = \"Second\"", "name = \"Other name\"\nretired = true");
        assert_eq!(parse(&retired).ensure_kept(served), Ok(()));
    }
}
