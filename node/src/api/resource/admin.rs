//! What the administrator of this machine does; the token is in `api.json`.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use okrug_protocol::act::About;
use okrug_protocol::document::DocumentKind;
use okrug_protocol::ids::Version;

use crate::api::acts::record;
use crate::api::auth::Admin;
use crate::api::body::{self, File};
use crate::api::code::Code;
use crate::api::problem::{ProblemBody, Refusal};
use crate::api::state::App;
use crate::office::Deed;
use crate::office::view::{Accepted, Link, NewPerson, NodeStatus, Peer, People, PersonView, PingReport, PingWish};

/// The part of a request's time that an office may take to answer.
const LONGEST_WAIT: f32 = 0.8;

/// Enrols a person of this office.
#[utoipa::path(
    post,
    path = "/admin/person",
    request_body = NewPerson,
    responses(
        (status = 201, description = "Enrolled", body = PersonView),
        (status = 403, description = "`not_admin`, `may_not_enrol`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`no_such_unit`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`login_taken`, `no_number_left`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`bad_login`, `bad_name`, `weak_password`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn add_person(
    State(app): State<App>,
    Admin(by): Admin,
    body::Json(new): body::Json<NewPerson>,
) -> Result<Response, Refusal> {
    let deed = Deed::new(by, "person.add").about(About::Login(new.login.clone())).about(About::Unit(new.unit)).note(&new.name);
    let office = app.office.clone();
    let adding = async move { office.add_person(new).await };
    let person = record(&app, deed, adding, |person: &PersonView| vec![About::Person(person.id)]).await?;
    Ok((StatusCode::CREATED, Json(person)).into_response())
}

/// Lists the people of this office.
#[utoipa::path(
    get,
    path = "/admin/person",
    responses(
        (status = 200, description = "The people", body = People),
        (status = 403, description = "`not_admin`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn people(State(app): State<App>, _: Admin) -> Result<Json<People>, Refusal> {
    Ok(Json(People { people: app.office.people_views()? }))
}

/// Takes a district file: whatever in it is newer, and none of it older.
#[utoipa::path(
    post,
    path = "/admin/district",
    request_body(content = String, content_type = "application/octet-stream", description = "The file, 4 MiB at most"),
    responses(
        (status = 200, description = "Taken; nothing changed when all of it was known", body = Accepted),
        (status = 403, description = "`not_admin`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`document_older`, `document_conflict`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`document_foreign`, `document_threshold`, `document_malformed`", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub(crate) async fn district(State(app): State<App>, Admin(by): Admin, File(bytes): File) -> Result<Json<Accepted>, Refusal> {
    let office = app.office.clone();
    let taking = async move { office.district_file(&bytes) };
    let about = |taken: &Accepted| {
        let held = &taken.documents;
        let kinds = [
            (DocumentKind::Charter, held.charter),
            (DocumentKind::Chart, held.chart),
            (DocumentKind::Revocations, held.revocations),
            (DocumentKind::Bootstrap, held.bootstrap),
        ];
        kinds.into_iter().filter(|(_, version)| *version > 0).map(|(kind, version)| About::Document(kind, Version(version))).collect()
    };
    Ok(Json(record(&app, Deed::new(by, "district.take"), taking, about).await?))
}

/// Asks an office over its link whether it is there.
///
/// The answer comes when the office's does, or after `wait_ms`; without a link it comes at once.
#[utoipa::path(
    post,
    path = "/admin/ping",
    request_body = PingWish,
    responses(
        (status = 200, description = "Whether it answered, and what else is known of it", body = PingReport),
        (status = 403, description = "`not_admin`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`no_such_office`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn ping(State(app): State<App>, _: Admin, body::Json(wish): body::Json<PingWish>) -> Result<Json<PingReport>, Refusal> {
    let is_it = |peer: &Peer| peer.office == wish.office;
    if !app.office.status().peers.iter().any(is_it) {
        return Err(Code::NoSuchOffice.into());
    }
    let wait = Duration::from_millis(wish.wait_ms).min(app.patience.request.mul_f32(LONGEST_WAIT));
    let trip = (app.ping)(wish.office, wait).await;
    // What is known by now; an office that was struck off meanwhile is none.
    let NodeStatus { peers, .. } = app.office.status();
    let carriers =
        peers.iter().filter(|peer| peer.carrier && peer.link == Link::Up && !is_it(peer)).map(|peer| peer.slug.clone()).collect();
    let peer = peers.into_iter().find(is_it).ok_or(Code::NoSuchOffice)?;
    Ok(Json(PingReport { peer, rtt_us: trip.map(|trip| u64::try_from(trip.as_micros()).unwrap_or(u64::MAX)), carriers }))
}
