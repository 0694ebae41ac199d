//! What happens, as it happens: server-sent events with the number to resume after.

use std::convert::Infallible;
use std::pin::Pin;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use futures::Stream;
use serde::Deserialize;
use tokio::time::{Instant, Sleep, sleep};

use crate::api::auth::Member;
use crate::api::body::Params;
use crate::api::code::Code;
use crate::api::problem::{ProblemBody, Refusal};
use crate::api::state::App;
use crate::api::streams;
use crate::api::token::Ticket;
use crate::office::view::Event;
use crate::office::{EventStream, Missed, News};

/// Events that come close together leave together, up to so many bytes.
const MAX_TOGETHER_BYTES: usize = 16 << 10;

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
    let open = Open { events, ticket, idle: Box::pin(sleep(app.patience.ping)), last: Instant::now(), app, _place: place };
    let head = [(header::CONTENT_TYPE, "text/event-stream"), (header::CACHE_CONTROL, "no-cache")];
    Ok((head, Body::from_stream(frames(open))).into_response())
}

/// An open stream with all that ends it.
struct Open {
    events: EventStream,
    app: App,
    ticket: Ticket,
    /// Fires when nothing has happened for a while, or when it is to be looked whether nothing has.
    idle: Pin<Box<Sleep>>,
    /// When something was last sent.
    last: Instant,
    _place: streams::Stream,
}

impl Open {
    /// What to send next; `None` when the session or the node has ended.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            tokio::select! {
                biased;
                () = self.app.stop.cancelled() => return None,
                () = self.ticket.ended.cancelled() => return None,
                news = self.events.news() => return self.write(news?),
                () = &mut self.idle => {}
            }
            // The timer is not set anew for each event, of which there are thousands a second.
            let due = self.last + self.app.patience.ping;
            if Instant::now() < due {
                self.idle.as_mut().reset(due);
                continue;
            }
            // Nothing happened for a while; a session that has ended by itself hears nothing more.
            self.app.office.who(self.ticket.session).ok()?;
            self.sent();
            self.idle.as_mut().reset(self.last + self.app.patience.ping);
            return Some(Bytes::from_static(b": ping\n\n"));
        }
    }

    /// An event, and those that are there by now: a stream that falls behind catches up with fewer writes.
    fn write(&mut self, news: News) -> Option<Bytes> {
        self.sent();
        let mut out = BytesMut::new();
        let mut next = Some(news);
        while let Some(news) = next.take() {
            if let Some(at) = news.at {
                self.app.metrics.told(at.elapsed());
            }
            frame(&news, &mut out);
            next = (out.len() < MAX_TOGETHER_BYTES).then(|| self.events.at_hand()).flatten();
        }
        Some(out.freeze())
    }

    fn sent(&mut self) {
        self.last = Instant::now();
    }
}

/// An event on the wire: the number is the stream's own, the rest is written once for everybody who is told alike.
fn frame(news: &News, out: &mut BytesMut) {
    let text = news.text(|event| {
        let data = serde_json::to_string(event).expect("what is shown has only texts and numbers");
        // JSON has no line breaks of its own: one line of data is all.
        format!("event: {}\ndata: {data}\n\n", event.name()).into()
    });
    let number = format!("id: {}\n", news.number);
    out.reserve(number.len() + text.len());
    out.extend_from_slice(number.as_bytes());
    out.extend_from_slice(&text);
}

fn frames(open: Open) -> impl Stream<Item = Result<Bytes, Infallible>> {
    // Something to send at once: the browser learns that the stream stands, and where it would have to resume
    // should it break before anything has happened. The place comes first: a comment is read with the place before it.
    let hello = format!("id: {}\nretry: 2000\n: okrug\n\n", open.events.began()).into();
    futures::stream::unfold((Some(hello), open), |(hello, mut open)| async move {
        match hello {
            Some(hello) => Some((Ok(hello), (None, open))),
            None => open.next().await.map(|bytes| (Ok(bytes), (None, open))),
        }
    })
}

fn last_event_id(headers: &HeaderMap) -> Result<Option<u64>, Refusal> {
    let Some(value) = headers.get("last-event-id") else { return Ok(None) };
    let number = value.to_str().ok().filter(|text| text.bytes().all(|b| b.is_ascii_digit())).and_then(|text| text.parse().ok());
    number.map(Some).ok_or_else(|| Refusal::from(Code::BadRequest).more("Last-Event-ID"))
}
