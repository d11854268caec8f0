//! A whole service on loopback.

use std::ops::{Deref, DerefMut};
use std::path::PathBuf;
use std::time::Duration;

use rightline::ambient::Clock;
use rightline::app::{self, Running, Service};
use rightline::demo;
use rightline::settings::Settings;
use rightline::store::{Location, Store};

use super::{Site, postgres};

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
            Self::Postgres => Location::Postgres {
                url: postgres::database().await,
                password_file: None,
            },
        };
        (Store::open(&location).await.unwrap(), folder)
    }
}

/// A demonstration installation that listens, with a clock turned by hand.
pub struct TestApp {
    pub folder: tempfile::TempDir,
    pub service: Service,
    site: Site,
    running: Option<Running>,
}

impl Deref for TestApp {
    type Target = Site;

    fn deref(&self) -> &Site {
        &self.site
    }
}

impl DerefMut for TestApp {
    fn deref_mut(&mut self) -> &mut Site {
        &mut self.site
    }
}

impl TestApp {
    pub async fn start(base: Base) -> Self {
        Self::start_with(base, |settings| settings).await
    }

    /// Starts with settings changed after the installation was written.
    pub async fn start_with(base: Base, change: impl FnOnce(Settings) -> Settings) -> Self {
        Self::start_at(base.url().await, change).await
    }

    /// Starts on the database at an address.
    pub async fn start_at(url: Option<String>, change: impl FnOnce(Settings) -> Settings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::by_hand(NOON);
        let port = postgres::free_port();
        let dir = folder.path().join("installation");
        let draw = super::session::passphrases();
        let installed = demo::install_with(&dir, port, url.as_deref(), &clock, draw)
            .await
            .unwrap();
        let mut settings = Settings::load(&installed.config).unwrap();
        settings.server.listen.truncate(1);
        settings.server.drain_seconds = 0;
        let settings = change(settings);
        let service = Service::prepare(settings.clone(), clock.clone())
            .await
            .unwrap();
        let running = app::listen(service.clone()).unwrap();
        Self {
            folder,
            service,
            site: Site::new(settings, installed.members, clock),
            running: Some(running),
        }
    }

    /// Starts on an empty database, with settings that pin no service yet.
    pub async fn unfounded(base: Base) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("installation");
        std::fs::create_dir(&dir).unwrap();
        for key in ["service.key", "pepper.key"] {
            std::fs::write(dir.join(key), hex::encode(super::enrol::drawn::<32>())).unwrap();
        }
        let port = postgres::free_port();
        let url = base.url().await;
        let url = url.unwrap_or_else(|| "sqlite:rightline.sqlite".to_owned());
        let text = format!(
            "[service]\nname = \"New Police\"\norigin = \"http://localhost:{port}\"\n\n[server]\n\
             listen = [\"127.0.0.1:{port}\"]\ndrain_seconds = 0\n\n[database]\nurl = \"{url}\"\n\n\
             [secrets]\nservice_key = \"service.key\"\npepper = \"pepper.key\"\n"
        );
        let settings = Settings::parse(&dir.join("rightline.toml"), &text).unwrap();
        let clock = Clock::by_hand(NOON);
        let service = Service::prepare(settings.clone(), clock.clone())
            .await
            .unwrap();
        let running = app::listen(service.clone()).unwrap();
        Self {
            folder,
            service,
            site: Site::new(settings, Vec::new(), clock),
            running: Some(running),
        }
    }

    pub fn store(&self) -> &Store {
        &self.service.store
    }

    /// The folder of the installation.
    pub fn dir(&self) -> PathBuf {
        self.folder.path().join("installation")
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
        self.service = Service::prepare(self.settings.clone(), self.clock.clone())
            .await
            .unwrap();
        self.running = Some(app::listen(self.service.clone()).unwrap());
    }
}
