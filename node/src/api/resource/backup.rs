//! Backups, for the administrator of this machine alone: who names the key may open all that is in it.

use std::io::{self, Write};
use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use okrug_protocol::ids::unhex;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use crate::api::acts::record;
use crate::api::auth::Admin;
use crate::api::body;
use crate::api::code::Code;
use crate::api::problem::{ProblemBody, Refusal};
use crate::api::state::App;
use crate::backup::{BackupLock, LastBackup, Scope, Source};
use crate::office::view::{BackupPlan, MadeBackup, NewBackup};
use crate::office::{Deed, Refused};

/// Pieces that wait for whoever takes them.
const AHEAD: usize = 4;

/// Says how long a backup will be.
#[utoipa::path(
    get,
    path = "/admin/backup",
    operation_id = "plan_backup",
    responses(
        (status = 200, description = "About how much there is", body = BackupPlan),
        (status = 403, description = "`not_admin`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn plan(State(app): State<App>, _: Admin) -> Result<Json<BackupPlan>, Refusal> {
    let source = source(&app)?;
    let asked = Arc::clone(&source);
    let reckoned = tokio::task::spawn_blocking(move || {
        Ok::<_, crate::backup::BackupError>((asked.forecast(Scope::All)?, asked.forecast(Scope::Keys)?))
    });
    let Ok(Ok((all, keys))) = reckoned.await else { return Err(Code::Internal.into()) };
    let (slug, _) = source.names();
    Ok(Json(BackupPlan { slug, rows: all.rows, bytes: all.bytes, keys_bytes: keys.bytes }))
}

/// Makes a backup of all that this office has, sealed to a key, while it goes on working.
///
/// A file that was broken off is no backup: its end is missing. Whoever has it durably says so by `PUT`.
#[utoipa::path(
    post,
    path = "/admin/backup",
    operation_id = "make_backup",
    request_body = NewBackup,
    responses(
        (status = 200, description = "The file", body = String, content_type = "application/octet-stream"),
        (status = 403, description = "`not_admin`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`bad_backup_key`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`busy`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn make(State(app): State<App>, Admin(by): Admin, body::Json(wish): body::Json<NewBackup>) -> Result<Response, Refusal> {
    let source = source(&app)?;
    let lock = unhex(&wish.key).and_then(|bytes| BackupLock::from_file(&bytes).ok()).ok_or(Code::BadBackupKey)?;
    let scope = if wish.keys_only { Scope::Keys } else { Scope::All };
    let deed = Deed::new(by, if wish.keys_only { "backup.keys" } else { "backup.create" });
    // It is recorded before the first byte of it leaves.
    record(&app, deed, async { Ok::<_, Refused>(()) }, |()| Vec::new()).await?;
    let (pieces, taken) = mpsc::channel(AHEAD);
    tokio::task::spawn_blocking(move || {
        let pipe = Pipe { pieces: pieces.clone(), waiting: Vec::new() };
        let written = source.forecast(scope).and_then(|forecast| source.write(&lock, scope, forecast, pipe));
        if let Err(error) = written {
            tracing::warn!(event = "backup_broken_off", %error);
            // What was sent so far must not look like a whole file.
            let _ = pieces.blocking_send(Err(io::Error::other(error.to_string())));
        }
    });
    Ok(([(header::CONTENT_TYPE, "application/octet-stream")], Body::from_stream(ReceiverStream::new(taken))).into_response())
}

/// Takes note that a backup of everything is whole and durable, wherever it lies.
#[utoipa::path(
    put,
    path = "/admin/backup",
    operation_id = "confirm_backup",
    request_body = MadeBackup,
    responses(
        (status = 204, description = "Remembered; the state of the node says its age"),
        (status = 403, description = "`not_admin`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn confirm(State(app): State<App>, _: Admin, body::Json(made): body::Json<MadeBackup>) -> Result<StatusCode, Refusal> {
    // The API's numbers have 63 bits.
    if i64::try_from(made.bytes).is_err() {
        return Err(Code::BadRequest.into());
    }
    let source = source(&app)?;
    let kept = tokio::task::spawn_blocking(move || source.confirm(LastBackup { made: made.made, bytes: made.bytes }));
    match kept.await {
        Ok(Ok(())) => Ok(StatusCode::NO_CONTENT),
        _ => Err(Code::Internal.into()),
    }
}

fn source(app: &App) -> Result<Arc<Source>, Refusal> {
    app.backup.clone().ok_or_else(|| Code::NoSuchRoute.into())
}

/// Hands on what is written, in pieces of some size, and waits where they are not taken.
struct Pipe {
    pieces: mpsc::Sender<io::Result<Bytes>>,
    waiting: Vec<u8>,
}

/// So much goes out at once.
const OUT_BYTES: usize = 64 << 10;

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.waiting.extend_from_slice(bytes);
        if self.waiting.len() >= OUT_BYTES {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let piece = Bytes::from(std::mem::take(&mut self.waiting));
        self.pieces.blocking_send(Ok(piece)).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}
