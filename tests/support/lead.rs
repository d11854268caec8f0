//! The lead of a demonstration, who signs what the directory says next.

use std::sync::Arc;

use rightline::directory::store::{Document, Kind, publish};
use rightline::protocol::directory::{Directory, Root, Team, TeamEntry, sign_root, sign_team};
use rightline::protocol::signing::{Signed, SigningKey};
use rightline::secret::SignSeed;

use super::TestApp;

/// Who signs the directory.
pub struct Lead {
    pub key: SigningKey,
}

impl Lead {
    pub fn of(app: &TestApp) -> Self {
        let seed = std::fs::read_to_string(app.dir().join("demonstration/lead.key")).unwrap();
        Self {
            key: SigningKey::new(&seed.trim().parse::<SignSeed>().unwrap()),
        }
    }

    /// Signs the next root, as the one before but for the change.
    pub async fn next(
        &self,
        app: &TestApp,
        change: impl FnOnce(&mut Root, &mut Vec<Team>),
    ) -> (Signed, Vec<Signed>) {
        let current = app.directory().await;
        let mut teams: Vec<Team> = current.teams().cloned().collect();
        let mut root = current.root().clone();
        root.serial += 1;
        root.previous = current.pin().digest;
        change(&mut root, &mut teams);
        let teams: Vec<(Team, Signed)> = teams
            .into_iter()
            .map(|team| (team.clone(), sign_team(&self.key, &team)))
            .collect();
        let entry = |(team, signed): &(Team, Signed)| TeamEntry {
            team: team.team.clone(),
            digest: signed.digest(),
        };
        root.teams = teams.iter().map(entry).collect();
        (
            sign_root(&self.key, &root),
            teams.into_iter().map(|(_, signed)| signed).collect(),
        )
    }

    /// Publishes the next root, and returns the directory that is then in force.
    pub async fn publish(
        &self,
        app: &TestApp,
        change: impl FnOnce(&mut Root, &mut Vec<Team>),
    ) -> Arc<Directory> {
        let (root, teams) = self.next(app, change).await;
        let serial = i64::try_from(app.directory().await.root().serial).unwrap() + 1;
        let mut documents: Vec<Document> = teams
            .into_iter()
            .map(|team| document(Kind::Team, 0, team))
            .collect();
        documents.push(document(Kind::Root, serial, root));
        publish(app.store(), &documents).await.unwrap();
        // Until the service looks again.
        app.clock.turn(10);
        app.directory().await
    }
}

/// A row of the directory.
pub fn document(kind: Kind, number: i64, signed: Signed) -> Document {
    Document {
        kind,
        number,
        digest: *signed.digest().as_bytes(),
        bytes: signed.into_bytes(),
    }
}
