//! Why a command failed, with the code that it ends with.

use rightline::app::StartError;
use rightline::audit::CannotVerify;
use rightline::demo::DemoError;
use rightline::directory::DirectoryError;
use rightline::init::{CannotInvite, CannotPin, InitError};
use rightline::keys::KeyError;
use rightline::recovery::open::CannotOpen;
use rightline::settings::Mistake;
use rightline::store::{SchemaError, StoreError};

/// It could not be done.
pub(crate) const COULD_NOT: u8 = 1;
/// Wrong usage.
pub(crate) const USAGE: u8 = 2;
/// Data or signatures are invalid.
pub(crate) const INVALID: u8 = 3;

/// Why a command failed.
pub(crate) struct Failure {
    pub(crate) code: u8,
    pub(crate) message: String,
}

impl Failure {
    pub(crate) fn new(code: u8, message: impl std::fmt::Display) -> Self {
        Self {
            code,
            message: message.to_string(),
        }
    }
}

impl From<Mistake> for Failure {
    fn from(mistake: Mistake) -> Self {
        Self::new(COULD_NOT, mistake)
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        let code = match &error {
            StartError::Directory(DirectoryError::Refused(_))
            | StartError::ServiceKey
            | StartError::Foreign
            | StartError::Schema(SchemaError::Newer | SchemaError::Damaged)
            | StartError::Keys(KeyError::Malformed) => INVALID,
            _ => COULD_NOT,
        };
        Self::new(code, error)
    }
}

impl From<SchemaError> for Failure {
    fn from(error: SchemaError) -> Self {
        StartError::from(error).into()
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        SchemaError::from(error).into()
    }
}

impl From<KeyError> for Failure {
    fn from(error: KeyError) -> Self {
        StartError::from(error).into()
    }
}

impl From<DirectoryError> for Failure {
    fn from(error: DirectoryError) -> Self {
        StartError::from(error).into()
    }
}

impl From<DemoError> for Failure {
    fn from(error: DemoError) -> Self {
        match error {
            DemoError::Schema(error) => error.into(),
            DemoError::Database(error) => Self::new(USAGE, error),
            DemoError::Broken => Self::new(INVALID, error),
            other => Self::new(COULD_NOT, other),
        }
    }
}

impl From<InitError> for Failure {
    fn from(error: InitError) -> Self {
        match error {
            InitError::Schema(error) => error.into(),
            InitError::Setting(_) => Self::new(USAGE, error),
            other => Self::new(COULD_NOT, other),
        }
    }
}

impl From<CannotInvite> for Failure {
    fn from(error: CannotInvite) -> Self {
        match error {
            CannotInvite::Store(error) => error.into(),
            other => Self::new(COULD_NOT, other),
        }
    }
}

impl From<CannotPin> for Failure {
    fn from(error: CannotPin) -> Self {
        match error {
            CannotPin::Store(error) => error.into(),
            CannotPin::Settings(mistake) => mistake.into(),
            CannotPin::Id | CannotPin::Words(_) => Self::new(USAGE, error),
            CannotPin::Other(_) | CannotPin::Genesis => Self::new(INVALID, error),
            other => Self::new(COULD_NOT, other),
        }
    }
}

impl From<CannotOpen> for Failure {
    fn from(error: CannotOpen) -> Self {
        match error {
            CannotOpen::Store(error) => error.into(),
            CannotOpen::Directory(error) => error.into(),
            CannotOpen::Unknown => Self::new(INVALID, error),
            other => Self::new(COULD_NOT, other),
        }
    }
}

impl From<CannotVerify> for Failure {
    fn from(error: CannotVerify) -> Self {
        match error {
            CannotVerify::Store(error) => error.into(),
            CannotVerify::Directory(error) => error.into(),
        }
    }
}
