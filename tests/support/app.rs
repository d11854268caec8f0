//! A whole service on loopback.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rightline::ambient::Clock;
use rightline::app::{self, Running, Service};
use rightline::demo::{self, Person};
use rightline::protocol::directory::{Directory, Served};
use rightline::protocol::signing::Signed;
use rightline::protocol::{Day, ServiceId, json};
use rightline::settings::Settings;
use rightline::store::{Location, Store};

use super::{Desk, postgres};

/// 23 November 2026, 12:00 UTC.
pub const NOON: i64 = 1_795_435_200;

/// Which database a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    Sqlite,
    Postgres,
}

impl Base {
    /// The address of a new, empty database; `None` lets the demonstration choose its SQLite file.
    pub async fn url(self) -> Option<String> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some(postgres::database().await),
        }
    }

    /// A new, empty database with the schema, and the folder it lives in.
    pub async fn store(self) -> (Store, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let location = match self {
            Self::Sqlite => Location::Sqlite(folder.path().join("rightline.sqlite")),
            Self::Postgres => Location::Postgres { url: postgres::database().await, password_file: None },
        };
        (Store::open(&location).await.unwrap(), folder)
    }
}

/// A demonstration installation that listens, with a clock turned by hand.
pub struct TestApp {
    pub folder: tempfile::TempDir,
    pub origin: String,
    pub clock: Clock,
    pub people: Vec<Person>,
    pub http: reqwest::Client,
    pub service: Service,
    pub settings: Settings,
    running: Option<Running>,
}

impl TestApp {
    pub async fn start(base: Base) -> Self {
        Self::start_with(base, |settings| settings).await
    }

    /// Starts with settings changed after the installation was written.
    pub async fn start_with(base: Base, change: impl FnOnce(Settings) -> Settings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::by_hand(NOON);
        let port = postgres::free_port();
        let dir = folder.path().join("installation");
        let url = base.url().await;
        let installed = demo::install(&dir, port, url.as_deref(), &clock).await.unwrap();
        let mut settings = Settings::load(&installed.config).unwrap();
        settings.server.listen.truncate(1);
        settings.server.drain_seconds = 0;
        let settings = change(settings);
        let service = Service::prepare(settings.clone(), clock.clone()).await.unwrap();
        let running = app::listen(service.clone()).unwrap();
        Self {
            origin: settings.service.origin.replace("localhost", "127.0.0.1"),
            folder,
            clock,
            people: installed.members,
            http: reqwest::Client::builder().timeout(Duration::from_secs(60)).build().unwrap(),
            service,
            settings,
            running: Some(running),
        }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// The origin that pages have, which requests from the desk name.
    pub fn page_origin(&self) -> &str {
        &self.settings.service.origin
    }

    pub fn id(&self) -> ServiceId {
        self.settings.service.id
    }

    pub fn store(&self) -> &Store {
        &self.service.store
    }

    pub fn today(&self) -> Day {
        self.clock.day()
    }

    /// The folder of the installation.
    pub fn dir(&self) -> PathBuf {
        self.folder.path().join("installation")
    }

    /// Fetches and verifies the directory with all its teams, as a client does.
    pub async fn directory(&self) -> Arc<Directory> {
        let answer = self.http.get(self.url("/api/1/directory")).send().await.unwrap();
        let served: Served = json::read(&answer.bytes().await.unwrap()).unwrap();
        let mut directory =
            Directory::verify(&self.id(), &served.genesis, &served.leads, &served.root).unwrap();
        for entry in directory.root().teams.clone() {
            let path = format!("/api/1/directory/documents/{}", entry.digest);
            let bytes = self.http.get(self.url(&path)).send().await.unwrap().bytes().await.unwrap();
            directory = directory.with_team(&Signed::parse(bytes.to_vec()).unwrap()).unwrap();
        }
        Arc::new(directory)
    }

    pub fn person(&self, label: &str) -> &Person {
        self.people.iter().find(|person| person.label == label).unwrap()
    }

    /// Signs a member in.
    pub async fn desk(&self, label: &str) -> Desk {
        let person = self.person(label);
        Desk::sign_in(self, &person.label, &person.passphrase).await.unwrap()
    }

    /// Stops the service and closes its database.
    pub async fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop(Duration::ZERO).await.unwrap();
        }
    }

    /// Stops the service and starts it again on the same installation.
    pub async fn restart(&mut self) {
        self.stop().await;
        self.service =
            Service::prepare(self.settings.clone(), self.clock.clone()).await.unwrap();
        self.running = Some(app::listen(self.service.clone()).unwrap());
    }
}
