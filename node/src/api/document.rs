//! What every route may answer besides its own, written into the OpenAPI document for each.
//!
//! A client of an undeclared answer has nothing to go by: what the layers around all routes refuse is declared with every
//! route, and schemathesis believes no answer that is not (`tests/schema`).

use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::{Content, OpenApi, Ref, RefOr, Response, ResponseBuilder};

use super::problem::PROBLEM_JSON;

/// A status, what the answer is called in the document, and the codes that come with it.
type Answer = (&'static str, &'static str, &'static str);

/// Any route.
const ALL: [Answer; 6] = [
    ("400", "BadRequest", "`bad_request`"),
    ("408", "TooSlow", "`too_slow`"),
    ("421", "BadHost", "`bad_host`"),
    ("431", "HeadTooLong", "`head_too_long`"),
    ("500", "Internal", "`internal`"),
    ("503", "Unavailable", "`busy`, `stopping`"),
];
/// Whatever is not for everybody's eyes.
const API: Answer = ("403", "Forged", "`forged`; of a write `no_write_header`");
/// Where only the node's administrator and who is logged in are heard, and each route says who of them.
const STAFF: Answer = ("401", "NotLoggedIn", "`not_logged_in`");
/// With a body.
const BODY: [Answer; 2] = [("413", "TooLarge", "`too_large`"), ("415", "MediaType", "`media_type`")];
/// With a part of the path that names something.
const PART: Answer = ("404", "NoSuchRoute", "`no_such_route`: no name of anything");

/// Declares with every route what all may answer; what a route says itself stays.
pub(super) fn complete(mut document: OpenApi) -> OpenApi {
    for (path, item) in &mut document.paths.paths {
        for operation in operations(item) {
            let mut answers = ALL.to_vec();
            answers.extend(path.starts_with("/api/").then_some(API));
            answers.extend(["/api/v1/admin", "/api/v1/audit"].iter().any(|staff| path.starts_with(staff)).then_some(STAFF));
            answers.extend(operation.request_body.iter().flat_map(|_| BODY));
            answers.extend(path.contains('{').then_some(PART));
            for (status, name, _) in answers {
                let declared = || RefOr::Ref(Ref::from_response_name(name));
                operation.responses.responses.entry(status.to_owned()).or_insert_with(declared);
            }
        }
    }
    let components = document.components.get_or_insert_default();
    for (_, name, codes) in ALL.into_iter().chain([API, STAFF, PART]).chain(BODY) {
        components.responses.insert(name.to_owned(), RefOr::T(refusal(codes)));
    }
    document
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch].into_iter().flatten()
}

fn refusal(codes: &str) -> Response {
    let content = Content::new(Some(Ref::from_schema_name("Problem")));
    ResponseBuilder::new().description(codes).content(PROBLEM_JSON, content).build()
}
