//! A new installation: its folder with settings and secrets, an empty database, and links for the first two
//! people. Later: another link, and the service id in the settings.

pub mod files;
mod invite;
mod pin;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::ambient::{Clock, Random};
use crate::audit::{DONE, note_command};
use crate::keys::Keys;
use crate::secret::{PepperSecret, SignSeed};
use crate::settings::{Mistake, Settings, casework};
use crate::store::{self, SchemaError, Store, StoreError};
pub use invite::{CannotInvite, Founder, HOURS, Link, invite};
pub use pin::{CannotPin, Claim, pin};

/// Every setting with what it means: the sample that new settings are made of.
const SAMPLE: &str = include_str!("../../config/rightline.toml");

/// Why there is no new installation. Nothing of one is left behind then.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum InitError {
    /// A file could not be read or written.
    #[error("the folder cannot be written: {0}")]
    Folder(std::io::ErrorKind),
    /// Something is in the folder.
    #[error("the folder is not empty; nothing was written")]
    Occupied,
    /// Something that was asked for is no valid setting.
    #[error("{0}")]
    Setting(String),
    /// There is something in the database.
    #[error("the database is not empty; nothing was written to it")]
    Filled,
    /// The database cannot be used.
    #[error(transparent)]
    Schema(#[from] SchemaError),
}

impl From<std::io::Error> for InitError {
    fn from(error: std::io::Error) -> Self {
        Self::Folder(error.kind())
    }
}

impl From<StoreError> for InitError {
    fn from(error: StoreError) -> Self {
        Self::Schema(error.into())
    }
}

impl From<files::NoDatabase> for InitError {
    fn from(error: files::NoDatabase) -> Self {
        Self::Setting(error.to_string())
    }
}

/// What a new installation is to be.
#[derive(Debug, Clone)]
pub struct Wishes {
    /// The force's name.
    pub name: String,
    /// The address that reporters type.
    pub origin: String,
    /// Where the database is; a SQLite file in the folder if left out.
    pub database: Option<String>,
    /// Where to listen.
    pub listen: SocketAddr,
}

/// A new installation.
#[derive(Debug)]
pub struct Written {
    /// Its settings file.
    pub config: PathBuf,
    /// The link of the first lead.
    pub lead: Link,
    /// The link of the first administrator.
    pub administrator: Link,
}

/// Writes a new installation to an empty folder, and invites its first lead and its first administrator.
///
/// # Errors
/// When the folder or the database is not empty or cannot be used, or a wish is no valid setting; what was
/// written is removed then.
pub async fn init(dir: &Path, wishes: &Wishes, clock: &Clock) -> Result<Written, InitError> {
    if !files::is_free(dir)? {
        return Err(InitError::Occupied);
    }
    let there = dir.exists();
    let written = write(dir, wishes, clock).await;
    if written.is_err() {
        for folder in [SECRETS, DATA] {
            let _ = std::fs::remove_dir_all(dir.join(folder));
        }
        for file in [SETTINGS, CASEWORK] {
            let _ = std::fs::remove_file(dir.join(file));
        }
        if !there {
            let _ = std::fs::remove_dir(dir);
        }
    }
    written
}

const SETTINGS: &str = "rightline.toml";
const CASEWORK: &str = "casework.toml";
const SECRETS: &str = "secrets";
const DATA: &str = "data";

async fn write(dir: &Path, wishes: &Wishes, clock: &Clock) -> Result<Written, InitError> {
    let dir = std::path::absolute(dir)?;
    for folder in [SECRETS, DATA] {
        files::folder(&dir.join(folder))?;
    }
    let (url, password) = wishes
        .database
        .as_deref()
        .map(files::database)
        .transpose()?
        .unzip();
    let password = password.flatten();
    write_secrets(&dir.join(SECRETS), password.as_ref())?;
    files::write_new(&dir.join(CASEWORK), casework::SAMPLE.as_bytes())?;
    let config = dir.join(SETTINGS);
    let text = settings(wishes, url.as_deref(), password.is_some());
    files::write_new(&config, text.as_bytes())?;
    let settings =
        Settings::load(&config).map_err(|Mistake { message, .. }| InitError::Setting(message))?;
    let keys = Keys::load(&settings.secrets.service_key, &settings.secrets.pepper)
        .map_err(|error| InitError::Setting(error.to_string()))?;
    let store = Store::open(&settings.database).await?;
    let invited = found(&store, &keys, &settings, clock).await;
    store.close().await;
    let (lead, administrator) = invited?;
    Ok(Written {
        config,
        lead,
        administrator,
    })
}

