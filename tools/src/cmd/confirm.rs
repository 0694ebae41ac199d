//! What cannot be undone is named twice: by `--confirm`, or by typing it.

use std::io::{BufRead, IsTerminal, Write};

use crate::context::Context;
use crate::problem::{Exit, Problem};
use crate::words::{Said, said};

/// Makes sure that somebody means what goes by this name.
///
/// # Errors
/// Nobody can be asked, or another name was given.
pub fn confirm(context: &Context, given: Option<&str>, name: &str, what: &Said) -> Result<(), Problem> {
    let typed = match given {
        Some(given) => given.to_owned(),
        None if context.no_input || !std::io::stdin().is_terminal() => {
            return Err(Problem::new(
                "confirm_needed",
                Exit::Usage,
                said!(
                    "это надо подтвердить, а спросить некого; ничего не изменено",
                    "this must be confirmed, and there is nobody to ask; nothing was changed"
                ),
            )
            .hint(Said::same(format!("--confirm {name}"))));
        }
        None => {
            let ask = said!("Для подтверждения введите {name}: ", "Type {name} to confirm: ");
            let mut out = std::io::stderr().lock();
            let _ = write!(out, "{}\n{}", what.text(context.lang), ask.text(context.lang)).and_then(|()| out.flush());
            let mut line = String::new();
            let _ = std::io::stdin().lock().read_line(&mut line);
            line.trim().to_owned()
        }
    };
    if typed == name {
        return Ok(());
    }
    let message = said!("подтверждение — не {name}, ничего не изменено", "the confirmation is not {name}, nothing was changed");
    Err(Problem::new("not_confirmed", Exit::Refused, message))
}
