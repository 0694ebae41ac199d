//! `okrug person move` and `receive`: from one office to another.

use std::path::{Path, PathBuf};

use okrug_node::office::view::{Arrival, Arrivals, Move, PersonState, PersonView, Receive, Released, Tree, TreeOffice, TreePerson};
use okrug_protocol::ids::PersonId;
use okrug_protocol::transfer::MAX_TRANSFER;
use serde_json::json;

use super::{unit, who};
use crate::client::{Client, Place, Reach};
use crate::cmd::confirm::confirm;
use crate::context::Context;
use crate::files::{self, Access};
use crate::print::Table;
use crate::problem::{Problem, misuse, nothing};
use crate::words::{Said, said};

#[derive(Debug, clap::Args)]
pub(super) struct MoveArgs {
    #[arg(value_name = "PERSON")]
    person: String,
    #[arg(long, value_name = "OFFICE")]
    to: String,
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[arg(long, value_name = "LOGIN")]
    confirm: Option<String>,
    #[command(flatten)]
    reach: Reach,
}

#[derive(Debug, clap::Args)]
pub(super) struct ReceiveArgs {
    #[arg(value_name = "NUMBER|FILE")]
    person: Option<String>,
    #[arg(long, value_name = "UNIT")]
    unit: Option<String>,
    #[arg(long, value_name = "POSITION")]
    position: Option<String>,
    #[arg(long, value_name = "L")]
    login: Option<String>,
    #[command(flatten)]
    reach: Reach,
}

pub(super) fn release(context: &Context, args: &MoveArgs) -> Result<(), Problem> {
    let node = Client::admin(&Place::of(context, &args.reach)?, context.lang, context.timeout)?;
    let tree: Tree = node.get("/org/tree")?;
    let office = office(&tree, &args.to)?;
    if let (Some(out), Some(gone)) = (&args.out, let_go(&tree, &args.person)) {
        return again(context, &node, gone, office, out);
    }
    let person = who::find(&node, &args.person)?;
    let (id, name, to, to_name) = (person.id, person.name.clone(), office.id, office.name.clone());
    if context.dry_run {
        return context.done(
            json!({ "person": id.to_string(), "to": to.to_string(), "dry_run": true }),
            &said!("{id} {name} -> {to_name}; проба, никто не переведён", "{id} {name} -> {to_name}; dry run, nobody was moved"),
            None,
        );
    }
    let what = said!(
        "{id} {name} переходит в {to_name} ({to}). Вход здесь закончится; личные сообщения уйдут следом; вернуть человека сможет только новое отделение.",
        "{id} {name} moves to {to_name} ({to}). The account here ends; direct messages follow; only the new office can send the person back."
    );
    confirm(context, args.confirm.as_deref(), &person.login, &what)?;
    let (_, Released { letters }): (u16, Released) = node.post(&format!("/admin/person/{id}/move"), &Move { to })?;
    let file = args.out.as_deref().map(|out| transfer(&node, id, out)).transpose()?;
    context.done(
        json!({ "person": id.to_string(), "to": to.to_string(), "letters": letters, "file": file }),
        &said!(
            "{id} {name}: отпущен(а) в {to_name}, личных сообщений следом: {letters}",
            "{id} {name}: let go to {to_name}, direct messages that follow: {letters}"
        ),
        Some(&next(&id.to_string(), args.out.as_deref())),
    )
}

/// What the new office does: with the number, or with the file.
fn next(id: &str, out: Option<&Path>) -> Said {
    let what = out.map_or_else(|| id.to_owned(), |out| out.display().to_string());
    said!("в новом отделении: okrug person receive {what} --unit ОТДЕЛ", "at the new office: okrug person receive {what} --unit UNIT")
}

