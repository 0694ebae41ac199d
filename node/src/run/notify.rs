//! What systemd is told; without systemd all of it says nothing.

use sd_notify::NotifyState;

/// The node serves.
pub(super) fn ready(status: &str) {
    tell(&[NotifyState::Ready, NotifyState::Status(status)]);
}

/// The node has begun to stop.
pub(super) fn stopping() {
    tell(&[NotifyState::Stopping]);
}

/// Shows a sign of life at half the time that systemd asks for.
pub(super) async fn watchdog() {
    let Some(limit) = sd_notify::watchdog_enabled() else { return };
    let mut beat = tokio::time::interval(limit / 2);
    loop {
        beat.tick().await;
        tell(&[NotifyState::Watchdog]);
    }
}

fn tell(state: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(state) {
        tracing::debug!(event = "systemd_unreachable", %error);
    }
}
