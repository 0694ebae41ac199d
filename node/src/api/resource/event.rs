//! What happens, as it happens: server-sent events with the number to resume after.

use std::convert::Infallible;
use std::pin::pin;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event as Frame, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::Stream;
use serde::Deserialize;
use tokio_util::sync::CancellationToken;

use crate::api::auth::Member;
use crate::api::body::Params;
use crate::api::code::Code;
use crate::api::problem::{ProblemBody, Refusal};
use crate::api::state::App;
use crate::api::streams;
use crate::api::token::Ticket;
use crate::office::view::Event;
use crate::office::{EventStream, Missed};

/// How much of the past is wanted.
#[derive(Debug, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    whole: bool,
}

/// Streams events.
///
/// Each has the number to resume after as its `id`, and the stream begins with one; `Last-Event-ID` brings
/// exactly the missed messages, or one `reset` when there were too many and `whole` does not ask for all. A comment comes every 20 seconds when nothing else does.
#[utoipa::path(
    get,
    path = "/events",
    params(
        ("Last-Event-ID" = Option<u64>, Header, description = "The `id` of the last event that was seen"),
        ("whole" = Option<bool>, Query, description = "Every missed message, however many, instead of a `reset`"),
    ),
    responses(
        (status = 200, description = "`message.new`, `message.state`, `chat.update`, `peer`, `org.version`, `reset`",
            body = Event, content_type = "text/event-stream"),
        (status = 401, description = "`not_logged_in`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`too_many_streams`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn events(
    State(app): State<App>,
    Member(ticket): Member,
    Params(wanted): Params<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let missed = if wanted.whole { Missed::Whole } else { Missed::Anew };
    let after = last_event_id(&headers)?;
    let place = app.streams.open(ticket.hash).ok_or(Code::TooManyStreams)?;
    let events = app.office.events(ticket.session, after, missed)?;
    let pings = KeepAlive::new().interval(app.patience.ping).text("ping");
    let open = Open { events, stop: app.stop.clone(), ticket, app, _place: place };
    Ok(Sse::new(frames(open)).keep_alive(pings).into_response())
}

/// An open stream with all that ends it.
struct Open {
    events: EventStream,
    app: App,
    ticket: Ticket,
    stop: CancellationToken,
    _place: streams::Stream,
}

impl Open {
    /// The next event; `None` when the session or the node has ended.
    async fn next(&mut self) -> Option<(u64, Event)> {
        loop {
            tokio::select! {
                biased;
                () = self.stop.cancelled() => return None,
                () = self.ticket.ended.cancelled() => return None,
                next = self.events.next() => return next,
                () = tokio::time::sleep(self.app.patience.ping) => {}
            }
            // Nothing happened for a while; a session that has ended by itself hears nothing more.
            self.app.office.who(self.ticket.session).ok()?;
        }
    }
}

fn frames(open: Open) -> impl Stream<Item = Result<Frame, Infallible>> {
    // Something to send at once: the browser learns that the stream stands, and where it would have to resume
    // should it break before anything has happened.
    let hello = Frame::default().comment("okrug").retry(std::time::Duration::from_secs(2)).id(open.events.began().to_string());
    futures::stream::unfold((Some(hello), open), |(hello, mut open)| async move {
        if let Some(hello) = hello {
            return Some((Ok(hello), (None, open)));
        }
        let (number, event) = pin!(open.next()).await?;
        let frame = Frame::default().id(number.to_string()).event(event.name());
        let frame = frame.json_data(&event).expect("what is shown has only texts and numbers, and its JSON no line breaks");
        Some((Ok(frame), (None, open)))
    })
}

fn last_event_id(headers: &HeaderMap) -> Result<Option<u64>, Refusal> {
    let Some(value) = headers.get("last-event-id") else { return Ok(None) };
    let number = value.to_str().ok().filter(|text| text.bytes().all(|b| b.is_ascii_digit())).and_then(|text| text.parse().ok());
    number.map(Some).ok_or_else(|| Refusal::from(Code::BadRequest).more("Last-Event-ID"))
}
