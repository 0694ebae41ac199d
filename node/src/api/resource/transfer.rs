//! A person's move as a file, where no path leads to the new office.

use axum::Json;
use axum::extract::State;
use okrug_protocol::act::About;
use okrug_protocol::ids::PersonId;

use crate::api::acts::record;
use crate::api::auth::Admin;
use crate::api::body::{Bytes, File, Part};
use crate::api::code::Code;
use crate::api::problem::{ProblemBody, Refusal};
use crate::api::state::App;
use crate::office::view::Arrival;
use crate::office::{Deed, Refused};

/// Makes the file with which somebody who was let go comes to their new office.
///
/// It is sealed to that office, and can be made again until the person has been taken in.
#[utoipa::path(
    post,
    path = "/admin/person/{person}/transfer",
    operation_id = "transfer",
    params(("person" = String, Path, description = "The person's number")),
    responses(
        (status = 200, description = "The file", body = String, content_type = "application/octet-stream"),
        (status = 403, description = "`not_admin`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`no_such_person`, `no_such_office`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`not_released`, `not_arrived`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn transfer(State(app): State<App>, Admin(by): Admin, Part(person): Part) -> Result<Bytes, Refusal> {
    let person: PersonId = person.parse().map_err(|_| Code::NoSuchPerson)?;
    let office = app.office.clone();
    let making = async move { tokio::task::spawn_blocking(move || office.transfer(person)).await.map_err(|_| Refused::Stopping)? };
    let deed = Deed::new(by, "person.transfer").about(About::Person(person));
    Ok(Bytes(record(&app, deed, making, |_| Vec::new()).await?))
}

/// Takes the file of somebody who was let go to this office; they are taken in by `receive` then.
#[utoipa::path(
    post,
    path = "/admin/arrival",
    operation_id = "take_transfer",
    request_body(content = String, content_type = "application/octet-stream", description = "The file, 4 MiB at most"),
    responses(
        (status = 200, description = "Taken; the person is on the way", body = Arrival),
        (status = 403, description = "`not_admin`, `may_not_enrol`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`transfer_elsewhere`, `transfer_used`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`transfer_refused`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn take(State(app): State<App>, Admin(by): Admin, File(bytes): File) -> Result<Json<Arrival>, Refusal> {
    let office = app.office.clone();
    let taking = async move { office.take_transfer(&bytes).await };
    let about = |arrival: &Arrival| vec![About::Person(arrival.id), About::Office(arrival.from)];
    Ok(Json(record(&app, Deed::new(by, "person.arrive"), taking, about).await?))
}
