//! The real program, serving in a process of its own.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

use rightline::ambient::Clock;
use rightline::demo;
use rightline::settings::Settings;
use rightline::store::Store;
use rustix::process::{Pid, Signal, kill_process};

use super::{Base, Site, postgres};

/// An installation of the demonstration on disk.
pub struct Installation {
    pub folder: tempfile::TempDir,
    pub config: PathBuf,
    site: Site,
}

impl Deref for Installation {
    type Target = Site;

    fn deref(&self) -> &Site {
        &self.site
    }
}

impl Installation {
    /// Writes one for a database of that kind.
    pub async fn write(base: Base) -> Self {
        Self::at(base.url().await.as_deref()).await
    }

    /// Writes one for that database; `None` lets the demonstration choose its SQLite file.
    pub async fn at(url: Option<&str>) -> Self {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let dir = folder.path().join("installation");
        let clock = Clock::machine();
        let written = demo::install_with(
            &dir,
            postgres::free_port(),
            url,
            &clock,
            super::session::passphrases(),
        )
        .await
        .unwrap();
        let mut settings = Settings::load(&written.config).unwrap();
        settings.server.listen.truncate(1);
        Self {
            folder,
            config: written.config,
            site: Site::new(settings, written.members, clock),
        }
    }

    /// The same installation with a new, empty database: its settings and its kept secrets.
    pub async fn again(&self, base: Base) -> Self {
        let url = base
            .url()
            .await
            .unwrap_or_else(|| "sqlite:data/rightline.sqlite".to_owned());
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let dir = folder.path().join("installation");
        std::fs::create_dir_all(dir.join("data")).unwrap();
        std::fs::create_dir_all(dir.join("secrets")).unwrap();
        for kept in ["casework.toml", "secrets/service.key", "secrets/pepper.key"] {
            std::fs::copy(self.dir().join(kept), dir.join(kept)).unwrap();
        }
        let written = std::fs::read_to_string(&self.config).unwrap();
        let lines = written
            .lines()
            .map(|line| match line.strip_prefix("url = ") {
                Some(_) => format!("url = \"{url}\"\n"),
                None => format!("{line}\n"),
            });
        let config = dir.join("rightline.toml");
        std::fs::write(&config, lines.collect::<String>()).unwrap();
        let mut settings = Settings::load(&config).unwrap();
        settings.server.listen.truncate(1);
        let site = Site::new(settings, self.people.clone(), Clock::machine());
        Self {
            folder,
            config,
            site,
        }
    }

    /// Speaks to the service through a client of one's own.
    #[must_use]
    pub fn through(mut self, http: reqwest::Client) -> Self {
        self.site.http = http;
        self
    }

    /// Runs another command of the program on the installation.
    pub async fn run(&self, command: &str, option: &str, file: &Path) -> Output {
        let mut program = Command::new(env!("CARGO_BIN_EXE_rightline"));
        program
            .arg(command)
            .arg("--config")
            .arg(&self.config)
            .arg(option)
            .arg(file);
        tokio::task::spawn_blocking(move || program.output().unwrap())
            .await
            .unwrap()
    }

    /// The folder of the installation.
    pub fn dir(&self) -> PathBuf {
        self.folder.path().join("installation")
    }

    /// Opens the database beside the service.
    pub async fn store(&self) -> Store {
        Store::open(&self.settings.database).await.unwrap()
    }

    /// The program, about to serve the installation; its log goes to a file.
    pub fn command(&self) -> Command {
        program(&self.config, &self.log())
    }

    /// Where the service's log goes.
    pub fn log(&self) -> PathBuf {
        self.folder.path().join("service.log")
    }

    /// Serves, and waits until it answers.
    pub async fn serve(&self) -> Process {
        self.serve_by(self.command()).await
    }

    /// Serves by a command of one's own, and waits until it answers.
    pub async fn serve_by(&self, command: Command) -> Process {
        let mut process = Process::spawn(command);
        process.answers(&self.url("/health")).await;
        process
    }
}

/// The program, about to serve an installation.
pub fn program(config: &Path, log: &Path) -> Command {
    let log = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(log)
        .unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_rightline"));
    command
        .arg("serve")
        .arg("--config")
        .arg(config)
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log);
    command
}

/// A process that ends with the test at the latest.
pub struct Process {
    child: Child,
}

impl Process {
    pub fn spawn(mut command: Command) -> Self {
        Self {
            child: command.spawn().unwrap(),
        }
    }

    /// Waits for the first 200 from an address, at most two minutes.
    pub async fn answers(&mut self, health: &str) {
        let http = reqwest::Client::new();
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_mins(2) {
            assert!(
                self.child.try_wait().unwrap().is_none(),
                "the service ended before it answered"
            );
            if http
                .get(health)
                .send()
                .await
                .is_ok_and(|answer| answer.status() == 200)
            {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("the service does not answer");
    }

    /// The process, for signals and `/proc`.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends it as a power cut would.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Waits until it has ended, at most two minutes.
    pub async fn ended(&mut self) -> ExitStatus {
        for _ in 0..12_000 {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the service does not end");
    }

    /// Asks it to stop, and waits until it has.
    pub async fn stop(mut self) -> ExitStatus {
        self.signal(Signal::TERM);
        self.ended().await
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
