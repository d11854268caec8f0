//! What the command line understands.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};

/// Reports of wrongdoing, sealed in the reporter's browser.
#[derive(Parser)]
#[command(version, about)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The settings file of an installation.
#[derive(Args)]
pub(crate) struct Config {
    /// The settings file.
    #[arg(long)]
    pub(crate) config: PathBuf,
}

#[derive(Subcommand)]
pub(crate) enum Command {
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
    /// Writes a new installation to an empty folder, and links for its first lead and its first administrator.
    /// Asks on a terminal for what is missing.
    Init(Init),
    /// Makes another link for the first lead or the first administrator, while nobody has enrolled as such.
    /// Earlier links for the same purpose stop working.
    Invite {
        #[command(flatten)]
        config: Config,
        /// For whom the link is.
        #[arg(long)]
        purpose: Purpose,
    },
    /// Writes the service id into the settings file, once the first lead has founded the service.
    Pin(Pin),
    /// Serves an installation until SIGTERM or SIGINT.
    Serve(Config),
    /// Checks a settings file.
    Check(Config),
    /// Writes the database to one new file, from one moment, while the service runs. Secrets are not in it.
    Backup {
        #[command(flatten)]
        config: Config,
        /// The file to write.
        #[arg(long)]
        to: PathBuf,
    },
    /// Fills the installation's empty database from a backup.
    Restore {
        #[command(flatten)]
        config: Config,
        /// The backup.
        #[arg(long)]
        from: PathBuf,
    },
    /// The recovery: shares on paper that together can give lost cases to a new reader.
    #[command(subcommand)]
    Recovery(Recovery),
    /// The audit trail.
    #[command(subcommand)]
    Audit(Audit),
}

#[derive(Args)]
pub(crate) struct Init {
    /// The folder to write. It must be empty, or not be there.
    #[arg(long)]
    pub(crate) dir: PathBuf,
    /// The force's name, as every page shows it.
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// The address that reporters type: `https://host`.
    #[arg(long)]
    pub(crate) origin: Option<String>,
    /// Where the database is: sqlite:PATH or postgres://user@host:port/name. A password in it is moved to a
    /// secret file. A SQLite file inside the folder if left out.
    #[arg(long)]
    pub(crate) database: Option<String>,
    /// Where to listen: IP:PORT, 127.0.0.1:8080 if left out.
    #[arg(long)]
    pub(crate) listen: Option<SocketAddr>,
    /// Prints one line of JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Whom a link is for.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Purpose {
    /// The first lead, who founds the service.
    Lead,
    /// The first administrator.
    Administrator,
}

#[derive(Args)]
#[command(group(ArgGroup::new("what").required(true).args(["id", "words"])))]
pub(crate) struct Pin {
    #[command(flatten)]
    pub(crate) config: Config,
    /// The service id that the first lead read out: 64 hex digits.
    #[arg(long)]
    pub(crate) id: Option<String>,
    /// The same as 12 words, between quotation marks.
    #[arg(long)]
    pub(crate) words: Option<String>,
}

#[derive(Subcommand)]
pub(crate) enum Recovery {
    /// Draws a recovery and prints its shares, once. Keeps nothing of them.
    New(New),
    /// Puts shares together and gives what the recovery holds to readers of the directory in force.
    Open(Open),
}

#[derive(Args)]
#[command(group(ArgGroup::new("service").required(true).args(["config", "id"])))]
pub(crate) struct New {
    /// The settings file.
    #[arg(long)]
    pub(crate) config: Option<PathBuf>,
    /// The service id instead, on a machine without the installation: 64 hex digits.
    #[arg(long)]
    pub(crate) id: Option<String>,
    /// How many shares to make, at most 16.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u8).range(2..=16))]
    pub(crate) shares: u8,
    /// How many of them are needed, at least 2.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(2..=16))]
    pub(crate) threshold: u8,
    /// The file for the public half, which leads sign. It must not be there yet. Printed if left out.
    #[arg(long)]
    pub(crate) to: Option<PathBuf>,
}

#[derive(Args)]
#[command(group(ArgGroup::new("which").required(true).args(["case", "all"])))]
pub(crate) struct Open {
    #[command(flatten)]
    pub(crate) config: Config,
    /// The labels of the readers who are to get the cases, with commas between them.
    #[arg(long, required = true, value_delimiter = ',')]
    pub(crate) to: Vec<String>,
    /// A case: its reference or its 64 digits. Several with commas between them.
    #[arg(long, value_delimiter = ',')]
    pub(crate) case: Vec<String>,
    /// Every case that the recovery holds.
    #[arg(long)]
    pub(crate) all: bool,
    /// A file with the shares, one a line. Read from the terminal or the standard input if left out.
    #[arg(long)]
    pub(crate) shares: Option<PathBuf>,
}

#[derive(Subcommand)]
pub(crate) enum Audit {
    /// Says whether every row stands as it was written: `intact ROWS`, or `broken at ROW`.
    Verify(Config),
}
