//! The demonstration: an ordinary installation written to a folder, with members and passphrases that are
//! printed. Everything after the writing is the path of `rightline serve`.

mod people;
mod places;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::ambient::{Clock, Random};
use crate::directory::store::publish;
use crate::init::files::{self, NoDatabase};
use crate::keys::Keys;
use crate::protocol::ServiceId;
use crate::protocol::signing::SigningKey;
use crate::secret::{PepperSecret, SignSeed};
use crate::settings::{Settings, casework};
use crate::staff::store::open_account;
use crate::store::{SchemaError, Store, StoreError};
pub use people::Drawn;
use people::{Newcomer, documents, enrol, genesis};
use places::PLACES;

const FORCE: &str = "Demonstration Police";

/// Why the demonstration could not be written or continued.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// A file could not be read or written.
    #[error("the folder cannot be written: {0}")]
    Folder(std::io::ErrorKind),
    /// The folder holds something else.
    #[error("the folder is not empty and holds no demonstration")]
    Occupied,
    /// The address of the database is wrong.
    #[error(transparent)]
    Database(#[from] NoDatabase),
    /// The installation there cannot be understood.
    #[error("the demonstration in this folder is damaged")]
    Broken,
    /// The database cannot be used.
    #[error(transparent)]
    Schema(#[from] SchemaError),
}

impl From<std::io::Error> for DemoError {
    fn from(error: std::io::Error) -> Self {
        Self::Folder(error.kind())
    }
}

impl From<StoreError> for DemoError {
    fn from(error: StoreError) -> Self {
        Self::Schema(error.into())
    }
}

/// A member of the demonstration, with the passphrase that only a demonstration prints.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// The label to sign in with.
    pub label: String,
    /// The passphrase.
    pub passphrase: Zeroizing<String>,
    /// The team.
    pub team: String,
    /// The roles.
    pub roles: Vec<String>,
}

impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Person({})", self.label)
    }
}

/// A demonstration on disk.
#[derive(Debug)]
pub struct Installed {
    /// Its settings file.
    pub config: PathBuf,
    /// Its members.
    pub members: Vec<Person>,
}

/// Writes the demonstration, or continues the one in the folder under this port.
///
/// # Errors
/// When the folder or the database cannot be used.
pub async fn install(
    dir: &Path,
    port: u16,
    database: Option<&str>,
    clock: &Clock,
) -> Result<Installed, DemoError> {
    install_with(dir, port, database, clock, Drawn::new).await
}

/// As [`install`], with passphrases that somebody else draws.
///
/// # Errors
/// When the folder or the database cannot be used.
pub async fn install_with(
    dir: &Path,
    port: u16,
    database: Option<&str>,
    clock: &Clock,
    draw: impl FnMut() -> Drawn,
) -> Result<Installed, DemoError> {
    let config = dir.join("rightline.toml");
    let members = dir.join("demonstration/members.json");
    if config.exists() {
        let kept = Zeroizing::new(std::fs::read_to_string(&members)?);
        let settings = Settings::load(&config).map_err(|_| DemoError::Broken)?;
        let text = std::fs::read_to_string(&config)?;
        let moved = text.replace(&settings.service.origin, &origin(port));
        let old = settings
            .server
            .listen
            .first()
            .map_or(0, std::net::SocketAddr::port);
        write(
            &config,
            moved
                .replace(&format!(":{old}\""), &format!(":{port}\""))
                .as_bytes(),
        )?;
        let members = serde_json::from_str(&kept).map_err(|_| DemoError::Broken)?;
        return Ok(Installed { config, members });
    }
    if dir.exists() && std::fs::read_dir(dir)?.next().is_some() {
        return Err(DemoError::Occupied);
    }
    for folder in ["secrets", "data", "demonstration"] {
        std::fs::create_dir_all(dir.join(folder))?;
    }
    let people = write_new(dir, port, database, clock, draw).await?;
    write(
        &members,
        &Zeroizing::new(serde_json::to_vec_pretty(&people).map_err(|_| DemoError::Broken)?),
    )?;
    Ok(Installed {
        config,
        members: people,
    })
}

fn origin(port: u16) -> String {
    format!("http://localhost:{port}")
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), DemoError> {
    let mut file = std::fs::File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    Ok(())
}

