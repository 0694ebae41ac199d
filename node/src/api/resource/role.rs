//! Roles, who has their duty, and who stands in for whom.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use okrug_protocol::act::About;
use okrug_protocol::ids::{PersonId, RoleId};

use crate::api::acts::record;
use crate::api::auth::{Admin, Either, Member};
use crate::api::body::{self, Part, TwoParts};
use crate::api::code::Code;
use crate::api::problem::{ProblemBody, Refusal};
use crate::api::state::App;
use crate::office::Deed;
use crate::office::view::{Deputy, NewDeputy, NewHolder, NewRole, Role, Roles};

/// Lists the roles of the district, and what this office has closed of its own.
#[utoipa::path(
    get,
    path = "/role",
    responses(
        (status = 200, description = "The roles", body = Roles),
        (status = 401, description = "`not_logged_in`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn roles(State(app): State<App>, who: Either) -> Result<Json<Roles>, Refusal> {
    present(&app, &who)?;
    Ok(Json(Roles { roles: app.office.roles() }))
}

/// Shows one role.
#[utoipa::path(
    get,
    path = "/role/{role}",
    params(("role" = String, Path, description = "`r10001`", example = "r10001")),
    responses(
        (status = 200, description = "The role", body = Role),
        (status = 401, description = "`not_logged_in`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`no_such_role`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn role(State(app): State<App>, who: Either, Part(role): Part) -> Result<Json<Role>, Refusal> {
    present(&app, &who)?;
    Ok(Json(app.office.role(role_id(&role)?)?))
}

/// Founds a role of this office; it has no holder yet, and keeps what is written to it.
#[utoipa::path(
    post,
    path = "/admin/role",
    request_body = NewRole,
    responses(
        (status = 201, description = "Founded", body = Role),
        (status = 403, description = "`not_admin`, `may_not_enrol`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`no_such_unit`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`no_number_left`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`bad_title`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn add_role(State(app): State<App>, Admin(by): Admin, body::Json(new): body::Json<NewRole>) -> Result<Response, Refusal> {
    let deed = Deed::new(by, "role.add").about(About::Unit(new.unit)).note(&new.title);
    let office = app.office.clone();
    let role = record(&app, deed, async move { office.add_role(new).await }, |_| Vec::new()).await?;
    Ok((StatusCode::CREATED, Json(role)).into_response())
}

/// Closes a role: nobody writes to it any more; its number and its mail stay.
#[utoipa::path(
    delete,
    path = "/admin/role/{role}",
    params(("role" = String, Path, description = "`r10001`", example = "r10001")),
    responses(
        (status = 204, description = "Closed"),
        (status = 403, description = "`not_admin`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`no_such_role`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn close_role(State(app): State<App>, Admin(by): Admin, Part(role): Part) -> Result<StatusCode, Refusal> {
    let id = role_id(&role)?;
    let deed = Deed::new(by, "role.remove").note(&role);
    let office = app.office.clone();
    record(&app, deed, async move { office.close_role(id).await }, |_| Vec::new()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives a person of this office the duty of a role; what was said of their terms that overlap is replaced.
#[utoipa::path(
    post,
    path = "/admin/role/{role}/holder",
    params(("role" = String, Path, description = "`r10001`", example = "r10001")),
    request_body = NewHolder,
    responses(
        (status = 200, description = "Assigned", body = Role),
        (status = 403, description = "`not_admin`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`no_such_role`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`not_our_person`, `too_many_holders`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`bad_term`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn assign_role(
    State(app): State<App>,
    Admin(by): Admin,
    Part(role): Part,
    body::Json(new): body::Json<NewHolder>,
) -> Result<Json<Role>, Refusal> {
    let id = role_id(&role)?;
    let deed = Deed::new(by, "role.assign").about(About::Person(new.person)).note(&role);
    let office = app.office.clone();
    Ok(Json(record(&app, deed, async move { office.assign_role(id, new).await }, |_| Vec::new()).await?))
}

/// Takes the duty of a role from a person, now and for all days that were planned.
#[utoipa::path(
    delete,
    path = "/admin/role/{role}/holder/{person}",
    params(("role" = String, Path, description = "`r10001`", example = "r10001"), ("person" = String, Path, description = "`p10001`", example = "p10001")),
    responses(
        (status = 204, description = "Taken"),
        (status = 403, description = "`not_admin`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`no_such_role`, `no_such_person`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn dismiss_from_role(
    State(app): State<App>,
    Admin(by): Admin,
    TwoParts(role, person): TwoParts,
) -> Result<StatusCode, Refusal> {
    let (id, person) = (role_id(&role)?, person_id(&person)?);
    let deed = Deed::new(by, "role.dismiss").about(About::Person(person)).note(&role);
    let office = app.office.clone();
    record(&app, deed, async move { office.dismiss_from_role(id, person).await }, |_| Vec::new()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Names who stands in for a person of this office.
#[utoipa::path(
    post,
    path = "/admin/person/{person}/deputy",
    params(("person" = String, Path, description = "`p10001`", example = "p10001")),
    request_body = NewDeputy,
    responses(
        (status = 200, description = "Named; null when the time is over already", body = Deputy),
        (status = 403, description = "`not_admin`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`no_such_person`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`not_our_person`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`bad_term`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn name_deputy(
    State(app): State<App>,
    Admin(by): Admin,
    Part(person): Part,
    body::Json(new): body::Json<NewDeputy>,
) -> Result<Json<Option<Deputy>>, Refusal> {
    let person = person_id(&person)?;
    let deed = Deed::new(by, "person.deputy").about(About::Person(person)).about(About::Person(new.by));
    let office = app.office.clone();
    Ok(Json(record(&app, deed, async move { office.name_deputy(person, Some(new)).await }, |_| Vec::new()).await?))
}

/// Says that nobody stands in for a person of this office any more.
#[utoipa::path(
    delete,
    path = "/admin/person/{person}/deputy",
    params(("person" = String, Path, description = "`p10001`", example = "p10001")),
    responses(
        (status = 204, description = "Nobody stands in any more"),
        (status = 403, description = "`not_admin`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`no_deputy`, `no_such_person`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`not_our_person`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn end_deputy(State(app): State<App>, Admin(by): Admin, Part(person): Part) -> Result<StatusCode, Refusal> {
    let person = person_id(&person)?;
    let deed = Deed::new(by, "person.deputy.end").about(About::Person(person));
    let office = app.office.clone();
    record(&app, deed, async move { office.name_deputy(person, None).await }, |_| Vec::new()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Names who stands in for whoever asks.
#[utoipa::path(
    post,
    path = "/deputy",
    request_body = NewDeputy,
    responses(
        (status = 200, description = "Named; null when the time is over already", body = Deputy),
        (status = 401, description = "`not_logged_in`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "`may_not_enrol`, `office_suspended`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`no_such_person`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`bad_term`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn name_own_deputy(
    State(app): State<App>,
    Member(ticket): Member,
    body::Json(new): body::Json<NewDeputy>,
) -> Result<Json<Option<Deputy>>, Refusal> {
    Ok(Json(app.office.name_own_deputy(ticket.session, Some(new)).await?))
}

/// Says that nobody stands in for whoever asks any more.
#[utoipa::path(
    delete,
    path = "/deputy",
    responses(
        (status = 204, description = "Nobody stands in any more"),
        (status = 401, description = "`not_logged_in`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "`may_not_enrol`, `office_suspended`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`no_deputy`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn end_own_deputy(State(app): State<App>, Member(ticket): Member) -> Result<StatusCode, Refusal> {
    app.office.name_own_deputy(ticket.session, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn present(app: &App, who: &Either) -> Result<(), Refusal> {
    if let Either::Member(ticket) = who {
        app.office.who(ticket.session)?;
    }
    Ok(())
}

fn role_id(text: &str) -> Result<RoleId, Refusal> {
    text.parse().map_err(|_| Code::NoSuchRole.into())
}

fn person_id(text: &str) -> Result<PersonId, Refusal> {
    text.parse().map_err(|_| Code::NoSuchPerson.into())
}
