//! Waiting for what is to come to be.

use std::time::Duration;

use tokio::time::{sleep, timeout};

/// How long anything may take before a test fails; no verdict depends on it being short.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(20);

/// Looks until there is what was waited for.
///
/// # Panics
/// When it does not come to be: with `what`.
pub async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let looking = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            sleep(LOOK).await;
        }
    };
    within(what, looking).await
}

/// Waits for something.
///
/// # Panics
/// When it does not come: with `what`.
pub async fn within<T>(what: &str, waiting: impl Future<Output = T>) -> T {
    timeout(PATIENCE, waiting).await.unwrap_or_else(|_| panic!("this did not come to be in {} s: {what}", PATIENCE.as_secs()))
}
