//! Who comes, who changes place, who leaves: for the administrator of this machine.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use okrug_protocol::act::{About, By};
use okrug_protocol::ids::PersonId;

use crate::api::acts::record;
use crate::api::auth::Admin;
use crate::api::body::{self, Part};
use crate::api::code::Code;
use crate::api::problem::{ProblemBody, Refusal};
use crate::api::state::App;
use crate::office::Deed;
use crate::office::view::{
    Arrivals, Dismissal, Ended, Invitations, Invite, Invited, Move, PersonChange, PersonView, Receive, Released, Reset, Sessions,
};

/// Invites somebody: promises a number and makes a code, which is shown this once.
#[utoipa::path(
    post,
    path = "/admin/invitation",
    request_body = Invite,
    responses(
        (status = 201, description = "Invited", body = Invited),
        (status = 403, description = "`not_admin`, `may_not_enrol`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`no_such_unit`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`no_number_left`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`bad_name`, `bad_time`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn invite(State(app): State<App>, Admin(by): Admin, body::Json(wish): body::Json<Invite>) -> Result<Response, Refusal> {
    let deed = Deed::new(by, "person.invite").about(About::Unit(wish.unit)).note(&wish.name);
    let office = app.office.clone();
    let inviting = async move { office.invite(wish).await };
    let invited = record(&app, deed, inviting, |invited: &Invited| vec![About::Person(invited.invitation.id)]).await?;
    Ok((StatusCode::CREATED, Json(invited)).into_response())
}

/// Lists the open invitations, without their codes.
#[utoipa::path(
    get,
    path = "/admin/invitation",
    responses(
        (status = 200, description = "Those whose time is not over", body = Invitations),
        (status = 403, description = "`not_admin`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn invitations(State(app): State<App>, _: Admin) -> Result<Json<Invitations>, Refusal> {
    Ok(Json(Invitations { invitations: app.office.invitations()? }))
}

/// Takes an invitation back. Where it was to give new keys, the old password opens again.
#[utoipa::path(
    delete,
    path = "/admin/invitation/{person}",
    params(("person" = String, Path, description = "The number that was promised", example = "p10001")),
    responses(
        (status = 204, description = "Taken back"),
        (status = 403, description = "`not_admin`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`no_such_person`: none is open for this number", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn withdraw(State(app): State<App>, Admin(by): Admin, Part(person): Part) -> Result<StatusCode, Refusal> {
    let person = person_id(&person)?;
    let office = app.office.clone();
    let withdrawing = async move { office.withdraw(person).await };
    record(&app, about(by, "invitation.remove", person), withdrawing, |()| Vec::new()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Locks a person's account and makes a code by which they come to new keys.
///
/// Their sessions end. Direct messages that were sealed to the old key cannot be read any more; what departments wrote stays.
#[utoipa::path(
    post,
    path = "/admin/person/{person}/reset",
    params(("person" = String, Path, description = "The person's number", example = "p10001")),
    request_body = Reset,
    responses(
        (status = 201, description = "The code is shown this once", body = Invited),
        (status = 403, description = "`not_admin`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`no_such_person`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`not_ours`, `has_left`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`bad_time`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn reset(
    State(app): State<App>,
    Admin(by): Admin,
    Part(person): Part,
    body::Json(wish): body::Json<Reset>,
) -> Result<Response, Refusal> {
    let person = person_id(&person)?;
    let office = app.office.clone();
    let resetting = async move { office.reset(person, wish.ttl_s).await };
    let invited = record(&app, about(by, "person.reset", person), resetting, |_| Vec::new()).await?;
    Ok((StatusCode::CREATED, Json(invited)).into_response())
}

/// Gives a person another name, position or unit.
#[utoipa::path(
    patch,
    path = "/admin/person/{person}",
    params(("person" = String, Path, description = "The person's number", example = "p10001")),
    request_body = PersonChange,
    responses(
        (status = 200, description = "As they are now", body = PersonView),
        (status = 403, description = "`not_admin`, `may_not_enrol`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`no_such_person`, `no_such_unit`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`not_ours`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`bad_name`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn set(
    State(app): State<App>,
    Admin(by): Admin,
    Part(person): Part,
    body::Json(change): body::Json<PersonChange>,
) -> Result<Json<PersonView>, Refusal> {
    let person = person_id(&person)?;
    let words = [change.name.clone(), change.position.clone(), change.unit.map(|unit| unit.to_string())];
    let note: Vec<String> = words.into_iter().flatten().collect();
    let office = app.office.clone();
    let setting = async move { office.set_person(person, change).await };
    Ok(Json(record(&app, about(by, "person.set", person).note(&note.join("; ")), setting, |_| Vec::new()).await?))
}

/// Lets a person go: they cannot log in or write any more, and every office hears of it. With a time to come it is done then.
///
/// It is no revocation: that is the authority's.
#[utoipa::path(
    post,
    path = "/admin/person/{person}/dismiss",
    params(("person" = String, Path, description = "The person's number", example = "p10001")),
    request_body = Dismissal,
    responses(
        (status = 200, description = "As they are now", body = PersonView),
        (status = 403, description = "`not_admin`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`no_such_person`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`not_ours`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn dismiss(
    State(app): State<App>,
    Admin(by): Admin,
    Part(person): Part,
    body::Json(dismissal): body::Json<Dismissal>,
) -> Result<Json<PersonView>, Refusal> {
    let person = person_id(&person)?;
    let when = dismissal.at.map_or_else(String::new, |at| format!("{}: ", crate::rfc3339::Utc(at)));
    let deed = about(by, "person.dismiss", person).note(&format!("{when}{}", dismissal.reason));
    let office = app.office.clone();
    let dismissing = async move { office.dismiss(person, &dismissal).await };
    Ok(Json(record(&app, deed, dismissing, |_| Vec::new()).await?))
}

/// Takes a dismissal back.
#[utoipa::path(
    post,
    path = "/admin/person/{person}/restore",
    params(("person" = String, Path, description = "The person's number", example = "p10001")),
    responses(
        (status = 200, description = "As they are now", body = PersonView),
        (status = 403, description = "`not_admin`, `may_not_enrol`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`no_such_person`, `no_such_unit`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`not_ours`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn restore(State(app): State<App>, Admin(by): Admin, Part(person): Part) -> Result<Json<PersonView>, Refusal> {
    let person = person_id(&person)?;
    let office = app.office.clone();
    let restoring = async move { office.restore(person).await };
    Ok(Json(record(&app, about(by, "person.restore", person), restoring, |_| Vec::new()).await?))
}

/// Lists a person's sessions.
#[utoipa::path(
    get,
    path = "/admin/person/{person}/session",
    params(("person" = String, Path, description = "The person's number", example = "p10001")),
    responses(
        (status = 200, description = "The newest first", body = Sessions),
        (status = 403, description = "`not_admin`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`no_such_person`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn sessions(State(app): State<App>, _: Admin, Part(person): Part) -> Result<Json<Sessions>, Refusal> {
    Ok(Json(app.office.sessions_of(person_id(&person)?)?))
}

/// Ends all of a person's sessions at once, and their streams.
#[utoipa::path(
    delete,
    path = "/admin/person/{person}/session",
    params(("person" = String, Path, description = "The person's number", example = "p10001")),
    responses(
        (status = 200, description = "How many there were", body = Ended),
        (status = 403, description = "`not_admin`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`no_such_person`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn end_sessions(State(app): State<App>, Admin(by): Admin, Part(person): Part) -> Result<Json<Ended>, Refusal> {
    let person = person_id(&person)?;
    app.office.sessions_of(person)?;
    let office = app.office.clone();
    let ending = async move { Ok(office.end_sessions(person)) };
    let ended = record(&app, about(by, "session.end", person), ending, |_| Vec::new()).await?;
    Ok(Json(Ended { ended }))
}

/// Lets a person go to another office: their closed vault and their direct messages go after them, and their account here ends.
#[utoipa::path(
    post,
    path = "/admin/person/{person}/move",
    operation_id = "release",
    params(("person" = String, Path, description = "The person's number", example = "p10001")),
    request_body = Move,
    responses(
        (status = 200, description = "Let go", body = Released),
        (status = 403, description = "`not_admin`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`no_such_person`, `no_such_office`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`not_ours`, `has_left`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn release(
    State(app): State<App>,
    Admin(by): Admin,
    Part(person): Part,
    body::Json(wish): body::Json<Move>,
) -> Result<Json<Released>, Refusal> {
    let person = person_id(&person)?;
    let office = app.office.clone();
    let releasing = async move { office.release(person, wish.to).await };
    let deed = about(by, "person.move", person).about(About::Office(wish.to));
    Ok(Json(Released { letters: record(&app, deed, releasing, |_| Vec::new()).await? }))
}

/// Lists people whom other offices have let go to this one.
#[utoipa::path(
    get,
    path = "/admin/arrival",
    operation_id = "arrivals",
    responses(
        (status = 200, description = "Those who are not taken in yet", body = Arrivals),
        (status = 403, description = "`not_admin`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn arrivals(State(app): State<App>, _: Admin) -> Result<Json<Arrivals>, Refusal> {
    Ok(Json(Arrivals { arrivals: app.office.arrivals_of_people()? }))
}

/// Takes in a person whom their office has let go to this one: same number, same keys, old password.
#[utoipa::path(
    post,
    path = "/admin/person/{person}/receive",
    operation_id = "receive",
    params(("person" = String, Path, description = "The person's number", example = "p10001")),
    request_body = Receive,
    responses(
        (status = 201, description = "Taken in", body = PersonView),
        (status = 403, description = "`not_admin`, `may_not_enrol`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`no_such_person`, `no_such_unit`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`not_released`, `not_arrived`, `login_taken`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`bad_login`, `bad_name`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn receive(
    State(app): State<App>,
    Admin(by): Admin,
    Part(person): Part,
    body::Json(wish): body::Json<Receive>,
) -> Result<Response, Refusal> {
    let person = person_id(&person)?;
    let office = app.office.clone();
    let deed = about(by, "person.receive", person).about(About::Unit(wish.unit));
    let receiving = async move { office.receive(person, wish).await };
    let person = record(&app, deed, receiving, |_| Vec::new()).await?;
    Ok((StatusCode::CREATED, Json(person)).into_response())
}

fn about(by: By, what: &'static str, person: PersonId) -> Deed {
    Deed::new(by, what).about(About::Person(person))
}

fn person_id(text: &str) -> Result<PersonId, Refusal> {
    text.parse().map_err(|_| Code::NoSuchPerson.into())
}
