//! `okrug revocation import`: a running node learns who is revoked.

use okrug_node::office::view::Accepted;
use serde_json::json;

use crate::cmd::bootstrap::{self, Import};
use crate::context::Context;
use crate::problem::Problem;
use crate::words::{Said, said};

pub(super) fn run(context: &Context, args: &Import) -> Result<(), Problem> {
    let Some(Accepted { newer, documents }) = bootstrap::give(context, args)? else { return Ok(()) };
    let list = documents.revocations;
    let told = match (list, newer) {
        (0, _) => said!("списка отзыва нет ни в файле, ни у узла", "neither the file nor the node has a list of revocations"),
        (_, true) => {
            said!(
                "принято; список отзыва версии {list} расходится по округу",
                "taken; the list of revocations of version {list} spreads over the district"
            )
        }
        (_, false) => {
            said!("всё это узел уже знает; список отзыва версии {list}", "the node knows all of it; list of revocations of version {list}")
        }
    };
    context.done(json!({ "newer": newer, "version": list }), &told, Some(&Said::same("okrug status")))
}
