//! The right to look after the node, given and taken by the administrator of this machine.

use axum::Json;
use axum::extract::State;
use okrug_protocol::act::{About, By};
use okrug_protocol::ids::PersonId;

use crate::api::acts::record;
use crate::api::auth::Admin;
use crate::api::body::Part;
use crate::api::code::Code;
use crate::api::problem::{ProblemBody, Refusal};
use crate::api::state::App;
use crate::office::Deed;
use crate::office::view::PersonView;

async fn set(app: App, by: By, person: &str, keeper: bool) -> Result<Json<PersonView>, Refusal> {
    let person: PersonId = person.parse().map_err(|_| Code::NoSuchPerson)?;
    let deed = Deed::new(by, if keeper { "right.add" } else { "right.remove" }).about(About::Person(person)).note("it");
    let office = app.office.clone();
    let setting = async move { office.set_keeper(person, keeper).await };
    Ok(Json(record(&app, deed, setting, |_| Vec::new()).await?))
}

/// Gives a person the right to see the state of the node.
#[utoipa::path(
    put,
    path = "/admin/person/{person}/right/it",
    params(("person" = String, Path, description = "The person's number")),
    responses(
        (status = 200, description = "As they are now", body = PersonView),
        (status = 403, description = "`not_admin`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`no_such_person`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn add_right(State(app): State<App>, Admin(by): Admin, Part(person): Part) -> Result<Json<PersonView>, Refusal> {
    set(app, by, &person, true).await
}

/// Takes that right away.
#[utoipa::path(
    delete,
    path = "/admin/person/{person}/right/it",
    params(("person" = String, Path, description = "The person's number")),
    responses(
        (status = 200, description = "As they are now", body = PersonView),
        (status = 403, description = "`not_admin`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`no_such_person`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn remove_right(State(app): State<App>, Admin(by): Admin, Part(person): Part) -> Result<Json<PersonView>, Refusal> {
    set(app, by, &person, false).await
}
