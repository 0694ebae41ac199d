//! Settings that must go together.

use super::fault::Fault;
use super::{Loaded, TlsMode};
use crate::said;
use crate::words::Said;

/// Every rule that the configuration breaks.
pub(crate) fn check(loaded: &Loaded) -> Vec<Fault> {
    let api = &loaded.config.api;
    let mut faults = Vec::new();
    let mut broken = |is_broken: bool, name: &str, message: Said| {
        if is_broken {
            faults.push(Fault::Rule { origin: loaded.origin(name), message });
        }
    };
    broken(
        api.tls_cert.is_some() != api.tls_key.is_some(),
        if api.tls_cert.is_some() { "api.tls_cert" } else { "api.tls_key" },
        said!("api.tls_cert и api.tls_key задают только вместе", "api.tls_cert and api.tls_key are set together or not at all"),
    );
    broken(
        !api.listen.ip().is_loopback() && api.tls == TlsMode::Off,
        "api.listen",
        said!(
            "без TLS страница открывается только на этой машине (127.0.0.1): по сети пароли шли бы открыто; уберите api.tls = \"off\"",
            "without TLS the page opens on this machine only (127.0.0.1): passwords would cross the network in clear; remove api.tls = \"off\"",
        ),
    );
    broken(
        loaded.config.mesh.listen.is_empty(),
        "mesh.listen",
        said!(
            "нужен хотя бы один адрес: узлу негде ждать другие отделения",
            "at least one address is needed: the node has nowhere to wait for other offices"
        ),
    );
    let store = &loaded.config.store;
    broken(
        store.min_free_foreign < store.min_free,
        "store.min_free_foreign",
        said!("не может быть меньше, чем store.min_free", "cannot be less than store.min_free"),
    );
    broken(
        loaded.config.metrics.listen == Some(api.listen) && api.listen.port() != 0,
        "metrics.listen",
        said!("тот же адрес, что у api.listen", "the same address as api.listen"),
    );
    faults
}
