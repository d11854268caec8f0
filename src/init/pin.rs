//! Pinning: writing into the settings which service this is, as the first lead read it out.

use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::files;
use crate::ambient::Clock;
use crate::audit::{DONE, note_command};
use crate::directory::store::{Kind, SERVICE, installation, numbered};
use crate::keys::Keys;
use crate::protocol::token::{Token, WrongWords};
use crate::protocol::{Digest, ServiceId};
use crate::secret::ExposeSecret as _;
use crate::settings::{Mistake, Settings};
use crate::store::{Store, StoreError};

/// Why the settings pin nothing new. The file is as it was then.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum CannotPin {
    /// The id is not one.
    #[error("the service id is 64 lower-case hex digits")]
    Id,
    /// The words are not those of an id.
    #[error("these are not the words of a service id: {0}")]
    Words(#[from] WrongWords),
    /// Nobody has founded the service.
    #[error("nobody has founded the service yet: the first lead does, by their link")]
    NotFounded,
    /// The database is of another service than was said.
    #[error("the database is of another service, whose words are: {0}")]
    Other(String),
    /// What the database says it is of is not there.
    #[error("the database does not hold the genesis of the service that it says it is of")]
    Genesis,
    /// The settings pin another service.
    #[error("the settings pin another service already; change the line by hand if that is right")]
    Pinned,
    /// The settings cannot be changed by the program.
    #[error(
        "the settings could not be changed: write this line below [service] yourself: id = \"{0}\""
    )]
    Write(ServiceId),
    /// The settings are not valid.
    #[error(transparent)]
    Settings(#[from] Mistake),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What somebody says that the service is, from elsewhere than its database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// Its id.
    Id(ServiceId),
    /// The first 16 bytes of its id, from words.
    Words([u8; 16]),
}

impl Claim {
    /// Reads an id.
    ///
    /// # Errors
    /// When it is none.
    pub fn id(text: &str) -> Result<Self, CannotPin> {
        let id: ServiceId = text.parse().map_err(|_| CannotPin::Id)?;
        if id == ServiceId::ZERO {
            return Err(CannotPin::Id);
        }
        Ok(Self::Id(id))
    }

    /// Reads the words of an id.
    ///
    /// # Errors
    /// Says what is wrong with them.
    pub fn words(text: &str) -> Result<Self, CannotPin> {
        Ok(Self::Words(*Token::parse(text)?.entropy().expose_secret()))
    }

    fn fits(&self, id: &ServiceId) -> bool {
        match self {
            Self::Id(claimed) => claimed == id,
            Self::Words(claimed) => id.as_bytes().starts_with(claimed),
        }
    }
}

/// Writes the service id into the settings when the database agrees with what was said. Says which id that is,
/// and whether it is new there.
///
/// # Errors
/// When they disagree, or the settings cannot be changed; they are as they were then.
pub async fn pin(
    config: &Path,
    settings: &Settings,
    store: &Store,
    keys: &Keys,
    clock: &Clock,
    claim: &Claim,
) -> Result<(ServiceId, bool), CannotPin> {
    let noted = installation(store, SERVICE).await?;
    let noted = noted.ok_or(CannotPin::NotFounded)?;
    let id: ServiceId = noted.parse().map_err(|_| CannotPin::Genesis)?;
    if !claim.fits(&id) {
        return Err(CannotPin::Other(id.words().join(" ")));
    }
    let genesis = numbered(store, Kind::Leads, 0).await?.unwrap_or_default();
    if Digest::of(&genesis).as_bytes() != id.as_bytes() {
        return Err(CannotPin::Genesis);
    }
    if settings.service.is_pinned() {
        return if settings.service.id == id {
            Ok((id, false))
        } else {
            Err(CannotPin::Pinned)
        };
    }
    let text = std::fs::read_to_string(config).map_err(|_| CannotPin::Write(id))?;
    let changed = with_id(&text, &id).ok_or(CannotPin::Write(id))?;
    let read = Settings::parse(config, &changed)?;
    if read.service.id != id {
        return Err(CannotPin::Write(id));
    }
    note_command(store, keys, clock.seconds(), "pin", DONE).await?;
    files::replace(config, changed.as_bytes()).map_err(|_| CannotPin::Write(id))?;
    Ok((id, true))
}

#[derive(Deserialize)]
struct Places {
    service: Place,
}

#[derive(Deserialize)]
struct Place {
    origin: Spanned<String>,
    id: Option<Spanned<String>>,
}

/// The settings with an id: in the place of the empty one, or on a line below the origin's.
fn with_id(text: &str, id: &ServiceId) -> Option<String> {
    let Places { service } = toml::from_str(text).ok()?;
    if let Some(empty) = service.id {
        let (before, after) = (
            text.get(..empty.span().start)?,
            text.get(empty.span().end..)?,
        );
        return Some(format!("{before}\"{id}\"{after}"));
    }
    let (before, after) = text.split_at_checked(service.origin.span().end)?;
    let (rest, after) = after.split_once('\n').unwrap_or((after, ""));
    Some(format!("{before}{rest}\nid = \"{id}\"\n{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: ServiceId = ServiceId::new([0xab; 32]);

    #[test]
    fn an_id_takes_the_place_of_the_empty_one() {
        let line = format!("id = \"{ID}\"  # ours\n");
        let text = "[service]\n# id = \"x\"\norigin = \"o\" # here\nid = \"\"  # ours\n[[teams]]\nid = \"\"\n";
        let changed = with_id(text, &ID).unwrap();
        assert_eq!(changed, text.replacen("id = \"\"  # ours\n", &line, 1));
    }

    #[test]
    fn an_id_goes_below_the_origin_where_there_is_none() {
        let line = format!("\nid = \"{ID}\"\n");
        for (text, expected) in [
            (
                "[service]\norigin = \"o\" # here\nopen = true\n",
                format!("[service]\norigin = \"o\" # here{line}open = true\n"),
            ),
            (
                "[service]\norigin = \"o\"",
                format!("[service]\norigin = \"o\"{line}"),
            ),
        ] {
            assert_eq!(with_id(text, &ID).unwrap(), expected);
            assert!(
                toml::from_str::<Places>(&expected)
                    .unwrap()
                    .service
                    .id
                    .is_some()
            );
        }
    }

    #[test]
    fn words_and_digits_claim_the_same_id() {
        let words = ID.words().join(" ");
        assert!(Claim::words(&words).unwrap().fits(&ID));
        assert!(Claim::id(&ID.to_string()).unwrap().fits(&ID));
        let other = ServiceId::new([0xac; 32]);
        assert!(!Claim::words(&words).unwrap().fits(&other));
        assert!(!Claim::id(&ID.to_string()).unwrap().fits(&other));
        assert_eq!(Claim::id(&"00".repeat(32)), Err(CannotPin::Id));
        assert_eq!(Claim::id("ab"), Err(CannotPin::Id));
        assert!(matches!(Claim::words("zoo"), Err(CannotPin::Words(_))));
    }
}
