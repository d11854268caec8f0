//! Where a case runs: a fresh database with the one directory that all reports are sealed by.

use std::path::PathBuf;

use rightline::settings::Settings;
use rightline::store::{Store, back_up, restore};

use crate::support::process::program;
use crate::support::{Base, Installation, Process, Site, postgres};

/// A fresh database, and the configuration that names it.
pub(crate) struct Ground {
    pub(crate) config: PathBuf,
    pub(crate) settings: Settings,
    folder: tempfile::TempDir,
}

/// Makes fresh databases.
pub(crate) struct Grounds {
    installation: Installation,
    backup: PathBuf,
}

impl Grounds {
    pub(crate) async fn prepare() -> Self {
        let installation = Installation::write(Base::Sqlite).await;
        let backup = installation.folder.path().join("backup.sqlite");
        let store = installation.store().await;
        back_up(&store, &backup).await.unwrap();
        store.close().await;
        Self {
            installation,
            backup,
        }
    }

    pub(crate) fn site(&self) -> &Site {
        &self.installation
    }

    /// A fresh database of that kind.
    pub(crate) async fn fresh(&self, base: Base) -> Ground {
        let folder = tempfile::tempdir_in(self.installation.folder.path()).unwrap();
        let url = match base {
            Base::Sqlite => format!("sqlite:{}", folder.path().join("data.sqlite").display()),
            Base::Postgres => postgres::database().await,
        };
        let written = std::fs::read_to_string(&self.installation.config).unwrap();
        let moved = written.replace("sqlite:data/rightline.sqlite", &url);
        let name = folder.path().file_name().unwrap().display();
        let config = self.installation.dir().join(format!("{name}.toml"));
        std::fs::write(&config, moved).unwrap();
        let ground = Ground {
            settings: Settings::load(&config).unwrap(),
            config,
            folder,
        };
        let store = ground.store().await;
        restore(&store, &self.backup).await.unwrap();
        store.close().await;
        ground
    }

    /// Starts the service on a database, and waits until it answers.
    pub(crate) async fn serve(&self, ground: &Ground) -> Process {
        let mut process =
            Process::spawn(program(&ground.config, &ground.folder.path().join("log")));
        process.answers(&self.site().url("/health")).await;
        process
    }
}

impl Ground {
    pub(crate) async fn store(&self) -> Store {
        Store::open(&self.settings.database).await.unwrap()
    }

    /// What the service of this database has logged.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}
