//! Own messages made durable per second, and how long a writer waits for "sent".

use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::local::{EVERYBODY, Local, WRITERS, post};
use super::{Due, Figure, Setup, broken, percentile};
use crate::problem::Problem;

pub(super) async fn measure(setup: &Setup) -> Result<Vec<Figure>, Problem> {
    let blueprint = setup.blueprint(1)?;
    blueprint.found()?;
    let local = Local::open(&blueprint, &blueprint.sites[0], 0)?;
    let session = local.somebody().await?;
    let length = Duration::from_secs(if setup.quick { 3 } else { 20 });
    let began = Instant::now();
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let office = local.office.clone();
        writers.spawn(async move {
            let mut waits = Vec::new();
            while began.elapsed() < length {
                let (asked, n) = (Instant::now(), u32::try_from(waits.len()).unwrap_or(u32::MAX));
                office.post(session, EVERYBODY, post(writer, n)).await.map_err(|e| broken("post", &e))?;
                waits.push(asked.elapsed().as_secs_f64() * 1_000.0);
            }
            Ok::<_, Problem>(waits)
        });
    }
    let mut waits = Vec::new();
    while let Some(done) = writers.join_next().await {
        waits.extend(done.map_err(|e| broken("writer", &e))??);
    }
    let seconds = began.elapsed().as_secs_f64();
    local.close().await?;
    let rate = f64::from(u32::try_from(waits.len()).unwrap_or(u32::MAX)) / seconds;
    Ok(vec![
        Figure::new("own", "own messages made durable, 64 writers", "1/s", rate, Due::AtLeast(3_000.0)),
        Figure::new("own", "\"sent\" after, 99 of 100", "ms", percentile(&mut waits, 0.99), Due::AtMost(30.0)),
        Figure::bare("own", "\"sent\" after, half of them", "ms", percentile(&mut waits, 0.5)),
    ])
}
