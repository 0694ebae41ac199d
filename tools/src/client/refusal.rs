//! What a node refuses, as a problem: the exit code is that of the node's own table of codes.

use okrug_node::api::{Code, ProblemBody};

use crate::problem::{Exit, Problem};
use crate::time;
use crate::words::{Lang, Said, said};

/// The problem of an answer that is a refusal.
pub(super) fn problem(url: &str, status: u16, body: &[u8]) -> Problem {
    let Ok(ProblemBody { code, title, detail, hint, .. }) = serde_json::from_slice::<ProblemBody>(body) else {
        return foreign(url, status);
    };
    let known = Code::of(&code);
    let text = if detail.is_empty() { title } else { detail };
    let problem = Problem::new(
        known.map_or("node_refused", Code::word),
        known.map_or_else(|| exit(status), |code| code.row().exit),
        Said::same(text),
    );
    match hint {
        Some(hint) => problem.hint(Said::same(hint)),
        None => problem,
    }
}

/// What the header `Retry-After` says, for who does not see headers.
pub(super) fn later(seconds: u64) -> Said {
    let [ru, en] = [Lang::Ru, Lang::En].map(|lang| time::span(seconds.saturating_mul(1_000), lang));
    said!("повторите через {ru}", "try again in {en}")
}

/// What answers is no node of ours, or something stands between.
pub(super) fn foreign(url: &str, status: u16) -> Problem {
    Problem::new(
        "not_a_node",
        Exit::NotRunning,
        said!("{url}: отвечает не узел Округа (HTTP {status})", "{url}: what answers is no node of Okrug (HTTP {status})"),
    )
    .hint(said!("проверьте адрес: --node", "check the address: --node"))
}

/// The exit code of a refusal whose code is of a newer version.
fn exit(status: u16) -> Exit {
    match status {
        401 => Exit::NotPermitted,
        403 => Exit::Refused,
        404 => Exit::NotFound,
        409 => Exit::Changed,
        408 | 429 | 503 => Exit::Busy,
        507 => Exit::NoSpace,
        400..=499 => Exit::Usage,
        _ => Exit::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(status: u16, code: &str) -> (&'static str, u8) {
        let body = format!(r#"{{"title":"t","status":{status},"code":"{code}","detail":"what happened","hint":null}}"#);
        let problem = problem("http://127.0.0.1:1", status, body.as_bytes());
        (problem.code, problem.exit.code())
    }

    #[test]
    fn a_refusal_ends_as_the_table_of_exit_codes_says() {
        let all = [
            (404, "no_such_chat", 4),
            (404, "no_such_person", 4),
            (404, "no_such_unit", 4),
            (403, "may_not_post", 5),
            (403, "may_not_enrol", 5),
            (409, "login_taken", 6),
            (503, "stopping", 10),
            (429, "throttled", 11),
            (401, "wrong_login", 12),
            (401, "not_logged_in", 12),
            (403, "not_admin", 12),
            (507, "no_space", 16),
        ];
        for (status, code, exit) in all {
            assert_eq!(of(status, code), (code, exit));
        }
    }

    #[test]
    fn how_long_to_wait_is_said_in_words() {
        assert_eq!((later(4).text(Lang::Ru), later(900).text(Lang::En)), ("повторите через 4 с", "try again in 15 min"));
    }

    #[test]
    fn a_code_of_a_newer_version_is_judged_by_its_status_and_a_stranger_is_no_node() {
        assert_eq!(of(404, "no_such_thing"), ("node_refused", 4));
        assert_eq!(of(418, "teapot"), ("node_refused", 2));
        let stranger = problem("http://127.0.0.1:1", 404, b"<html>");
        assert_eq!((stranger.code, stranger.exit), ("not_a_node", Exit::NotRunning));
    }
}
