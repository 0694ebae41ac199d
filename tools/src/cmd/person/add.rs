//! `okrug person add`.

use std::path::PathBuf;

use okrug_node::clock;
use okrug_node::office::view::{NewPerson, Password, PersonView};
use serde_json::json;

use super::unit;
use crate::client::Reach;
use crate::context::Context;
use crate::print::{self, Table};
use crate::problem::Problem;
use crate::secret;
use crate::words::said;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(long, value_name = "L")]
    login: String,
    #[arg(long, value_name = "NAME")]
    name: String,
    #[arg(long, value_name = "POSITION")]
    position: String,
    #[arg(long, value_name = "UNIT")]
    unit: String,
    #[arg(long, value_name = "FILE", conflicts_with = "generate")]
    password_file: Option<PathBuf>,
    #[arg(long)]
    generate: bool,
    #[command(flatten)]
    reach: Reach,
}

pub(super) fn run(context: &Context, args: Args) -> Result<(), Problem> {
    let (node, unit) = unit::asked(context, &args.reach, &args.unit)?;
    let (login, id, unit_name) = (args.login, unit.id, unit.name.clone());
    if context.dry_run {
        let value = json!({ "login": login, "unit": id.to_string(), "dry_run": true });
        return context.done(
            value,
            &said!("{login}: {unit_name} ({id}); проба, никто не заведён", "{login}: {unit_name} ({id}); dry run, nobody was enrolled"),
            None,
        );
    }
    let password = if args.generate {
        secret::generated(&mut clock::rng())
    } else {
        secret::new_password(context, args.password_file.as_deref(), &said!("Пароль для {login}", "A password for {login}"))?
    };
    let new = NewPerson { login, password: Password::from(password.to_string()), name: args.name, position: args.position, unit: id };
    let (_, person): (u16, PersonView) = node.post("/admin/person", &new)?;
    tell(context, &person, args.generate.then_some(password.as_str()), node.url())
}

fn tell(context: &Context, person: &PersonView, password: Option<&str>, url: &str) -> Result<(), Problem> {
    let PersonView { id, login, name, position, unit, unit_name, .. } = person;
    if context.plain {
        let mut table = Table::default();
        table.row([&id.to_string(), login, password.unwrap_or_default()]);
        return print::line(&table.plain());
    }
    let mut value = json!({ "person": person });
    if let Some(password) = password {
        value["password"] = password.into();
    }
    context.done(
        value,
        &said!(
            "{id} {name}, {position}: {unit_name} ({unit}), логин {login}",
            "{id} {name}, {position}: {unit_name} ({unit}), login {login}"
        ),
        Some(&said!("войти можно на странице {url}", "log in on the page {url}")),
    )?;
    match password {
        // What was asked for, with --quiet too.
        Some(password) if !context.json => {
            print::line(said!("Пароль, показан один раз: {password}", "The password, shown once: {password}").text(context.lang))
        }
        _ => Ok(()),
    }
}
