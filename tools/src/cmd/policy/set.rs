//! `okrug policy set`: figures of the next directory.

use clap::ValueEnum;
use serde_json::json;

use super::whole_district;
use crate::authority::Folder;
use crate::authority::policy::judge;
use crate::context::Context;
use crate::problem::Problem;
use crate::words::said;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Again {
    Never,
    Members,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Post {
    Members,
    Anyone,
}

/// Figures, those alone that are to change.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(0..=36_500))]
    keep_days: Option<u16>,
    #[arg(long)]
    reseal: Option<Again>,
    #[arg(long)]
    post: Option<Post>,
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(100..))]
    entries_per_day: Option<u32>,
    #[arg(long, value_name = "BYTES", value_parser = clap::value_parser!(u64).range(1 << 20..))]
    bytes_per_day: Option<u64>,
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(1..=365))]
    sealing_key_days: Option<u16>,
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(1..=3_650))]
    grace_days: Option<u16>,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    let folder = Folder::change(&context.dir)?;
    let mut plan = folder.plan()?;
    whole_district(&plan)?;
    let signed = *folder.trust()?.directory().policy();
    let before = plan.policy.clone().unwrap_or_default();
    let mut next = before.clone();
    next.keep_days = args.keep_days.or(next.keep_days);
    next.reseal = args.reseal.map(|again| again == Again::Members).or(next.reseal);
    next.post_by_anyone = args.post.map(|post| post == Post::Anyone).or(next.post_by_anyone);
    next.entries_per_day = args.entries_per_day.or(next.entries_per_day);
    next.bytes_per_day = args.bytes_per_day.or(next.bytes_per_day);
    next.sealing_key_days = args.sealing_key_days.or(next.sealing_key_days);
    next.sealing_key_grace_days = args.grace_days.or(next.sealing_key_grace_days);
    let (old, new) = (before.over(signed), next.over(signed));
    judge(&new)?;
    let changed = old != new;
    plan.policy = Some(next);
    if changed && !context.dry_run {
        folder.save_plan(&plan)?;
    }
    let shorter = new.retention_days != 0 && (old.retention_days == 0 || new.retention_days < old.retention_days);
    let message = match (changed, shorter) {
        (false, _) => said!("правила уже такие", "the rules are so already"),
        (true, false) => said!("правила изменятся со следующим справочником", "the rules are to change with the next directory"),
        (true, true) => said!(
            "правила изменятся со следующим справочником: тексты старше {days} дн. узлы начнут стирать, когда пройдёт этот срок с его прихода; стёртое не вернуть",
            "the rules are to change with the next directory: nodes begin to erase texts older than {days} days once that time has passed since it came; what is erased is gone",
            days = new.retention_days
        ),
    };
    context.done(
        json!({ "changed": changed, "keep_days": new.retention_days, "dry_run": context.dry_run }),
        &message,
        Some(&said!("okrug authority sign", "okrug authority sign")),
    )
}
