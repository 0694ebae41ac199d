//! What whoever looks after the node sees of it: pictures, the tables beside them, the documents.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use crate::api::auth::Either;
use crate::api::body::Params;
use crate::api::code::Code;
use crate::api::problem::{ProblemBody, Refusal};
use crate::api::state::App;
use crate::office::view::{Graph, Papers};
use crate::picture::{DEFAULT_WIDTH, Kind, Look, draw};
use crate::words::Lang;

/// The farthest that clocks are from UTC, in minutes.
const MAX_OFFSET_MIN: i32 = 14 * 60;

/// Which picture, and how it is drawn.
#[derive(Debug, Deserialize)]
pub(crate) struct Wish {
    kind: String,
    #[serde(default)]
    format: Option<String>,
    #[serde(default)]
    hours: Option<u64>,
    #[serde(default)]
    width: Option<u32>,
    #[serde(default)]
    offset: Option<i32>,
    #[serde(default)]
    lang: Option<String>,
    #[serde(default)]
    scheme: Option<String>,
}

/// The administrator, or a person with the right `it`.
fn admit(app: &App, who: &Either) -> Result<(), Refusal> {
    if let Either::Member(ticket) = who {
        app.office.keeper(ticket.session)?;
    }
    Ok(())
}

/// Shows the links and the delays of messages as a picture, or as the numbers that are in it.
#[utoipa::path(
    get,
    path = "/node/graph",
    params(
        ("kind" = String, Query, description = "`map`, `heat` or `flow`"),
        ("format" = Option<String>, Query, description = "`svg`, or `json` for the numbers: they are the same for each kind; by default `svg`"),
        ("hours" = Option<u64>, Query, description = "How far back, at most and by default 24"),
        ("width" = Option<u32>, Query, description = "Pixels, 280 to 2000, by default 960"),
        ("offset" = Option<i32>, Query, description = "The reader's clock, in minutes before UTC's"),
        ("lang" = Option<String>, Query, description = "`ru` or `en`; by default the node's"),
        ("scheme" = Option<String>, Query, description = "`light`, `dark` or `contrast`; by default `light`"),
    ),
    responses(
        (
            status = 200,
            description = "The picture, or its numbers",
            content((Graph = "application/json"), (String = "image/svg+xml"))
        ),
        (status = 400, description = "`bad_request`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "`not_logged_in`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "`not_keeper`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn graph(
    State(app): State<App>,
    who: Either,
    axum::Extension(fallback): axum::Extension<Lang>,
    Params(wish): Params<Wish>,
) -> Result<Response, Refusal> {
    admit(&app, &who)?;
    let wrong = |what: &str| Refusal::from(Code::BadRequest).more(what.to_owned());
    let kind: Kind = wish.kind.parse().map_err(|()| wrong("kind"))?;
    let scheme = wish.scheme.map_or(Ok(Default::default()), |word| word.parse()).map_err(|()| wrong("scheme"))?;
    let lang = wish.lang.map_or(Ok(fallback), |word| word.parse()).map_err(|_| wrong("lang"))?;
    let offset_min = wish.offset.unwrap_or(0).clamp(-MAX_OFFSET_MIN, MAX_OFFSET_MIN);
    let graph = app.office.graph(wish.hours.unwrap_or(24));
    match wish.format.as_deref() {
        None | Some("svg") => {
            let look = Look { width: wish.width.unwrap_or(DEFAULT_WIDTH), scheme, lang, offset_min };
            Ok(([(header::CONTENT_TYPE, "image/svg+xml")], draw(kind, &graph, &look)).into_response())
        }
        Some("json") => Ok(Json(graph).into_response()),
        Some(_) => Err(wrong("format")),
    }
}

/// Shows the signed documents that are in force here, and how old they are.
#[utoipa::path(
    get,
    path = "/node/document",
    responses(
        (status = 200, description = "The charter first", body = Papers),
        (status = 401, description = "`not_logged_in`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "`not_keeper`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn documents(State(app): State<App>, who: Either) -> Result<Json<Papers>, Refusal> {
    admit(&app, &who)?;
    Ok(Json(app.office.papers()))
}
