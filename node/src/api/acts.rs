//! What administrators do, done and recorded.

use okrug_protocol::act::{About, Outcome};

use super::code::Code;
use super::problem::Refusal;
use super::state::App;
use crate::office::{Deed, Refused};

/// Does what an administrator asks, and records it, whatever comes of it.
///
/// Shapes:  `about` names what only the deed has made, such as a person's number.
///
/// Nothing is done unless the intention is on the disk; and what was begun is done and recorded even if the client has gone.
pub(crate) async fn record<T: Send + 'static>(
    app: &App,
    deed: Deed,
    work: impl Future<Output = Result<T, Refused>> + Send + 'static,
    about: impl FnOnce(&T) -> Vec<About> + Send + 'static,
) -> Result<T, Refusal> {
    let begun = app.office.begin_act(deed).await?;
    let doing = async move {
        let done = work.await;
        match &done {
            Ok(made) => begun.end(Outcome::Done, about(made)).await,
            Err(refused) => begun.end(Outcome::Refused(Code::from(refused).word().to_owned()), Vec::new()).await,
        }
        done
    };
    match tokio::spawn(doing).await {
        Ok(done) => Ok(done?),
        Err(error) => {
            tracing::error!(event = "act_failed", %error, "an administrator's act failed in the middle");
            Err(Code::Internal.into())
        }
    }
}
