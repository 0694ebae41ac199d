//! Lines of standard input, read by a thread of their own: a read that waits for ever must not hold up a runtime.

use std::io::BufRead;

use tokio::sync::mpsc;

/// Lines that wait at most.
const MAX_LINES: usize = 16;

/// The lines as they come; the channel closes with the input.
#[must_use]
pub fn stdin() -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel(MAX_LINES);
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if sender.blocking_send(line).is_err() {
                return;
            }
        }
    });
    receiver
}
