//! The thread that carries frames between the two ends of a line.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Instant;

use tokio::sync::{mpsc, oneshot};
use tun_rs::{AsyncDevice, DeviceBuilder, Layer};

use super::parts::{ETHERNET, Parts};
use super::way::{Count, Flow, Way};

/// The longest frame.
const FRAME: usize = ETHERNET + 1_500;
/// Frames under way in one direction; a queue in front of the line is bounded in bytes, the line itself by its delay.
const UNDER_WAY: usize = 65_536;

/// An end of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The first.
    Here,
    /// The second.
    There,
}

/// A line between two devices; both are gone when it is dropped.
#[derive(Debug)]
pub struct Line {
    from_here: Arc<Mutex<Flow>>,
    from_there: Arc<Mutex<Flow>>,
    stop: Option<oneshot::Sender<()>>,
    carrier: Option<JoinHandle<()>>,
}

impl Line {
    /// Makes two devices with these names, to be moved to where they belong, and carries between them.
    ///
    /// # Errors
    /// The system gives no such devices: they need root and `/dev/net/tun`.
    pub fn between(here: &str, there: &str, way: Way, seed: u64) -> io::Result<Self> {
        let flow = |seed| Arc::new(Mutex::new(Flow::new(way, seed)));
        let (from_here, from_there) = (flow(seed), flow(seed.wrapping_add(1)));
        let (stop, stopped) = oneshot::channel();
        let (made, ready) = std::sync::mpsc::sync_channel(1);
        let names = [here.to_owned(), there.to_owned()];
        let flows = [Arc::clone(&from_here), Arc::clone(&from_there)];
        let carrier = std::thread::Builder::new().name("line".to_owned()).spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let outcome = runtime.and_then(|runtime| {
                let devices = runtime.block_on(async { Ok::<_, io::Error>((tap(&names[0])?, tap(&names[1])?)) })?;
                Ok((runtime, devices))
            });
            match outcome {
                Ok((runtime, (here, there))) => {
                    let _ = made.send(Ok(()));
                    let [out, back] = flows;
                    let begun = Instant::now();
                    runtime.block_on(async {
                        tokio::select! {
                            () = carry(&here, &there, &out, begun) => {}
                            () = carry(&there, &here, &back, begun) => {}
                            _ = stopped => {}
                        }
                    });
                }
                Err(error) => drop(made.send(Err(error))),
            }
        })?;
        ready.recv().map_err(io::Error::other)??;
        Ok(Self { from_here, from_there, stop: Some(stop), carrier: Some(carrier) })
    }

    /// Changes what is sent from one end.
    pub fn change(&self, from: End, change: impl FnOnce(&mut Way)) {
        locked(self.flow(from)).change(change);
    }

    /// Changes both directions.
    pub fn change_both(&self, change: impl Fn(&mut Way)) {
        self.change(End::Here, &change);
        self.change(End::There, &change);
    }

    /// What was carried from one end to the other.
    #[must_use]
    pub fn count(&self, from: End) -> Count {
        locked(self.flow(from)).count()
    }

    /// What that was for.
    #[must_use]
    pub fn parts(&self, from: End) -> Parts {
        locked(self.flow(from)).parts().clone()
    }

    /// All IP bytes that it has carried, in both directions.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.count(End::Here).bytes + self.count(End::There).bytes
    }

    fn flow(&self, from: End) -> &Mutex<Flow> {
        match from {
            End::Here => &self.from_here,
            End::There => &self.from_there,
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(carrier) = self.carrier.take() {
            let _ = carrier.join();
        }
    }
}

fn tap(name: &str) -> io::Result<AsyncDevice> {
    DeviceBuilder::new().name(name).layer(Layer::L2).mtu(1_500).build_async()
}

fn locked(flow: &Mutex<Flow>) -> std::sync::MutexGuard<'_, Flow> {
    flow.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Carries in one direction until a device is gone.
async fn carry(from: &AsyncDevice, to: &AsyncDevice, flow: &Mutex<Flow>, begun: Instant) {
    let (under_way, mut due) = mpsc::channel::<(Instant, Vec<u8>)>(UNDER_WAY);
    let take = async {
        let mut buffer = [0; FRAME];
        while let Ok(len) = from.recv(&mut buffer).await {
            let packet = len.saturating_sub(ETHERNET);
            if locked(flow).refuses(buffer.get(..len).unwrap_or_default()) {
                continue;
            }
            let fate = locked(flow).offer(packet, begun.elapsed());
            let Ok(after) = fate else { continue };
            let frame = buffer.get(..len).unwrap_or_default().to_vec();
            if under_way.send((begun + after, frame)).await.is_err() {
                return;
            }
        }
    };
    let give = async {
        while let Some((at, frame)) = due.recv().await {
            tokio::time::sleep_until(at.into()).await;
            let packet = frame.len().saturating_sub(ETHERNET);
            let arrives = {
                let mut flow = locked(flow);
                let arrives = flow.arrives(packet, begun.elapsed());
                if arrives {
                    flow.carried(&frame);
                }
                arrives
            };
            if arrives {
                // A device that is down takes nothing: as lost as on a line that is down.
                let _ = to.send(&frame).await;
            }
        }
    };
    tokio::select! {
        () = take => {}
        () = give => {}
    }
}