async fn write_new(
    dir: &Path,
    port: u16,
    database: Option<&str>,
    clock: &Clock,
    mut draw: impl FnMut() -> Drawn,
) -> Result<Vec<Person>, DemoError> {
    let seed = SignSeed::new(Random.bytes());
    let pepper = PepperSecret::new(Random.bytes());
    write(&dir.join("secrets/service.key"), seed.to_hex().as_bytes())?;
    write(&dir.join("secrets/pepper.key"), pepper.to_hex().as_bytes())?;
    let keys = Keys::new(&seed, pepper);

    let newcomers: Vec<Newcomer> = PLACES.iter().map(Newcomer::new).collect();
    let first = newcomers.iter().find(|newcomer| newcomer.leads());
    let lead = &first.ok_or(DemoError::Broken)?.sign;
    write(
        &dir.join("demonstration/lead.key"),
        lead.to_hex().as_bytes(),
    )?;
    let lead = SigningKey::new(lead);
    let day = clock.day();
    let genesis = genesis(&lead, &newcomers, port, day);
    let service = ServiceId::of(&genesis);

    let mut people = Vec::new();
    let mut accounts = Vec::new();
    let mut members = Vec::new();
    for newcomer in newcomers {
        let team = newcomer.place.team;
        let (person, account, member) = enrol(newcomer, draw(), &service, &keys, day)?;
        people.push(person);
        accounts.push(account);
        members.extend(member.map(|member| (team, member)));
    }
    let documents = documents(&lead, genesis, &service, &keys, &members, day);

    let url = database.map(files::database).transpose()?;
    let (url, password) = url.unwrap_or_else(|| ("sqlite:data/rightline.sqlite".to_owned(), None));
    if let Some(password) = &password {
        write(&dir.join("secrets/database.password"), password.as_bytes())?;
    }
    write(&dir.join("casework.toml"), casework::SAMPLE.as_bytes())?;
    let config = dir.join("rightline.toml");
    write(
        &config,
        settings(&service, port, &url, password.is_some()).as_bytes(),
    )?;
    let settings = Settings::load(&config).map_err(|_| NoDatabase)?;
    let store = Store::open(&settings.database).await?;
    publish(&store, &documents).await?;
    for account in &accounts {
        open_account(&store, account).await?;
    }
    store.close().await;
    Ok(people)
}

fn settings(service: &ServiceId, port: u16, url: &str, password: bool) -> String {
    let origin = origin(port);
    let password = if password {
        "password_file = \"secrets/database.password\"\n"
    } else {
        ""
    };
    let listen = if std::net::TcpListener::bind(("::1", 0)).is_ok() {
        format!("\"127.0.0.1:{port}\", \"[::1]:{port}\"")
    } else {
        format!("\"127.0.0.1:{port}\"")
    };
    format!(
        "# A demonstration of rightline: its members' passphrases stand in demonstration/members.json.\n\
         # What each setting means: config/rightline.toml of the source.\n\
         \n\
         [service]\n\
         name = \"{FORCE}\"\n\
         origin = \"{origin}\"\n\
         id = \"{service}\"\n\
         demonstration = true\n\
         \n\
         [contacts]\n\
         integrity = {{ phone = \"0800 085 0000\", web = \"https://crimestoppers-uk.org\" }}\n\
         iopc = {{ phone = \"0300 020 0096\", web = \"https://www.policeconduct.gov.uk\" }}\n\
         protect = {{ phone = \"020 3117 2520\", web = \"https://protect-advice.org.uk\" }}\n\
         \n\
         [server]\n\
         listen = [{listen}]\n\
         \n\
         [database]\n\
         url = \"{url}\"\n\
         {password}\
         \n\
         [secrets]\n\
         service_key = \"secrets/service.key\"\n\
         pepper = \"secrets/pepper.key\"\n\
         \n\
         [desk]\n\
         second_factor = false\n\
         \n\
         [casework]\n\
         file = \"casework.toml\"\n\
         \n\
         {}",
        planned(include_str!("../config/rightline.toml"))
    )
}

/// The units and the teams of the sample, without its comments.
fn planned(sample: &str) -> String {
    let (_, from) = sample.split_once("\n[force]\n").unwrap_or_default();
    let lines = from.lines().filter(|line| !line.starts_with('#'));
    std::iter::once("[force]")
        .chain(lines)
        .fold(String::new(), |text, line| text + line + "\n")
}

impl Installed {
    /// Says on the standard output that the service is ready.
    pub fn announce(&self, settings: &Settings, as_json: bool) {
        let origin = &settings.service.origin;
        let address = |path: &str| format!("{origin}{path}");
        if as_json {
            let line = serde_json::json!({
                "report": address("/report"),
                "return": address("/return"),
                "desk": address("/desk"),
                "without_javascript": address("/report/without-javascript"),
                "members": self.members,
            });
            println!("{line}");
        } else {
            println!(
                "rightline: a demonstration, with members whose passphrases everybody can read."
            );
            println!("Report real wrongdoing elsewhere.\n");
            println!("  Start here                  {origin}/");
            println!("  Report                      {}", address("/report"));
            println!(
                "  Report without JavaScript   {}",
                address("/report/without-javascript")
            );
            println!("  Return with your words      {}", address("/return"));
            println!("  Desk                        {}\n", address("/desk"));
            println!("Members who can sign in at the desk:");
            for person in &self.members {
                let Person {
                    label,
                    passphrase,
                    team,
                    ..
                } = person;
                println!("  {label:<16} {team:<15} {}", passphrase.as_str());
            }
            println!("\nStop with Ctrl+C. Start again with the same folder to go on.");
        }
        let _ = std::io::stdout().flush();
    }
}
