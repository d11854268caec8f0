//! The codes, units and teams of the settings, and those that were served before: none vanishes while a case may
//! hold it, a closed one too, as it can be opened again. Which of them a case holds is under seal, so all that were
//! ever served count.

use super::store::{Code, codes, forget_codes, has_cases, remember_codes};
use crate::settings::{Mistake, Settings};
use crate::store::{Store, StoreError};

/// Why settings cannot be served on a database.
#[derive(Debug, thiserror::Error)]
pub enum NotServed {
    /// A code, unit or team is gone that a case may hold.
    #[error(transparent)]
    Gone(#[from] Mistake),
    /// The database gave no answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Checks that the settings have everything that a case may hold. Nothing is written.
///
/// # Errors
/// Names the first that is gone; the store's.
pub async fn ensure_kept(store: &Store, settings: &Settings) -> Result<(), NotServed> {
    let served = codes(store).await?;
    match settings.ensure_kept(named(&served)) {
        Err(gone) if has_cases(store).await? => Err(gone.into()),
        _ => Ok(()),
    }
}

/// Takes what the settings name as served from now on. What is gone while there is no case is forgotten: none that
/// comes later can hold it.
///
/// # Errors
/// As [`ensure_kept`]; nothing is written then.
pub async fn serve(store: &Store, settings: &Settings) -> Result<(), NotServed> {
    ensure_kept(store, settings).await?;
    let served = codes(store).await?;
    let (kept, gone): (Vec<Code>, Vec<Code>) = served
        .into_iter()
        .partition(|code| settings.ensure_kept(named([code])).is_ok());
    let all = settings.named().map(|(list, code, label)| Code {
        list: list.to_owned(),
        code: code.to_owned(),
        label: label.to_owned(),
    });
    let new: Vec<Code> = all.filter(|code| !kept.contains(code)).collect();
    forget_codes(store, &gone).await?;
    Ok(remember_codes(store, &new).await?)
}

fn named<'a>(
    codes: impl IntoIterator<Item = &'a Code>,
) -> impl Iterator<Item = (&'a str, &'a str)> {
    let codes = codes.into_iter();
    codes.map(|code| (code.list.as_str(), code.code.as_str()))
}
