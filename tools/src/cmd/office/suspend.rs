//! `okrug office suspend`, `resume` and `close`: the district's plan says who writes, and who is an office still.

use okrug_protocol::ids::OfficeId;
use serde_json::json;

use super::find;
use crate::authority::{Folder, Plan};
use crate::cmd::confirm::confirm;
use crate::cmd::revocation::find_office;
use crate::context::Context;
use crate::problem::{Exit, Problem};
use crate::words::said;

/// An office to be suspended or resumed.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    office: String,
}

/// An office that leaves the district.
#[derive(Debug, clap::Args)]
pub(super) struct Closing {
    office: String,
    #[arg(long, value_name = "NAME")]
    confirm: Option<String>,
}

/// Makes an office read-only.
pub(super) fn suspend(context: &Context, args: &Args) -> Result<(), Problem> {
    change(context, args, true)
}

/// Lets a suspended office write again.
pub(super) fn resume(context: &Context, args: &Args) -> Result<(), Problem> {
    change(context, args, false)
}

fn change(context: &Context, args: &Args, suspend: bool) -> Result<(), Problem> {
    let folder = Folder::change(&context.dir)?;
    let (mut plan, trust) = (folder.plan()?, folder.trust()?);
    let (office, slug) = find_office(&plan, &trust, &args.office)?;
    whole_district(&plan)?;
    let revoked = trust.directory().is_revoked(office);
    if suspend && revoked {
        return Err(Problem::new(
            "office_revoked",
            Exit::Refused,
            said!(
                "{slug} отозвано: оно уже не пишет; ничего не изменено",
                "{slug} is revoked: it writes nothing already; nothing was changed"
            ),
        ));
    }
    let changed = plan.suspended.contains(&office.0) != suspend;
    plan.suspended.retain(|number| *number != office.0);
    if suspend {
        plan.suspended.push(office.0);
        plan.suspended.sort_unstable();
    }
    if changed && !context.dry_run {
        folder.save_plan(&plan)?;
    }
    let message = match (changed, suspend) {
        (true, true) => said!(
            "{slug} ({office}) будет приостановлено: только чтение, как только узлы получат подписанный справочник",
            "{slug} ({office}) is to be suspended: read-only, as soon as the nodes have the signed directory"
        ),
        (true, false) => {
            said!(
                "{slug} ({office}) будет писать снова, под прежними ключами",
                "{slug} ({office}) is to write again, under the keys that it has"
            )
        }
        (false, true) => said!("{slug} ({office}) уже приостановлено", "{slug} ({office}) is suspended already"),
        (false, false) => said!("{slug} ({office}) не приостановлено", "{slug} ({office}) is not suspended"),
    };
    let value = json!({ "office": office.to_string(), "slug": slug, "suspended": suspend, "changed": changed, "dry_run": context.dry_run });
    context.done(value, &message, Some(&said!("okrug authority sign", "okrug authority sign")))
}

/// Takes an office out of the district in good order; what it wrote goes on counting.
pub(super) fn close(context: &Context, args: &Closing) -> Result<(), Problem> {
    let folder = Folder::change(&context.dir)?;
    let mut plan = folder.plan()?;
    let office = find(&mut plan, &args.office)?;
    let (id, slug) = (OfficeId(office.number), office.slug.clone());
    let what = said!(
        "Закрытие отделения {slug}: оно выйдет из справочника, написанное им действует и дальше. Сначала переведите людей (okrug person move): оставшиеся писать не смогут.",
        "Closing the office {slug}: it leaves the directory, what it wrote goes on counting. Move its people first (okrug person move): those who stay cannot write any more."
    );
    if !context.dry_run {
        confirm(context, args.confirm.as_deref(), &slug, &what)?;
    }
    office.retired = true;
    plan.suspended.retain(|number| *number != id.0);
    if !context.dry_run {
        folder.save_plan(&plan)?;
    }
    context.done(
        json!({ "office": id.to_string(), "slug": slug, "closed": true, "dry_run": context.dry_run }),
        &said!(
            "{slug} ({id}) будет закрыто: в следующем справочнике его нет, номер остаётся за ним",
            "{slug} ({id}) is to be closed: the next directory does not list it, its number stays its own"
        ),
        Some(&said!(
            "okrug authority sign; если машина украдена, не закрывайте, а отзовите: okrug office revoke {slug}",
            "okrug authority sign; if its machine was stolen, do not close it but revoke it: okrug office revoke {slug}"
        )),
    )
}

/// Only the district's own chart suspends: an entry names that one.
fn whole_district(plan: &Plan) -> Result<(), Problem> {
    if plan.under.is_none() {
        return Ok(());
    }
    let message = said!(
        "приостанавливает округ, а это папка ветви; ничего не изменено",
        "it is the district that suspends, and this is the folder of a subtree; nothing was changed"
    );
    Err(Problem::new("not_the_district", Exit::Refused, message)
        .hint(said!("попросите администратора округа: okrug office suspend", "ask the district's authority: okrug office suspend")))
}
