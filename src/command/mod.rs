//! The commands: each reads its settings, does one thing, and says how it went.

mod arguments;
mod asking;
mod begin;
mod failure;
mod recovery;

use std::path::Path;
use std::time::Duration;

use rightline::ambient::Clock;
use rightline::app::{self, StartError};
use rightline::audit::{self, DONE, Verdict};
use rightline::casework::codes;
use rightline::demo;
use rightline::directory::Directories;
use rightline::keys::Keys;
use rightline::protocol::ServiceId;
use rightline::settings::Settings;
use rightline::store::{self, SchemaError, Store, StoreError};

pub(crate) use arguments::Arguments;
use arguments::{Audit, Command, Config};
use failure::INVALID;
pub(crate) use failure::{COULD_NOT, Failure};

pub(crate) async fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Demo {
            port,
            dir,
            database,
            json,
        } => {
            let installed =
                demo::install(&dir, port, database.as_deref(), &Clock::machine()).await?;
            let settings = Settings::load(&installed.config)?;
            serve(settings, |settings| installed.announce(settings, json)).await
        }
        Command::Init(wishes) => begin::init(wishes).await,
        Command::Invite { config, purpose } => begin::invite(&config, purpose).await,
        Command::Pin(claim) => begin::pin(claim).await,
        Command::Serve(Config { config }) => {
            let settings = Settings::load(&config)?;
            warn(&settings, &Clock::machine());
            serve(settings, |settings| {
                eprintln!("rightline serves {}", settings.service.origin);
            })
            .await
        }
        Command::Check(Config { config }) => check(&config).await,
        Command::Backup { config, to } => back_up(&config, &to).await,
        Command::Restore { config, from } => restore(&config, &from).await,
        Command::Recovery(asked) => recovery::run(asked).await,
        Command::Audit(Audit::Verify(config)) => verify(&config).await,
    }
}

/// Checks the settings, and that they have every code, unit and team that a case in the database may hold.
async fn check(config: &Path) -> Result<(), Failure> {
    let settings = Settings::load(config)?;
    warn(&settings, &Clock::machine());
    let store = match Store::look(&settings.database).await {
        Ok(None) => return Ok(()),
        Ok(Some(store)) => store,
        Err(SchemaError::Unreachable) => {
            eprintln!(
                "rightline: the database cannot be reached: whether cases hold a code, unit or team that is gone was not checked"
            );
            return Ok(());
        }
        Err(error) => return Err(error.into()),
    };
    let kept = codes::ensure_kept(&store, &settings).await;
    store.close().await;
    Ok(kept.map_err(StartError::from)?)
}

/// Says what will be wrong with the settings before long.
fn warn(settings: &Settings, clock: &Clock) {
    if let Some(warning) = settings.casework.running_out(clock.day()) {
        eprintln!("rightline: {warning}");
    }
}

/// What a command works on.
struct Installation {
    settings: Settings,
    keys: Keys,
    store: Store,
    clock: Clock,
}

impl Installation {
    /// Opens the installation of a settings file.
    async fn open(config: &Path) -> Result<Self, Failure> {
        let settings = Settings::load(config)?;
        Ok(Self {
            keys: Keys::load(&settings.secrets.service_key, &settings.secrets.pepper)?,
            store: Store::open(&settings.database).await?,
            clock: Clock::machine(),
            settings,
        })
    }

    /// Appends a row about an act of the command line.
    async fn note(&self, act: &str, outcome: &str) -> Result<(), StoreError> {
        let now = self.clock.seconds();
        audit::note_command(&self.store, &self.keys, now, act, outcome).await
    }

    /// The directories of the service that the settings pin, or that the database is of.
    async fn directories(&self) -> Result<Directories, Failure> {
        let directories = Directories::new(ServiceId::ZERO, self.store.clone());
        let founded = directories.founded().await?.copied();
        let pinned = &self.settings.service;
        if pinned.is_pinned() && founded.is_some_and(|founded| founded != pinned.id) {
            return Err(StartError::Foreign.into());
        }
        if pinned.is_pinned() {
            directories.found(pinned.id);
        }
        Ok(directories)
    }
}

/// Opens an installation, does something with it, and closes its database however that went.
async fn with<T>(
    config: &Path,
    act: impl AsyncFnOnce(&Installation) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let installation = Installation::open(config).await?;
    let done = act(&installation).await;
    installation.store.close().await;
    done
}

async fn back_up(Config { config }: &Config, to: &Path) -> Result<(), Failure> {
    with(config, async |installation| {
        // Before the copy, which holds this row too.
        installation.note("backup", DONE).await?;
        let written = store::back_up(&installation.store, to).await;
        if written.is_err() {
            installation.note("backup", "unavailable").await?;
        }
        match written {
            Err(SchemaError::Store(StoreError::Conflict)) => {
                Err(Failure::new(COULD_NOT, "the file to write exists already"))
            }
            other => Ok(other?),
        }
    })
    .await
}

async fn restore(Config { config }: &Config, from: &Path) -> Result<(), Failure> {
    with(config, async |installation| {
        match store::restore(&installation.store, from).await {
            // After it, at the end of the trail that came with the copy.
            Ok(()) => Ok(installation.note("restore", DONE).await?),
            Err(SchemaError::Store(StoreError::Conflict)) => Err(Failure::new(
                COULD_NOT,
                "the database is not empty; nothing was changed",
            )),
            Err(SchemaError::Unreachable | SchemaError::Damaged) => {
                Err(Failure::new(INVALID, "this is no backup"))
            }
            Err(other) => Err(other.into()),
        }
    })
    .await
}

async fn verify(Config { config }: &Config) -> Result<(), Failure> {
    let verdict = with(config, async |installation| {
        let directories = installation.directories().await?;
        Ok(audit::verify(&installation.store, &installation.keys, &directories).await?)
    });
    match verdict.await? {
        Verdict::Intact(rows) => {
            println!("intact {rows}");
            Ok(())
        }
        Verdict::BrokenAt(row) => {
            println!("broken at {row}");
            Err(Failure::new(
                INVALID,
                "the audit trail is not as it was written",
            ))
        }
    }
}

/// Serves until a signal comes; says when it is ready.
async fn serve(settings: Settings, ready: impl FnOnce(&Settings)) -> Result<(), Failure> {
    let drain = Duration::from_secs(settings.server.drain_seconds);
    // Before anybody can know that the service answers, and ask it to stop.
    let stop = rightline::process::asked_to_stop();
    let service = app::Service::prepare(settings.clone(), Clock::machine()).await?;
    let running = app::listen(service)?;
    ready(&settings);
    let counters = running.service.counters.clone();
    let store = running.service.store.clone();
    let mut hour = tokio::time::interval(Duration::from_hours(1));
    hour.tick().await;
    tokio::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            _ = hour.tick() => {
                counters.close_hour();
                let _ = store.fold().await;
            }
        }
    }
    running.stop(drain).await?;
    counters.close_hour();
    Ok(())
}
