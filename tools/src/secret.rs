//! Passphrases and passwords: from a file or a prompt, never from a flag or a variable.

use std::path::Path;

use rand_core::CryptoRngCore;
use zeroize::Zeroizing;

use crate::context::Context;
use crate::files;
use crate::problem::{Exit, Problem};
use crate::words::{Said, said};

/// The longest passphrase file.
const MAX_FILE: usize = 4 << 10;
/// The shortest passphrase for a new key, in characters.
const MIN_NEW: usize = 12;

/// What stands for a secret that nobody gave.
struct Missing {
    code: &'static str,
    message: Said,
    flag: &'static str,
}

/// Asks for the passphrase of a key that is there.
///
/// # Errors
/// When there is no file and nobody to ask.
pub fn passphrase(context: &Context, file: Option<&Path>, what: &Said) -> Result<Zeroizing<String>, Problem> {
    match file {
        Some(file) => from_file(file),
        None => ask(context, what, no_passphrase()),
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
    if file.is_none() && *ask(context, &said!("Ещё раз", "Once more"), no_passphrase())? != *first {
        return Err(Problem::new(
            "passphrase_differs",
            Exit::NotPermitted,
            said!("фразы не совпали, ничего не создано", "the passphrases differ, nothing was made"),
        ));
    }
    Ok(first)
}

/// Asks for a person's password.
///
/// # Errors
/// When there is no file and nobody to ask.
pub fn password(context: &Context, file: Option<&Path>, what: &Said) -> Result<Zeroizing<String>, Problem> {
    match file {
        Some(file) => from_file(file),
        None => ask(context, what, no_password()),
    }
}

/// Asks for the password of a new person, twice; whether it is strong enough is the node's to say.
///
/// # Errors
/// As [`password`], and when the second is another.
pub fn new_password(context: &Context, file: Option<&Path>, what: &Said) -> Result<Zeroizing<String>, Problem> {
    let first = password(context, file, what)?;
    if file.is_none() && *ask(context, &said!("Ещё раз", "Once more"), no_password())? != *first {
        return Err(Problem::new(
            "password_differs",
            Exit::NotPermitted,
            said!("пароли не совпали, ничего не изменено", "the passwords differ, nothing was changed"),
        ));
    }
    Ok(first)
}

/// A password of eighty random bits in four groups, without letters and digits that look alike.
#[must_use]
pub fn generated(rng: &mut impl CryptoRngCore) -> Zeroizing<String> {
    const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let mut bytes = Zeroizing::new([0_u8; 16]);
    rng.fill_bytes(bytes.as_mut());
    let mut text = Zeroizing::new(String::with_capacity(19));
    for (i, byte) in bytes.iter().enumerate() {
        if i > 0 && i % 4 == 0 {
            text.push('-');
        }
        text.push(char::from(ALPHABET[usize::from(byte % 32)]));
    }
    text
}

fn from_file(file: &Path) -> Result<Zeroizing<String>, Problem> {
    let text = Zeroizing::new(files::read_text(file, MAX_FILE)?);
    // The first line, so that an editor's newline at the end is not part of it.
    Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()))
}

fn ask(context: &Context, what: &Said, missing: Missing) -> Result<Zeroizing<String>, Problem> {
    let missing = || Problem::new(missing.code, Exit::Usage, missing.message).hint(Said::same(missing.flag));
    if context.no_input {
        return Err(missing());
    }
    rpassword::prompt_password(format!("{}: ", what.text(context.lang))).map(Zeroizing::new).map_err(|_| missing())
}

fn no_passphrase() -> Missing {
    Missing {
        code: "passphrase_needed",
        message: said!("нужна парольная фраза, а спросить некого", "a passphrase is needed, and there is nobody to ask"),
        flag: "--passphrase-file FILE",
    }
}

fn no_password() -> Missing {
    Missing {
        code: "password_needed",
        message: said!("нужен пароль, а спросить некого", "a password is needed, and there is nobody to ask"),
        flag: "--password-file FILE",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generated_password_is_long_easy_to_read_out_and_never_the_same() {
        let [one, other] = [(); 2].map(|()| generated(&mut okrug_node::clock::rng()));
        assert_eq!((one.len(), one.matches('-').count()), (19, 3));
        assert!(one.bytes().all(|b| b == b'-' || b.is_ascii_uppercase() || b.is_ascii_digit()));
        assert!(!one.contains(['0', 'O', '1', 'I']));
        assert_ne!(*one, *other);
    }
}
