//! Entries verified, appended and opened per second on one core.
//!
//! An office writes; another takes what it wrote through its own gate: the office's signature, the
//! chain, the store, the seal, the person's signature, the timeline. One thread verifies.

use std::time::Instant;

use okrug_protocol::ids::OfficeId;

use super::local::Local;
use super::{Due, Figure, Setup};
use crate::problem::Problem;

pub(super) async fn measure(setup: &Setup) -> Result<Vec<Figure>, Problem> {
    let blueprint = setup.blueprint(2)?;
    blueprint.found()?;
    let writer = Local::open(&blueprint, &blueprint.sites[0], 1)?;
    let session = writer.somebody().await?;
    writer.write(session, setup.amount(40_000)).await?;
    let pieces = writer.entries().await?;
    writer.close().await?;
    let reader = Local::open(&blueprint, &blueprint.sites[1], 1)?;
    let (from, count) = (OfficeId(blueprint.sites[0].number), pieces.iter().map(Vec::len).sum::<usize>());
    let began = Instant::now();
    for piece in pieces {
        reader.take(from, piece).await?;
    }
    let seconds = began.elapsed().as_secs_f64();
    reader.close().await?;
    let rate = f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / seconds;
    Ok(vec![Figure::new("entries", "entries verified, appended and opened on one core", "1/s", rate, Due::AtLeast(5_000.0))])
}
