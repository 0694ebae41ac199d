//! The bundles that were planned and may be fetched, once or again.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use okrug_protocol::ids::hex;
use tokio::sync::mpsc;

use super::BundleRefused;
use super::plan::Plan;
use crate::office::Refused;
use crate::office::handle::Handle;
use crate::office::view::{BundleCounts, BundlePurpose, MadeBundle, NewBundle};
use crate::rfc3339::Utc;
use crate::shared::Shared;

/// Plans that are remembered; the oldest makes room.
const MAX_PLANS: usize = 16;
/// Pieces of a file that wait for whoever fetches it.
const MAX_PIECES: usize = 16;

/// The plans, the newest last.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shelf(Shared<VecDeque<(MadeBundle, Arc<Plan>)>>);

impl Shelf {
    fn put(&self, made: MadeBundle, plan: Plan) {
        self.0.change(|plans| {
            if plans.len() >= MAX_PLANS {
                plans.pop_front();
            }
            plans.push_back((made, Arc::new(plan)));
        });
    }

    fn find(&self, id: &str) -> Option<(String, Arc<Plan>)> {
        self.0.read(|plans| plans.iter().find(|(made, _)| made.id == id).map(|(made, plan)| (made.file.clone(), Arc::clone(plan))))
    }
}

impl Handle {
    /// Works out a bundle and says how long it will be.
    ///
    /// # Errors
    /// See [`BundleRefused`], or the store does not answer.
    pub async fn new_bundle(&self, wish: NewBundle) -> Result<MadeBundle, Refused> {
        let plan = self.plan(&wish).await?;
        let id = hex(&plan.head.salt[..8]);
        let claims = plan.claims;
        let [flash, urgent, routine] = claims.entries;
        let made = MadeBundle {
            file: self.file_name(&plan, wish.purpose, &id),
            bytes: plan.head.file_len(),
            head_bytes: u64::try_from(plan.head.len()).unwrap_or(u64::MAX),
            frame_bytes: u64::try_from(plan.head.frame_len()).unwrap_or(u64::MAX),
            frames: plan.head.frames,
            to: plan.to.clone(),
            entries: BundleCounts { flash, urgent, routine },
            entry_bytes: claims.bytes,
            documents: claims.documents,
            left_out: claims.left_out,
            valid_until: plan.valid_until,
            id,
        };
        self.shelf().put(made.clone(), plan);
        Ok(made)
    }

    /// The name that the file is to have: `okrug-yarensk-20261123-2a7f.okb`, and of receipts `okrug-vilegodsk-….okr`, after their maker.
    fn file_name(&self, plan: &Plan, purpose: BundlePurpose, id: &str) -> String {
        let directory = self.desk().directory();
        let slug = |office| directory.office(office).map_or_else(|| format!("{office}"), |office| office.slug.clone());
        let day: String = Utc(plan.made).to_string().chars().take(10).filter(char::is_ascii_digit).collect();
        let whose = match (purpose, plan.to.as_slice()) {
            (BundlePurpose::Receipts, _) => slug(self.desk().me),
            (BundlePurpose::Messages, [one]) => slug(*one),
            (BundlePurpose::Messages, all) => format!("{}-offices", all.len()),
        };
        let ending = if purpose == BundlePurpose::Receipts { "okr" } else { "okb" };
        format!("okrug-{whose}-{day}-{}.{ending}", id.get(..8).unwrap_or(id))
    }

    /// The name of a bundle's file, how many bytes will come, and the bytes as they are made, from its beginning with frame 0, else from that frame on; an error among them ends it.
    ///
    /// # Errors
    /// [`BundleRefused::NoSuchBundle`].
    pub fn bundle(&self, id: &str, from: u32) -> Result<(String, u64, mpsc::Receiver<io::Result<Bytes>>), Refused> {
        let (file, plan) = self.shelf().find(id).filter(|(_, plan)| from <= plan.head.frames).ok_or(BundleRefused::NoSuchBundle)?;
        let len = |bytes: usize| u64::try_from(bytes).unwrap_or(u64::MAX);
        let before = if from == 0 { 0 } else { len(plan.head.len()) + u64::from(from) * len(plan.head.frame_len()) };
        let rest = plan.head.file_len() - before;
        let (pieces, taken) = mpsc::channel(MAX_PIECES);
        let desk = Arc::clone(self.shared_desk());
        tokio::task::spawn_blocking(move || {
            let give = |piece: Vec<u8>| pieces.blocking_send(Ok(piece.into())).is_ok();
            match plan.write(&desk.store, from, give) {
                Ok(()) => desk.put_on_stick(&plan.to, &plan.runs),
                Err(error) => {
                    tracing::warn!(event = "bundle_not_written", %error);
                    // Whoever took it may have gone.
                    let _ = pieces.blocking_send(Err(io::Error::other(error)));
                }
            }
        });
        Ok((file, rest, taken))
    }
}
