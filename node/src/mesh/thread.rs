//! The mesh's own thread, and whom it lets go first.
//!
//! Calls from the network are answered here and nowhere else: handshakes, what is opened, gossip and who hears it. People's
//! requests are answered by other threads. However much is sent to a node, answering it takes one processor at most, and
//! there people go first.

use std::future::Future;
use std::sync::mpsc;
use std::{io, thread};

use tokio::runtime::Builder;

/// How far the mesh stands behind people, in the system's steps: where both want the same processor, a person's request goes
/// first, and the mesh still gets a quarter of it.
#[cfg(target_os = "linux")]
const BEHIND: i32 = 5;

/// Does `prepare` on a thread of its own, and then, where that went well, what it gave to do; returns what else it gave.
///
/// # Errors
/// What `prepare` ended with, or `no_thread` where the system gives no thread.
pub(super) fn spawn<T, W, E>(
    prepare: impl FnOnce() -> Result<(T, W), E> + Send + 'static,
    no_thread: impl Fn(io::Error) -> E + Clone + Send + 'static,
) -> Result<T, E>
where
    T: Send + 'static,
    W: Future<Output = ()>,
    E: Send + 'static,
{
    let (told, prepared) = mpsc::sync_channel(1);
    let failed = no_thread.clone();
    let body = move || {
        stand_behind();
        let runtime = match Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => return drop(told.send(Err(failed(error)))),
        };
        runtime.block_on(async move {
            match prepare() {
                Ok((given, work)) => {
                    let _ = told.send(Ok(given));
                    work.await;
                }
                Err(error) => drop(told.send(Err(error))),
            }
        });
    };
    thread::Builder::new().name("mesh".to_owned()).spawn(body).map_err(&no_thread)?;
    prepared.recv().unwrap_or_else(|_| Err(no_thread(io::Error::other("the thread of the mesh has ended"))))
}

/// Lets all other threads of this node go first.
fn stand_behind() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::nice(BEHIND) {
        tracing::debug!(%error, "the mesh stands beside people's requests, not behind them");
    }
}