async fn found(
    store: &Store,
    keys: &Keys,
    settings: &Settings,
    clock: &Clock,
) -> Result<(Link, Link), InitError> {
    if !store::is_empty(store).await? {
        return Err(InitError::Filled);
    }
    note_command(store, keys, clock.seconds(), "init", DONE).await?;
    let lead = invite::draw(store, keys, settings, Founder::Lead, clock).await?;
    let administrator = invite::draw(store, keys, settings, Founder::Administrator, clock).await?;
    Ok((lead, administrator))
}

fn write_secrets(dir: &Path, password: Option<&Zeroizing<String>>) -> std::io::Result<()> {
    let seed = SignSeed::new(Random.bytes());
    let pepper = PepperSecret::new(Random.bytes());
    files::write_new(&dir.join("service.key"), seed.to_hex().as_bytes())?;
    files::write_new(&dir.join("pepper.key"), pepper.to_hex().as_bytes())?;
    match password {
        Some(password) => files::write_new(&dir.join("database.password"), password.as_bytes()),
        None => Ok(()),
    }
}

/// The sample with what was wished for in the places of its examples.
fn settings(wishes: &Wishes, url: Option<&str>, password: bool) -> String {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let listen = wishes.listen.to_string();
    let mut lines = vec![
        (
            "name = \"Example Police\"",
            format!("name = {}", quoted(&wishes.name)),
        ),
        (
            "origin = \"https://report.example.police.uk\"",
            format!("origin = {}", quoted(&wishes.origin)),
        ),
        (
            "listen = [\"127.0.0.1:8080\"]",
            format!("listen = [{}]", quoted(&listen)),
        ),
    ];
    if let Some(url) = url {
        lines.push((
            "url = \"sqlite:data/rightline.sqlite\"",
            format!("url = {}", quoted(url)),
        ));
    }
    if password {
        let line = "password_file = \"secrets/database.password\"";
        lines.push((
            "# password_file = \"secrets/database.password\"",
            line.to_owned(),
        ));
    }
    let filled = SAMPLE.lines().map(|line| {
        let found = lines.iter().find(|(example, _)| *example == line);
        found.map_or(line, |(_, instead)| instead.as_str())
    });
    filled.fold(String::new(), |text, line| text + line + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wishes() -> Wishes {
        Wishes {
            name: "A \"good\" force".to_owned(),
            origin: "https://report.force.example".to_owned(),
            database: None,
            listen: ([127, 0, 0, 1], 9000).into(),
        }
    }

    #[test]
    fn new_settings_keep_the_comments_of_the_sample_and_say_what_was_wished_for() {
        let text = settings(&wishes(), Some("postgres://a@b/c"), true);
        let comments = |text: &str| text.lines().filter(|line| line.starts_with("# ")).count();
        // The line that names the password file is none any more.
        assert_eq!(comments(&text) + 1, comments(SAMPLE));
        assert_eq!(text.lines().count(), SAMPLE.lines().count());
        let folder = tempfile::tempdir().unwrap();
        let secrets = folder.path().join("secrets");
        files::folder(&secrets).unwrap();
        write_secrets(&secrets, Some(&Zeroizing::new("hush".to_owned()))).unwrap();
        files::write_new(&folder.path().join(CASEWORK), casework::SAMPLE.as_bytes()).unwrap();
        let read = Settings::parse(&folder.path().join("rightline.toml"), &text).unwrap();
        assert_eq!(read.service.name, "A \"good\" force");
        assert_eq!(read.service.origin, "https://report.force.example");
        assert_eq!(read.server.listen, [([127, 0, 0, 1], 9000).into()]);
        assert!(!read.service.is_pinned() && read.desk.second_factor);
        let store::Location::Postgres { url, password_file } = read.database else {
            panic!("another database")
        };
        assert_eq!(url, "postgres://a@b/c");
        assert_eq!(password_file, Some(secrets.join("database.password")));
    }
}
