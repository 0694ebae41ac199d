//! Passphrases: from a file or a prompt, never from a flag or a variable.

use std::path::Path;

use zeroize::Zeroizing;

use crate::context::Context;
use crate::files;
use crate::problem::{Exit, Problem};
use crate::words::{Said, said};

/// The longest passphrase file.
const MAX_FILE: usize = 4 << 10;
/// The shortest passphrase for a new key, in characters.
const MIN_NEW: usize = 12;

/// Asks for the passphrase of a key that is there.
///
/// # Errors
/// When there is no file and nobody to ask.
pub fn passphrase(context: &Context, file: Option<&Path>, what: &Said) -> Result<Zeroizing<String>, Problem> {
    match file {
        Some(file) => from_file(file),
        None => ask(context, what),
    }
}

/// Asks for the passphrase of a new key: twice, and not too short.
///
/// # Errors
/// As [`passphrase`], and when it is too short or the second is another.
pub fn new_passphrase(context: &Context, file: Option<&Path>, what: &Said) -> Result<Zeroizing<String>, Problem> {
    let first = passphrase(context, file, what)?;
    if first.chars().count() < MIN_NEW {
        return Err(Problem::new(
            "passphrase_short",
            Exit::Refused,
            said!(
                "фраза короче {MIN_NEW} знаков, ничего не создано",
                "the passphrase has fewer than {MIN_NEW} characters, nothing was made"
            ),
        ));
    }
    if file.is_none() && *ask(context, &said!("Ещё раз", "Once more"))? != *first {
        return Err(Problem::new(
            "passphrase_differs",
            Exit::NotPermitted,
            said!("фразы не совпали, ничего не создано", "the passphrases differ, nothing was made"),
        ));
    }
    Ok(first)
}

fn from_file(file: &Path) -> Result<Zeroizing<String>, Problem> {
    let text = Zeroizing::new(files::read_text(file, MAX_FILE)?);
    // The first line, so that an editor's newline at the end is not part of it.
    Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()))
}

fn ask(context: &Context, what: &Said) -> Result<Zeroizing<String>, Problem> {
    let missing = || {
        Problem::new(
            "passphrase_needed",
            Exit::Usage,
            said!("нужна парольная фраза, а спросить некого", "a passphrase is needed, and there is nobody to ask"),
        )
        .hint(Said::same("--passphrase-file FILE"))
    };
    if context.no_input {
        return Err(missing());
    }
    rpassword::prompt_password(format!("{}: ", what.text(context.lang))).map(Zeroizing::new).map_err(|_| missing())
}
