//! `okrug person accept`: somebody comes with a code and chooses a login and a password.

use std::path::{Path, PathBuf};

use okrug_node::office::view::{Enrol, Password, Token};
use serde_json::json;
use zeroize::Zeroizing;

use crate::client::{Client, Place, Reach};
use crate::context::Context;
use crate::files;
use crate::problem::{Problem, misuse};
use crate::secret;
use crate::words::said;

/// The longest file with a code.
const MAX_CODE: usize = 1 << 10;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "FILE")]
    code_file: PathBuf,
    #[arg(long, value_name = "LOGIN")]
    login: String,
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    #[command(flatten)]
    reach: Reach,
}

/// Whether this is a code itself, where the name of a file should stand: three groups of four.
fn is_code(given: &Path) -> bool {
    let groups: Vec<_> = given.to_str().unwrap_or_default().split('-').collect();
    groups.len() == 3
        && groups.iter().all(|group| group.len() == 4 && group.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        && !given.exists()
}

pub(super) fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    let nobody = Client::of(&Place::of(context, &args.reach)?, context.lang, context.timeout)?;
    // A code is a secret: it comes by a file, not by the command line, which others can see.
    if is_code(&args.code_file) {
        return Err(misuse(said!(
            "сам код в командной строке увидят другие: нужен файл с ним; ничего не изменено",
            "others see the command line: a file with the code is needed, not the code; nothing was changed"
        ))
        .hint(said!(
            "запишите код в файл, назовите файл, потом сотрите его",
            "write the code into a file, name the file, and delete it afterwards"
        )));
    }
    let code = Zeroizing::new(files::read_text(&args.code_file, MAX_CODE)?);
    let login = args.login.clone();
    let password =
        secret::new_password(context, args.password_file.as_deref(), &said!("Новый пароль {login}", "A new password of {login}"))?;
    let [code, password] = [code.trim().to_owned(), password.to_string()].map(Password::from);
    let (_, Token { token }) = nobody.post("/enrol", &Enrol { code, login: login.clone(), password, token: true })?;
    // A session that cannot be ended now ends by itself.
    let _ = nobody.with_token(Zeroizing::new(token)).delete("/session");
    context.done(
        json!({ "login": login }),
        &said!("{login}: ключи созданы, вход по своему паролю", "{login}: keys were made, the password opens them"),
        Some(&said!("сотрите файл с кодом", "delete the file with the code")),
    )
}
