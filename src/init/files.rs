//! The files of an installation, which nobody else on the machine may read.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

use zeroize::Zeroizing;

/// Makes a folder, and those above it, for its owner alone.
///
/// # Errors
/// When it cannot be made.
pub fn folder(path: &Path) -> std::io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Writes a new file for its owner alone, and waits until it is durable.
///
/// # Errors
/// When there is one already, or it cannot be written.
pub fn write_new(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Puts a file in the place of another, which is there whole at every moment, and keeps who may read it.
///
/// # Errors
/// When it cannot be written. The other is as it was then.
pub fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let path = path.canonicalize()?;
    let beside = path.with_added_extension("new");
    write_new(&beside, bytes)?;
    let moved = std::fs::metadata(&path)
        .and_then(|there| std::fs::set_permissions(&beside, there.permissions()))
        .and_then(|()| std::fs::rename(&beside, &path));
    if moved.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    moved?;
    let above = path.parent().unwrap_or(Path::new("/"));
    std::fs::File::open(above)?.sync_all()
}

/// Whether there is nothing in a folder, or no folder.
///
/// # Errors
/// When it cannot be looked into, or is no folder.
pub fn is_free(dir: &Path) -> std::io::Result<bool> {
    match std::fs::read_dir(dir) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

/// An address that is neither sqlite:PATH nor postgres://user@host:port/name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the database is sqlite:PATH or postgres://user@host:port/name")]
pub struct NoDatabase;

/// Takes a password out of a database address: what goes into the settings, and what into a secret file.
///
/// # Errors
/// When it is no address of a database.
pub fn database(url: &str) -> Result<(String, Option<Zeroizing<String>>), NoDatabase> {
    if let Some(path) = url.strip_prefix("sqlite:") {
        let path = path.trim_start_matches("//");
        let path = std::path::absolute(path).map_err(|_| NoDatabase)?;
        return Ok((format!("sqlite:{}", path.display()), None));
    }
    let (scheme, rest) = url.split_once("://").ok_or(NoDatabase)?;
    if !matches!(scheme, "postgres" | "postgresql") {
        return Err(NoDatabase);
    }
    let Some((authority, place)) = rest.split_once('@') else {
        return Ok((url.to_owned(), None));
    };
    Ok(match authority.split_once(':') {
        Some((user, password)) => (
            format!("{scheme}://{user}@{place}"),
            Some(Zeroizing::new(password.to_owned())),
        ),
        None => (url.to_owned(), None),
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_password_is_taken_out_of_an_address() {
        let (url, password) = database("postgres://rightline:hush@db:5432/rightline").unwrap();
        assert_eq!(url, "postgres://rightline@db:5432/rightline");
        assert_eq!(password.as_deref().map(String::as_str), Some("hush"));
        for without in ["postgres://a@b/c", "postgresql://b/c"] {
            assert_eq!(database(without), Ok((without.to_owned(), None)));
        }
        assert_eq!(
            database("sqlite:/data/x.sqlite"),
            Ok(("sqlite:/data/x.sqlite".to_owned(), None))
        );
        for none in ["mysql://a@b/c", "sqlite:", "postgres", ""] {
            assert_eq!(database(none), Err(NoDatabase), "{none}");
        }
    }

    #[test]
    fn a_replaced_file_stays_as_readable_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        write_new(&path, b"one").unwrap();
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600);
        assert!(write_new(&path, b"two").is_err());
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        replace(&path, b"three").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"three");
        assert_eq!(mode(&path), 0o640);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_folder_is_for_its_owner_and_free_until_something_is_in_it() {
        let above = tempfile::tempdir().unwrap();
        let dir = above.path().join("a/b");
        assert!(is_free(&dir).unwrap());
        folder(&dir).unwrap();
        assert_eq!(dir.metadata().unwrap().permissions().mode() & 0o777, 0o700);
        assert!(is_free(&dir).unwrap());
        write_new(&dir.join("file"), b"").unwrap();
        assert!(!is_free(&dir).unwrap());
        assert!(is_free(&dir.join("file")).is_err());
    }
}
