//! Logs on standard error, as text or JSON.
//!
//! Every line that a program may wait for carries a stable `event`, such as `node_started`; words
//! around it may change. Secrets are types without `Debug`, so no line can hold one.

use std::io::IsTerminal;

use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

use crate::config::{Log, LogFormat};

/// Starts logging for this process; a second call changes nothing.
pub fn start(log: &Log) {
    let lines = fmt::layer().with_writer(std::io::stderr);
    let lines = match log.format {
        LogFormat::Text => lines.with_ansi(std::io::stderr().is_terminal()).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(false).with_span_list(false).boxed(),
    };
    let filter: Targets = log.filter.parse().unwrap_or_default();
    // The first call wins: a node inside another program keeps that program's logs.
    let _ = tracing_subscriber::registry().with(lines.with_filter(filter)).try_init();
}