/// The file with which a person goes, once more: whoever was let go has no login here any more.
fn again(context: &Context, node: &Client, gone: &TreePerson, to: &TreeOffice, out: &Path) -> Result<(), Problem> {
    let (id, name, to_name) = (gone.id, &gone.name, &to.name);
    let (_, Released { letters }): (u16, Released) = node.post(&format!("/admin/person/{id}/move"), &Move { to: to.id })?;
    let file = transfer(node, id, out)?;
    context.done(
        json!({ "person": id.to_string(), "to": to.id.to_string(), "letters": letters, "file": file }),
        &said!(
            "{id} {name}: уже отпущен(а) в {to_name}; файл сделан ещё раз",
            "{id} {name}: let go to {to_name} before; the file was made once more"
        ),
        Some(&next(&id.to_string(), Some(out))),
    )
}

fn transfer(node: &Client, id: PersonId, out: &Path) -> Result<String, Problem> {
    let bytes = node.made(&format!("/admin/person/{id}/transfer"))?;
    files::write(out, &bytes, Access::Owner)?;
    Ok(out.display().to_string())
}

fn let_go<'a>(tree: &'a Tree, word: &str) -> Option<&'a TreePerson> {
    tree.people.iter().find(|person| person.id.to_string() == word && person.state == PersonState::Moves)
}

pub(super) fn receive(context: &Context, args: ReceiveArgs) -> Result<(), Problem> {
    let node = Client::admin(&Place::of(context, &args.reach)?, context.lang, context.timeout)?;
    let Some(named) = args.person else { return list(context, &node) };
    let id = match named.parse::<PersonId>() {
        Ok(id) => id,
        Err(_) if context.dry_run => return Err(misuse(said!("проба знает только номер", "a dry run knows numbers only"))),
        Err(_) => node.post_bytes::<Arrival>("/admin/arrival", &files::read(Path::new(&named), MAX_TRANSFER)?)?.id,
    };
    let Some(word) = args.unit else {
        return Err(misuse(said!("в какой отдел? назовите --unit", "into which unit? say --unit")));
    };
    let tree = node.get("/org/tree")?;
    let unit = unit::find(&tree, &word)?.id;
    if context.dry_run {
        return context.done(
            json!({ "person": id.to_string(), "dry_run": true }),
            &said!("{id}: проба, никто не принят", "{id}: dry run, nobody was taken in"),
            None,
        );
    }
    let wish = Receive { unit, position: args.position, login: args.login };
    let (_, person): (u16, PersonView) = node.post(&format!("/admin/person/{id}/receive"), &wish)?;
    let PersonView { name, login, unit_name, .. } = &person;
    context.done(
        json!({ "person": person }),
        &said!("{id} {name}: принят(а), {unit_name}, логин {login}", "{id} {name}: taken in, {unit_name}, login {login}"),
        Some(&said!(
            "входить с прежним паролем; если он забыт: okrug person reset {id}",
            "the old password opens; if it is forgotten: okrug person reset {id}"
        )),
    )
}

fn list(context: &Context, node: &Client) -> Result<(), Problem> {
    let Arrivals { arrivals } = node.get("/admin/arrival")?;
    let head = context.lang.pick(["НОМЕР", "ИМЯ", "ДОЛЖНОСТЬ", "ОТКУДА", "ЛОГИН"], ["NUMBER", "NAME", "POSITION", "FROM", "LOGIN"]);
    let mut table = Table::new(head);
    for one in &arrivals {
        let login = one.login.as_deref().unwrap_or_else(|| context.lang.pick("ещё в пути", "on the way"));
        table.row([&one.id.to_string(), &one.name, &one.position, &one.from_name, login]);
    }
    context.show(json!({ "arrivals": arrivals }), &table)
}

/// The office that a word means: number, short name, or full name.
fn office<'a>(tree: &'a Tree, word: &str) -> Result<&'a TreeOffice, Problem> {
    let wanted = word.trim().to_lowercase();
    let is_it = |office: &&TreeOffice| office.id.to_string() == word || office.slug == word || office.name.to_lowercase() == wanted;
    tree.offices.iter().find(is_it).ok_or_else(|| {
        let names: Vec<String> = tree.offices.iter().map(|office| office.slug.clone()).collect();
        nothing("no_such_office", word, &names, said!("отделения «{word}» нет", "there is no office \"{word}\""))
    })
}
