//! Bundles for memory sticks: made, fetched, taken.

use axum::Json;
use axum::body::Body;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use okrug_protocol::act::{About, By};
use okrug_protocol::bounds::MAX_ABOUT;
use serde::Deserialize;
use tokio::time::timeout;
use tokio_stream::wrappers::ReceiverStream;

use crate::api::acts::record;
use crate::api::auth::{Admin, Either};
use crate::api::body::{self, Params, Part, expect_type};
use crate::api::code::Code;
use crate::api::problem::{ProblemBody, Refusal};
use crate::api::state::App;
use crate::office::view::{BundleReport, MadeBundle, NewBundle};
use crate::office::{Deed, Refused, Taker};

/// What is read of a file after it was refused, so that its sender hears why.
const MAX_DRAINED: usize = 4 << 20;

/// Requests that take as long as the files are long; each piece of them has its own time.
pub(crate) const UNHURRIED: [&str; 3] = ["/api/v1/admin/backup", "/api/v1/bundle", "/api/v1/bundle/import"];

/// Whoever looks after the node: its administrator, or a person with the right `it`.
#[derive(Debug)]
pub(crate) struct Keeper(By);

impl FromRequestParts<App> for Keeper {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        match Either::from_request_parts(parts, app).await? {
            Either::Admin => Ok(Self(Admin::from_request_parts(parts, app).await?.0)),
            Either::Member(ticket) => {
                app.office.keeper(ticket.session)?;
                Ok(Self(By::Person(app.office.who(ticket.session)?.person.id)))
            }
        }
    }
}

/// From where on a bundle is fetched.
#[derive(Debug, Deserialize)]
pub(crate) struct Begin {
    #[serde(default)]
    frame: u32,
}

/// How a bundle is taken.
#[derive(Debug, Deserialize)]
pub(crate) struct How {
    #[serde(default)]
    look: bool,
}

/// Works out what other offices lack, and how long the file will be.
///
/// The bundle can be fetched until the node stops or has made sixteen others.
#[utoipa::path(
    post,
    path = "/bundle",
    operation_id = "make_bundle",
    request_body = NewBundle,
    responses(
        (status = 201, description = "It can be fetched", body = MadeBundle),
        (status = 403, description = "`not_keeper`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`no_such_office`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`bundle_for_revoked`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`bundle_for_whom`, `bundle_too_small`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn make(State(app): State<App>, Keeper(by): Keeper, body::Json(wish): body::Json<NewBundle>) -> Result<Response, Refusal> {
    let office = app.office.clone();
    let making = async move { office.new_bundle(wish).await };
    let about = |made: &MadeBundle| made.to.iter().take(MAX_ABOUT).copied().map(About::Office).collect();
    let made = record(&app, Deed::new(by, "bundle.create"), making, about).await?;
    Ok((StatusCode::CREATED, Json(made)).into_response())
}

/// Gives the file of a bundle, from its beginning or from a frame on: a file that was half written is finished so.
#[utoipa::path(
    get,
    path = "/bundle/{id}",
    operation_id = "fetch_bundle",
    params(
        ("id" = String, Path, description = "The `id` of the bundle"),
        ("frame" = Option<u32>, Query, description = "The first frame that is wanted; with 0, or without it, the whole file"),
    ),
    responses(
        (status = 200, description = "The file, or the rest of it", body = String, content_type = "application/octet-stream"),
        (status = 403, description = "`not_keeper`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`no_such_bundle`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn fetch(
    State(app): State<App>,
    _: Keeper,
    Part(id): Part,
    Params(Begin { frame }): Params<Begin>,
) -> Result<Response, Refusal> {
    let (file, len, pieces) = app.office.bundle(&id, frame)?;
    let disposition = format!("attachment; filename=\"{file}\"");
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CONTENT_LENGTH, len.to_string()),
    ];
    Ok((headers, Body::from_stream(ReceiverStream::new(pieces))).into_response())
}

/// Takes a bundle: what is whole in it passes the gates that it passes when a neighbour brings it.
///
/// Taken twice, it changes nothing. With `look`, nothing is taken, and all of it is read and checked.
#[utoipa::path(
    post,
    path = "/bundle/import",
    operation_id = "take_bundle",
    params(("look" = Option<bool>, Query, description = "Read it, and take nothing")),
    request_body(content = String, content_type = "application/octet-stream", description = "The file, however long it is"),
    responses(
        (status = 200, description = "What came of it; also where a part of it is missing", body = BundleReport),
        (status = 403, description = "`not_keeper`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`bundle_unreadable`, `bundle_not_for_us`, `bundle_key_gone`, `bundle_forged`, `document_foreign`",
            body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn import(
    State(app): State<App>,
    Keeper(by): Keeper,
    Params(How { look }): Params<How>,
    request: Request,
) -> Result<Json<BundleReport>, Refusal> {
    expect_type(request.headers(), "application/octet-stream")?;
    let taker = app.office.take_bundle(look);
    let patience = app.patience.request;
    let (told, mut heard) = tokio::sync::oneshot::channel();
    let taking = async move {
        match take(taker, request, patience).await {
            Ok(report) => Ok(report),
            Err(Stopped::Refused(refused)) => Err(refused),
            // Whoever sent it broke off; what is whole was taken.
            Err(Stopped::Broke(code)) => {
                let _ = told.send(code);
                Err(Refused::Busy)
            }
        }
    };
    let taken = if look {
        taking.await.map_err(Refusal::from)
    } else {
        let about = |report: &BundleReport| report.from.into_iter().map(About::Office).collect();
        record(&app, Deed::new(by, "bundle.import"), taking, about).await
    };
    taken.map(Json).map_err(|refusal| heard.try_recv().map_or(refusal, Refusal::from))
}

/// Why a file was not taken to its end.
enum Stopped {
    Refused(Refused),
    Broke(Code),
}

async fn take(mut taker: Taker, request: Request, patience: std::time::Duration) -> Result<BundleReport, Stopped> {
    let mut pieces = request.into_body().into_data_stream();
    loop {
        let piece = match timeout(patience, pieces.next()).await {
            Err(_) => return Err(Stopped::Broke(Code::TooSlow)),
            Ok(Some(Err(_))) => return Err(Stopped::Broke(Code::BadRequest)),
            Ok(None) => break,
            Ok(Some(Ok(piece))) => piece,
        };
        if let Err(refused) = taker.push(&piece).await {
            let mut drained = 0;
            while let Ok(Some(Ok(piece))) = timeout(patience, pieces.next()).await {
                drained += piece.len();
                if drained > MAX_DRAINED {
                    break;
                }
            }
            return Err(Stopped::Refused(refused));
        }
    }
    taker.finish().await.map_err(Stopped::Refused)
}
