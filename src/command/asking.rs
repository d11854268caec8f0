//! Asking somebody at a terminal, and reading what they type.

use std::io::{BufRead as _, IsTerminal as _, Write as _, stderr, stdin};

use zeroize::Zeroizing;

use super::failure::USAGE;
use super::{COULD_NOT, Failure};

/// Whether somebody is there to answer.
pub(crate) fn is_terminal() -> bool {
    stdin().is_terminal() && stderr().is_terminal()
}

/// What an option says, what somebody answers at a terminal, or what is usual.
pub(crate) fn wish(
    option: &str,
    said: Option<String>,
    question: &str,
    usual: Option<&str>,
) -> Result<String, Failure> {
    if let Some(said) = said {
        return Ok(said);
    }
    if !is_terminal() {
        let needed = format!("{option} is needed where nobody can be asked. See --help.");
        return usual.map(str::to_owned).ok_or(Failure::new(USAGE, needed));
    }
    loop {
        let answer = match usual {
            Some(usual) => line(&format!("{question} [{usual}]: "))?,
            None => line(&format!("{question}: "))?,
        };
        match (answer.trim(), usual) {
            ("", None) => {}
            ("", Some(usual)) => return Ok(usual.to_owned()),
            (answer, _) => return Ok(answer.to_owned()),
        }
    }
}

/// One line that somebody types.
pub(crate) fn line(question: &str) -> Result<Zeroizing<String>, Failure> {
    let cannot = |error: std::io::Error| Failure::new(COULD_NOT, error.kind());
    eprint!("{question}");
    stderr().flush().map_err(cannot)?;
    // Room for a share in one piece, so that none is left behind in a smaller one.
    let mut typed = Zeroizing::new(String::with_capacity(4_096));
    if stdin().lock().read_line(&mut typed).map_err(cannot)? == 0 {
        return Err(Failure::new(COULD_NOT, "nothing more was typed"));
    }
    Ok(typed)
}
