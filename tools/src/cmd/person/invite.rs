//! `okrug person invite`, `reset` and `invitation`: codes by which people come.

use std::path::PathBuf;
use std::time::Duration;

use clap::Subcommand;
use okrug_node::office::view::{Invitations, Invite, Invited, Reset};
use serde_json::json;

use super::{slip, unit, who};
use crate::client::{Client, Place, Reach};
use crate::cmd::confirm::confirm;
use crate::context::Context;
use crate::print::{self, Table};
use crate::problem::Problem;
use crate::qr::Qr;
use crate::time;
use crate::words::{Said, said};

/// How a code is handed over.
#[derive(Debug, clap::Args)]
struct Handing {
    #[arg(long, value_name = "TIME", value_parser = time::duration)]
    ttl: Option<Duration>,
    #[arg(long, value_name = "FILE")]
    print: Option<PathBuf>,
    #[arg(long, value_name = "URL")]
    page: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(super) struct InviteArgs {
    #[arg(long, value_name = "NAME")]
    name: String,
    #[arg(long, value_name = "POSITION")]
    position: String,
    #[arg(long, value_name = "UNIT")]
    unit: String,
    #[command(flatten)]
    handing: Handing,
    #[command(flatten)]
    reach: Reach,
}

#[derive(Debug, clap::Args)]
pub(super) struct ResetArgs {
    #[arg(value_name = "PERSON")]
    person: String,
    #[arg(long, value_name = "LOGIN")]
    confirm: Option<String>,
    #[command(flatten)]
    handing: Handing,
    #[command(flatten)]
    reach: Reach,
}

#[derive(Debug, clap::Args)]
pub(super) struct InvitationArgs {
    #[command(subcommand)]
    action: InvitationAction,
}

#[derive(Debug, Subcommand)]
enum InvitationAction {
    List(Reach),
    Remove(RemoveArgs),
}

#[derive(Debug, clap::Args)]
struct RemoveArgs {
    #[arg(value_name = "NUMBER")]
    person: String,
    #[command(flatten)]
    reach: Reach,
}

pub(super) fn invite(context: &Context, args: InviteArgs) -> Result<(), Problem> {
    let (node, unit) = unit::asked(context, &args.reach, &args.unit)?;
    let (name, id, unit_name) = (args.name, unit.id, unit.name.clone());
    if context.dry_run {
        let value = json!({ "name": name, "unit": id.to_string(), "dry_run": true });
        return context.done(
            value,
            &said!("{name}: {unit_name} ({id}); проба, никто не приглашён", "{name}: {unit_name} ({id}); dry run, nobody was invited"),
            None,
        );
    }
    let wish = Invite { name, position: args.position, unit: id, ttl_s: args.handing.ttl.map(|ttl| ttl.as_secs()) };
    let (_, invited): (u16, Invited) = node.post("/admin/invitation", &wish)?;
    let invitation = &invited.invitation;
    let (id, name, position, unit_name) = (invitation.id, &invitation.name, &invitation.position, &invitation.unit_name);
    let told = said!("Приглашение {id}: {name}, {position}, {unit_name}", "Invitation {id}: {name}, {position}, {unit_name}");
    hand_over(context, &args.handing, &invited, &told, node.url())
}

pub(super) fn reset(context: &Context, args: &ResetArgs) -> Result<(), Problem> {
    let node = Client::admin(&Place::of(context, &args.reach)?, context.lang, context.timeout)?;
    let person = who::find(&node, &args.person)?;
    let (id, name) = (person.id, &person.name);
    let lost = said!(
        "{id} {name}: сеансы закончатся, прежний пароль перестанет открывать, ключи будут новые. Личные сообщения, закрытые прежним ключом, прочесть будет нельзя; переписка отделов останется.",
        "{id} {name}: sessions end, the old password opens nothing, the keys will be new. Direct messages sealed to the old key cannot be read any more; what departments wrote stays."
    );
    if context.dry_run {
        let told = said!("{lost} Проба, ничего не изменено", "{lost} Dry run, nothing was changed", lost = lost.text(context.lang));
        return context.done(json!({ "person": id.to_string(), "dry_run": true }), &told, None);
    }
    confirm(context, args.confirm.as_deref(), &person.login, &lost)?;
    let wish = Reset { ttl_s: args.handing.ttl.map(|ttl| ttl.as_secs()) };
    let (_, invited): (u16, Invited) = node.post(&format!("/admin/person/{id}/reset"), &wish)?;
    let told = said!(
        "{lost} Если код не успеет пригодиться, вход останется закрытым: новый код даст ещё один okrug person reset {id}, прежний пароль вернёт okrug person invitation remove {id}.",
        "{lost} If the code runs out unused, the account stays locked: another okrug person reset {id} gives a new code, okrug person invitation remove {id} brings the old password back.",
        lost = lost.text(context.lang)
    );
    hand_over(context, &args.handing, &invited, &told, node.url())
}

fn hand_over(context: &Context, handing: &Handing, invited: &Invited, told: &Said, url: &str) -> Result<(), Problem> {
    let page = handing.page.as_deref().unwrap_or(url);
    if let Some(path) = &handing.print {
        slip::write(path, invited, page)?;
    }
    let code = invited.code.reveal();
    if context.plain {
        let mut table = Table::default();
        table.row([&invited.invitation.id.to_string(), code]);
        return print::line(&table.plain());
    }
    let address = slip::address(page, code);
    let next = match &handing.print {
        Some(path) => {
            let path = path.display();
            said!("распечатайте {path}, отдайте листок в руки и сотрите файл", "print {path}, give the slip by hand, and delete the file")
        }
        None => {
            said!("передайте код в руки; листок для печати: --print ФАЙЛ.html", "give the code by hand; a slip to print: --print FILE.html")
        }
    };
    context.done(json!({ "invitation": invited.invitation, "code": code, "page": address }), told, Some(&next))?;
    if context.json {
        return Ok(());
    }
    // What was asked for, with --quiet too.
    let until = time::shown(invited.invitation.ends, context.lang);
    print::line(said!("Код: {code}   действует до {until}, один раз", "Code: {code}   holds until {until}, once").text(context.lang))?;
    if let Ok(qr) = Qr::of(&address) {
        print::line(qr.terminal().trim_end_matches('\n'))?;
    }
    print::line(said!("Страница: {address}", "Page: {address}").text(context.lang))
}

pub(super) fn invitation(context: &Context, args: &InvitationArgs) -> Result<(), Problem> {
    match &args.action {
        InvitationAction::List(reach) => list(context, reach),
        InvitationAction::Remove(args) => remove(context, args),
    }
}

fn list(context: &Context, reach: &Reach) -> Result<(), Problem> {
    let node = Client::admin(&Place::of(context, reach)?, context.lang, context.timeout)?;
    let Invitations { invitations } = node.get("/admin/invitation")?;
    let head = context.lang.pick(
        ["НОМЕР", "ИМЯ", "ДОЛЖНОСТЬ", "ОТДЕЛ", "ЛОГИН", "ДЕЙСТВУЕТ ДО"],
        ["NUMBER", "NAME", "POSITION", "UNIT", "LOGIN", "HOLDS UNTIL"],
    );
    let mut table = Table::new(head);
    for one in &invitations {
        let unit = format!("{} {}", one.unit, one.unit_name);
        let until = if context.plain { time::text(one.ends) } else { time::shown(one.ends, context.lang) };
        table.row([&one.id.to_string(), &one.name, &one.position, &unit, one.login.as_deref().unwrap_or("-"), &until]);
    }
    context.show(json!({ "invitations": invitations }), &table)
}

fn remove(context: &Context, args: &RemoveArgs) -> Result<(), Problem> {
    let node = Client::admin(&Place::of(context, &args.reach)?, context.lang, context.timeout)?;
    let id = &args.person;
    if context.dry_run {
        return context.done(
            json!({ "person": id, "dry_run": true }),
            &said!("{id}: проба, ничего не изменено", "{id}: dry run, nothing was changed"),
            None,
        );
    }
    node.delete(&format!("/admin/invitation/{id}"))?;
    context.done(
        json!({ "person": id }),
        &said!(
            "{id}: код больше не действует; если это был сброс, снова открывает прежний пароль",
            "{id}: the code is worth nothing; if it was a reset, the old password opens again"
        ),
        Some(&said!("новое: okrug person invite", "another: okrug person invite")),
    )
}
