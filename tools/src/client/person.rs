//! Speaking as a person: logging in, and leaving.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use okrug_node::office::view::{Login, Password, Token};
use zeroize::Zeroizing;

use super::http::Client;
use super::place::{Place, Reach};
use crate::context::Context;
use crate::problem::{Problem, misuse};
use crate::secret;
use crate::words::{Said, said};

/// Who speaks.
#[derive(Debug, Clone, clap::Args)]
pub struct Speaker {
    #[arg(long, value_name = "L", conflicts_with = "token_file")]
    login: Option<String>,
    #[arg(long, value_name = "FILE", requires = "login")]
    password_file: Option<PathBuf>,
    #[command(flatten)]
    reach: Reach,
}

/// Somebody who is logged in; cheap to clone.
#[derive(Debug, Clone)]
pub struct Person {
    node: Arc<Mutex<Client>>,
    /// The node as nobody, and what to log in with; none where a token was given.
    entrance: Option<(Client, Arc<Login>)>,
    admin: Option<Client>,
}

impl Person {
    /// Speaks as whom the flags name, and leaves when all is said.
    ///
    /// # Errors
    /// Nobody can be logged in, or what is said fails.
    pub fn speak<T>(context: &Context, speaker: &Speaker, say: impl FnOnce(&Self) -> Result<T, Problem>) -> Result<T, Problem> {
        let person = Self::enter(context, speaker)?;
        let said = say(&person);
        person.leave();
        said
    }

    fn enter(context: &Context, speaker: &Speaker) -> Result<Self, Problem> {
        let place = Place::of(context, &speaker.reach)?;
        let nobody = Client::of(&place, context.lang, context.timeout)?;
        let admin = place.admin.clone().map(|token| nobody.with_token(token));
        if let Some(token) = place.given {
            return Ok(Self { node: Arc::new(Mutex::new(nobody.with_token(token))), entrance: None, admin });
        }
        let login = speaker.login.clone().ok_or_else(|| {
            misuse(said!("кто говорит? нужен логин или файл ключа", "who speaks? a login or a token file is needed"))
                .hint(Said::same("--login L [--password-file FILE] | --token-file FILE"))
        })?;
        let password = secret::password(context, speaker.password_file.as_deref(), &said!("Пароль {login}", "Password of {login}"))?;
        let login = Login { login, password: Password::from(password.to_string()), token: true };
        let person = Self { node: Arc::new(Mutex::new(nobody.clone())), entrance: Some((nobody, Arc::new(login))), admin };
        person.log_in()?;
        Ok(person)
    }

    /// The node, as this person.
    #[must_use]
    pub fn node(&self) -> Client {
        self.node.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The node as its administrator, where its data directory is at hand.
    #[must_use]
    pub fn admin(&self) -> Option<&Client> {
        self.admin.as_ref()
    }

    /// Logs in anew after a session has ended; false where only a token was given.
    ///
    /// # Errors
    /// The node refuses, or does not answer.
    pub fn log_in(&self) -> Result<bool, Problem> {
        let Some((nobody, login)) = &self.entrance else { return Ok(false) };
        let (_, Token { token }) = nobody.post("/session", login.as_ref())?;
        *self.node.lock().unwrap_or_else(PoisonError::into_inner) = nobody.with_token(Zeroizing::new(token));
        Ok(true)
    }

    /// Ends a session that was begun here. One that cannot be ended now ends by itself.
    pub fn leave(&self) {
        if self.entrance.is_some() {
            let _ = self.node().delete("/session");
        }
    }
}
