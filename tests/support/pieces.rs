//! A report taken apart, to be put together wrongly and signed again.

use rightline::protocol::container::{self, Container};
use rightline::protocol::signing::{Signed, SigningKey};
use rightline::protocol::statement::{Grantee, PartDigests, Statement};
use rightline::protocol::{CaseId, Digest};

use super::Reporter;

/// The statement and the sections of a report.
pub struct Pieces {
    pub statement: Statement,
    pub key: SigningKey,
    pub parties: Vec<u8>,
    pub body: Vec<u8>,
    pub identity: Vec<u8>,
    pub grants: Vec<Vec<u8>>,
}

impl Pieces {
    pub fn of(reporter: &Reporter) -> Self {
        let sections = Container::parse(&reporter.submission.bytes).unwrap();
        Self {
            statement: Statement::read(sections.statement).unwrap(),
            key: reporter.keys().signing_key(),
            parties: sections.parties.to_vec(),
            body: sections.body.to_vec(),
            identity: sections.identity.to_vec(),
            grants: sections.grants.iter().map(|grant| grant.to_vec()).collect(),
        }
    }

    /// Lets the statement name the sections as they are now.
    pub fn digested(mut self) -> Self {
        self.statement.parts = PartDigests {
            parties: Digest::of(&self.parties),
            body: Digest::of(&self.body),
            identity: Digest::of(&self.identity),
        };
        let members: Vec<_> = self
            .statement
            .grantees
            .iter()
            .map(|grantee| grantee.member)
            .collect();
        let grants = members.into_iter().zip(&self.grants);
        self.statement.grantees = grants
            .map(|(member, grant)| Grantee {
                member,
                grant: Digest::of(grant),
            })
            .collect();
        self
    }

    /// Signs the statement as it stands.
    pub fn signed(&self) -> Signed {
        self.statement.sign(&self.key)
    }

    /// The address and the container with the statement signed as it stands.
    pub fn sealed(&self) -> (String, Vec<u8>) {
        let statement = self.signed();
        (
            CaseId::of(&statement).to_string(),
            self.container(statement.as_bytes()),
        )
    }

    /// The container with another statement.
    pub fn container(&self, statement: &[u8]) -> Vec<u8> {
        let head = [statement, &self.parties, &self.body, &self.identity];
        let sections: Vec<&[u8]> = head
            .into_iter()
            .chain(self.grants.iter().map(Vec::as_slice))
            .collect();
        container::write(&sections).unwrap()
    }
}
