//! The journal of administration: what was done, and whether the journal is whole.

use axum::Json;
use axum::extract::State;
use okrug_protocol::clock::Millis;
use serde::Deserialize;

use crate::api::acts::record;
use crate::api::auth::Admin;
use crate::api::body::{Bytes, Params, Part};
use crate::api::code::Code;
use crate::api::problem::{ProblemBody, Refusal};
use crate::api::state::App;
use crate::office::view::{ActView, Acts, AuditReport, Cursor, text};
use crate::office::{Deed, Refused};

/// Acts of a page that says nothing else.
const DEFAULT_LIMIT: usize = 50;

/// Which part of the journal.
#[derive(Debug, Deserialize)]
pub(crate) struct Which {
    #[serde(default, with = "text::optional")]
    before: Option<Cursor>,
    limit: Option<usize>,
}

/// Shows a part of the journal of administration, oldest act first.
#[utoipa::path(
    get,
    path = "/audit",
    operation_id = "acts",
    params(
        ("before" = Option<String>, Query, description = "The `before` of the page after it; without it the newest acts"),
        ("limit" = Option<usize>, Query, description = "Acts at most, 1 to 200; 50 by default"),
    ),
    responses(
        (status = 200, description = "The acts", body = Acts),
        (status = 403, description = "`not_admin`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(State(app): State<App>, _: Admin, Params(which): Params<Which>) -> Result<Json<Acts>, Refusal> {
    Ok(Json(app.office.acts(which.before, which.limit.unwrap_or(DEFAULT_LIMIT))?))
}

/// Shows one act.
#[utoipa::path(
    get,
    path = "/audit/act/{id}",
    params(("id" = String, Path, description = "The place of its entry, such as `o1.77.d.routine.5`")),
    responses(
        (status = 200, description = "The act", body = ActView),
        (status = 403, description = "`not_admin`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`no_such_message`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(State(app): State<App>, _: Admin, Part(id): Part) -> Result<Json<ActView>, Refusal> {
    Ok(Json(app.office.act(&id.parse().map_err(|_| Code::NoSuchMessage)?)?))
}

/// Gives all acts with the whole of the logs that they stand in, as a file that `okrug verify` checks anywhere.
#[utoipa::path(
    post,
    path = "/audit/evidence",
    responses(
        (status = 200, description = "The file", body = String, content_type = "application/octet-stream"),
        (status = 403, description = "`not_admin`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`no_such_message`: there is no act", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`too_many`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn journal(State(app): State<App>, Admin(by): Admin) -> Result<Bytes, Refusal> {
    let office = app.office.clone();
    let making = async move { tokio::task::spawn_blocking(move || office.acts_evidence()).await.map_err(|_| Refused::Stopping)? };
    Ok(Bytes(record(&app, Deed::new(by, "audit.export"), making, |_| Vec::new()).await?))
}

/// From when on the journal is looked at.
#[derive(Debug, Deserialize)]
pub(crate) struct Since {
    #[serde(default, with = "text::optional_time")]
    from: Option<Millis>,
}

/// Looks at the entries of this office's logs for the district, and names the first broken place of each.
#[utoipa::path(
    get,
    path = "/audit/check",
    params(("from" = Option<String>, Query, description = "Entries written at this time or later; all by default")),
    responses(
        (status = 200, description = "What was found, broken or not", body = AuditReport),
        (status = 403, description = "`not_admin`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn check(State(app): State<App>, _: Admin, Params(Since { from }): Params<Since>) -> Result<Json<AuditReport>, Refusal> {
    let office = app.office.clone();
    let report = tokio::task::spawn_blocking(move || office.audit(from)).await.map_err(|_| Code::Internal)?;
    Ok(Json(report?))
}
