//! The certificate of the office's page, for the administrator of this machine.

use axum::Json;
use axum::extract::State;
use okrug_protocol::act::Outcome;

use crate::api::auth::Admin;
use crate::api::body::File;
use crate::api::code::Code;
use crate::api::problem::{ProblemBody, Refusal};
use crate::api::state::App;
use crate::clock;
use crate::office::Deed;
use crate::office::view::PageCertificate;

/// Says by which certificate the page is shown, and gives the request for another.
#[utoipa::path(
    get,
    path = "/admin/tls",
    responses(
        (status = 200, description = "How it stands", body = PageCertificate),
        (status = 403, description = "`not_admin`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn certificate(State(app): State<App>, _: Admin) -> Json<PageCertificate> {
    Json(app.shown.view())
}

/// Takes the certificate that the authority issued for this office, and shows the page under it at once.
///
/// It is tried out as a browser does; what a browser would refuse is not taken, and the one before stays.
#[utoipa::path(
    post,
    path = "/admin/tls",
    request_body(content = String, content_type = "application/octet-stream", description = "The file that `okrug tls issue` wrote"),
    responses(
        (status = 200, description = "Taken", body = PageCertificate),
        (status = 403, description = "`not_admin`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`certificate_refused`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn take(State(app): State<App>, Admin(by): Admin, File(bytes): File) -> Result<Json<PageCertificate>, Refusal> {
    let begun = app.office.begin_act(Deed::new(by, "tls.take")).await?;
    let text = String::from_utf8_lossy(&bytes);
    match app.shown.take(&text, clock::now()) {
        Ok(()) => {
            begun.end(Outcome::Done, Vec::new()).await;
            Ok(Json(app.shown.view()))
        }
        Err(error) => {
            begun.end(Outcome::Refused(Code::CertificateRefused.word().to_owned()), Vec::new()).await;
            Err(Refusal::from(Code::CertificateRefused).told(error.said()))
        }
    }
}
