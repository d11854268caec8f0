//! The command line. Exit codes: 0 done; 1 it could not be done; 2 wrong usage; 3 invalid data or
//! signatures.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};
use rightline::ambient::Clock;
use rightline::app::{self, StartError};
use rightline::demo;
use rightline::settings::Settings;
use rightline::store::{self, SchemaError, Store, StoreError};

/// What is freed is overwritten, whichever library had it: a report typed into the plain form passes through
/// several.
#[global_allocator]
static WIPING: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

/// Reports of wrongdoing, sealed in the reporter's browser.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Writes a demonstration installation to a folder, or continues the one there, and serves it.
    Demo {
        /// The port on localhost.
        #[arg(long, default_value_t = 8080, value_parser = clap::value_parser!(u16).range(1..))]
        port: u16,
        /// The folder of the installation.
        #[arg(long, default_value = "demo")]
        dir: PathBuf,
        /// Where its database is: sqlite:PATH or postgres://user@host:port/name. A password in it is
        /// moved to a secret file.
        #[arg(long)]
        database: Option<String>,
        /// Prints one line of JSON when ready.
        #[arg(long)]
        json: bool,
    },
    /// Serves an installation until SIGTERM or SIGINT.
    Serve {
        /// The settings file.
        #[arg(long)]
        config: PathBuf,
    },
    /// Checks a settings file.
    Check {
        /// The settings file.
        #[arg(long)]
        config: PathBuf,
    },
    /// Writes the database to one new file, from one moment, while the service runs. Secrets are not in it.
    Backup {
        /// The settings file.
        #[arg(long)]
        config: PathBuf,
        /// The file to write.
        #[arg(long)]
        to: PathBuf,
    },
    /// Fills the installation's empty database from a backup.
    Restore {
        /// The settings file.
        #[arg(long)]
        config: PathBuf,
        /// The backup.
        #[arg(long)]
        from: PathBuf,
    },
}

/// Why a command failed, with its exit code.
struct Failure {
    code: u8,
    message: String,
}

impl Failure {
    fn new(code: u8, message: impl std::fmt::Display) -> Self {
        Self {
            code,
            message: message.to_string(),
        }
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        let code = match &error {
            StartError::Directory(rightline::directory::DirectoryError::Refused(_))
            | StartError::ServiceKey
            | StartError::Foreign
            | StartError::Schema(SchemaError::Newer | SchemaError::Damaged)
            | StartError::Keys(rightline::keys::KeyError::Malformed) => 3,
            _ => 1,
        };
        Self::new(code, error)
    }
}

impl From<demo::DemoError> for Failure {
    fn from(error: demo::DemoError) -> Self {
        match error {
            demo::DemoError::Schema(error) => error.into(),
            demo::DemoError::Database(_) => Self::new(2, error),
            demo::DemoError::Broken => Self::new(3, error),
            other => Self::new(1, other),
        }
    }
}

impl From<SchemaError> for Failure {
    fn from(error: SchemaError) -> Self {
        StartError::from(error).into()
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    rightline::process::harden();
    rightline::process::log();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    let done = match runtime {
        Ok(runtime) => runtime.block_on(run(arguments.command)),
        Err(error) => Err(Failure::new(1, error.kind())),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{}", failure.message);
            ExitCode::from(failure.code)
        }
    }
}

fn load(config: &std::path::Path) -> Result<Settings, Failure> {
    Settings::load(config).map_err(|mistake| Failure::new(1, mistake))
}

async fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Demo {
            port,
            dir,
            database,
            json,
        } => {
            let installed =
                demo::install(&dir, port, database.as_deref(), &Clock::machine()).await?;
            let settings = load(&installed.config)?;
            serve(settings, |settings| installed.announce(settings, json)).await
        }
        Command::Serve { config } => {
            let settings = load(&config)?;
            serve(settings, |settings| {
                eprintln!("rightline serves {}", settings.service.origin);
            })
            .await
        }
        Command::Check { config } => load(&config).map(|_| ()),
        Command::Backup { config, to } => {
            let store = Store::open(&load(&config)?.database).await?;
            let written = store::back_up(&store, &to).await;
            store.close().await;
            match written {
                Err(SchemaError::Store(StoreError::Conflict)) => {
                    Err(Failure::new(1, "the file to write exists already"))
                }
                other => Ok(other?),
            }
        }
        Command::Restore { config, from } => {
            let store = Store::open(&load(&config)?.database).await?;
            let restored = store::restore(&store, &from).await;
            store.close().await;
            match restored {
                Err(SchemaError::Store(StoreError::Conflict)) => Err(Failure::new(
                    1,
                    "the database is not empty; nothing was changed",
                )),
                Err(SchemaError::Unreachable | SchemaError::Damaged) => {
                    Err(Failure::new(3, "this is no backup"))
                }
                other => Ok(other?),
            }
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
