//! A running service as its clients see it, whether it runs in this process or in one of its own.

use std::sync::Arc;
use std::time::Duration;

use rightline::ambient::Clock;
use rightline::demo::Person;
use rightline::protocol::directory::{Directory, Served};
use rightline::protocol::signing::Signed;
use rightline::protocol::{Day, ServiceId, json};
use rightline::settings::Settings;

use super::Desk;

/// Where a service is, and who can sign in there.
pub struct Site {
    pub origin: String,
    pub clock: Clock,
    pub people: Vec<Person>,
    pub http: reqwest::Client,
    pub settings: Settings,
}

impl Site {
    pub fn new(settings: Settings, people: Vec<Person>, clock: Clock) -> Self {
        Self {
            origin: settings.service.origin.replace("localhost", "127.0.0.1"),
            clock,
            people,
            http: reqwest::Client::builder()
                .timeout(Duration::from_mins(1))
                .build()
                .unwrap(),
            settings,
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

    pub fn today(&self) -> Day {
        self.clock.day()
    }

    /// Fetches and verifies the directory with all its teams, as a client does.
    pub async fn directory(&self) -> Arc<Directory> {
        let answer = self
            .http
            .get(self.url("/api/1/directory"))
            .send()
            .await
            .unwrap();
        let served: Served = json::read(&answer.bytes().await.unwrap()).unwrap();
        let mut directory =
            Directory::verify(&self.id(), &served.genesis, &served.leads, &served.root).unwrap();
        for entry in directory.root().teams.clone() {
            let path = format!("/api/1/directory/documents/{}", entry.digest);
            let bytes = self
                .http
                .get(self.url(&path))
                .send()
                .await
                .unwrap()
                .bytes()
                .await
                .unwrap();
            directory = directory
                .with_team(&Signed::parse(bytes.to_vec()).unwrap())
                .unwrap();
        }
        Arc::new(directory)
    }

    pub fn person(&self, label: &str) -> &Person {
        self.people
            .iter()
            .find(|person| person.label == label)
            .unwrap()
    }

    /// Signs a member in.
    pub async fn desk(&self, label: &str) -> Desk {
        let person = self.person(label);
        Desk::sign_in(self, &person.label, &person.passphrase)
            .await
            .unwrap()
    }
}
