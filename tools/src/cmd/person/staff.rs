//! `okrug person set`, `dismiss`, `restore`, `session` and `password`.

use std::path::PathBuf;

use clap::Subcommand;
use okrug_node::office::view::{
    Device, Dismissal, Ended, Login, NewPassword, Password, PersonChange, PersonView, Program, Sessions, System, Token,
};
use okrug_protocol::clock::Millis;
use serde_json::json;
use zeroize::Zeroizing;

use super::{unit, who};
use crate::client::{Client, Place, Reach};
use crate::cmd::confirm::confirm;
use crate::context::Context;
use crate::print::Table;
use crate::problem::{Problem, misuse};
use crate::secret;
use crate::time;
use crate::words::{Lang, said};

#[derive(Debug, clap::Args)]
pub(super) struct SetArgs {
    #[arg(value_name = "PERSON")]
    person: String,
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    #[arg(long, value_name = "POSITION")]
    position: Option<String>,
    #[arg(long, value_name = "UNIT")]
    unit: Option<String>,
    #[command(flatten)]
    reach: Reach,
}

#[derive(Debug, clap::Args)]
pub(super) struct DismissArgs {
    #[arg(value_name = "PERSON")]
    person: String,
    #[arg(long, value_name = "REASON")]
    reason: String,
    #[arg(long, value_name = "TIME", value_parser = time::parse)]
    at: Option<Millis>,
    #[arg(long, value_name = "LOGIN")]
    confirm: Option<String>,
    #[command(flatten)]
    reach: Reach,
}

#[derive(Debug, clap::Args)]
pub(super) struct OneArgs {
    #[arg(value_name = "PERSON")]
    person: String,
    #[command(flatten)]
    reach: Reach,
}

#[derive(Debug, clap::Args)]
pub(super) struct SessionArgs {
    #[command(subcommand)]
    action: SessionAction,
}

#[derive(Debug, Subcommand)]
enum SessionAction {
    List(OneArgs),
    End(OneArgs),
}

#[derive(Debug, clap::Args)]
pub(super) struct PasswordArgs {
    #[arg(long, value_name = "L")]
    login: String,
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    new_password_file: Option<PathBuf>,
    #[command(flatten)]
    reach: Reach,
}

pub(super) fn set(context: &Context, args: SetArgs) -> Result<(), Problem> {
    if args.name.is_none() && args.position.is_none() && args.unit.is_none() {
        return Err(misuse(said!(
            "что изменить? назовите --name, --position или --unit",
            "what is to change? say --name, --position or --unit"
        )));
    }
    let node = node(context, &args.reach)?;
    let person = who::find(&node, &args.person)?;
    let tree = node.get("/org/tree")?;
    let unit = args.unit.map(|word| unit::find(&tree, &word).map(|unit| unit.id)).transpose()?;
    let change = PersonChange { name: args.name, position: args.position, unit };
    let id = person.id;
    if context.dry_run {
        return context.done(
            json!({ "person": id.to_string(), "dry_run": true }),
            &said!("{id}: проба, ничего не изменено", "{id}: dry run, nothing was changed"),
            None,
        );
    }
    let changed: PersonView = node.patch(&format!("/admin/person/{id}"), &change)?;
    let PersonView { name, position, unit, unit_name, .. } = &changed;
    context.done(
        json!({ "person": changed }),
        &said!("{id} {name}, {position}: {unit_name} ({unit})", "{id} {name}, {position}: {unit_name} ({unit})"),
        Some(&said!("округ узнает при первой связи", "the district hears of it at the first contact")),
    )
}

pub(super) fn dismiss(context: &Context, args: DismissArgs) -> Result<(), Problem> {
    let node = node(context, &args.reach)?;
    let person = who::find(&node, &args.person)?;
    let (id, name) = (person.id, person.name.clone());
    if context.dry_run {
        return context.done(
            json!({ "person": id.to_string(), "dry_run": true }),
            &said!("{id}: проба, никто не уволен", "{id}: dry run, nobody was dismissed"),
            None,
        );
    }
    let what = said!(
        "Увольнение: {id} {name}. Войти и писать этот человек больше не сможет.",
        "Dismissal: {id} {name}. They cannot log in or write any more."
    );
    confirm(context, args.confirm.as_deref(), &person.login, &what)?;
    let dismissal = Dismissal { reason: args.reason, at: args.at };
    let (_, left): (u16, PersonView) = node.post(&format!("/admin/person/{id}/dismiss"), &dismissal)?;
    let told = match args.at.filter(|_| left.active) {
        Some(at) => {
            let at = time::shown(at, context.lang);
            said!("{id} {name}: будет уволен(а) {at}", "{id} {name}: leaves at {at}")
        }
        None => said!("{id} {name}: уволен(а), сеансы закончены", "{id} {name}: dismissed, sessions ended"),
    };
    context.done(
        json!({ "person": left }),
        &told,
        Some(&said!("вернуть: okrug person restore {id}", "to take it back: okrug person restore {id}")),
    )
}

pub(super) fn restore(context: &Context, args: &OneArgs) -> Result<(), Problem> {
    let node = node(context, &args.reach)?;
    let person = who::find(&node, &args.person)?;
    let id = person.id;
    let (_, back): (u16, PersonView) = node.post(&format!("/admin/person/{id}/restore"), &json!({}))?;
    let (name, login) = (&back.name, &back.login);
    context.done(
        json!({ "person": back }),
        &said!("{id} {name}: снова служит", "{id} {name}: serves again"),
        Some(&said!("входить с прежним паролем, логин {login}", "the old password opens again, login {login}")),
    )
}

pub(super) fn session(context: &Context, args: &SessionArgs) -> Result<(), Problem> {
    match &args.action {
        SessionAction::List(args) => {
            let node = node(context, &args.reach)?;
            let id = who::find(&node, &args.person)?.id;
            let Sessions { sessions } = node.get(&format!("/admin/person/{id}/session"))?;
            let mut table = Table::new(context.lang.pick(
                ["СЕАНС", "НАЧАТ", "ПОСЛЕДНИЙ ЗАПРОС", "АДРЕС", "УСТРОЙСТВО"],
                ["SESSION", "BEGAN", "LAST REQUEST", "ADDRESS", "DEVICE"],
            ));
            for one in &sessions {
                let [began, used] =
                    [one.began, one.used].map(|at| if context.plain { time::text(at) } else { time::shown(at, context.lang) });
                let device = device(one.device, context.lang);
                table.row([one.id.clone(), began, used, one.address.clone().unwrap_or_else(|| "-".to_owned()), device]);
            }
            context.show(json!({ "sessions": sessions }), &table)
        }
        SessionAction::End(args) => {
            let node = node(context, &args.reach)?;
            let id = who::find(&node, &args.person)?.id;
            if context.dry_run {
                return context.done(
                    json!({ "person": id.to_string(), "dry_run": true }),
                    &said!("{id}: проба, ничего не изменено", "{id}: dry run, nothing was changed"),
                    None,
                );
            }
            let Ended { ended } = node.take(&format!("/admin/person/{id}/session"))?;
            context.done(
                json!({ "person": id.to_string(), "ended": ended }),
                &said!("{id}: закончено сеансов: {ended}", "{id}: sessions ended: {ended}"),
                Some(&said!(
                    "если пароль узнал другой: okrug person reset {id}",
                    "if somebody knows the password: okrug person reset {id}"
                )),
            )
        }
    }
}

pub(super) fn password(context: &Context, args: &PasswordArgs) -> Result<(), Problem> {
    let nobody = Client::of(&Place::of(context, &args.reach)?, context.lang, context.timeout)?;
    let login = &args.login;
    let old = secret::password(context, args.password_file.as_deref(), &said!("Прежний пароль {login}", "The old password of {login}"))?;
    let new = secret::new_password(context, args.new_password_file.as_deref(), &said!("Новый пароль", "The new password"))?;
    let [old, new] = [old, new].map(|password| Password::from(password.to_string()));
    let (_, Token { token }) = nobody.post("/session", &Login { login: login.clone(), password: old.clone(), token: true })?;
    let person = nobody.with_token(Zeroizing::new(token));
    let changed = person.put("/password", &NewPassword { old, new });
    // Whoever only changed the password leaves no session behind; one that cannot be ended now ends by itself.
    let _ = person.delete("/session");
    let Ended { ended } = changed?;
    context.done(
        json!({ "ended": ended }),
        &said!("пароль изменён, других сеансов закончено: {ended}", "the password is changed, other sessions ended: {ended}"),
        None,
    )
}

/// What a session came from, in words.
fn device(Device { system, program }: Device, lang: Lang) -> String {
    let program = match program {
        Program::Yandex => lang.pick("Яндекс Браузер", "Yandex Browser"),
        Program::Edge => "Edge",
        Program::Firefox => "Firefox",
        Program::Chrome => "Chrome",
        Program::Safari => "Safari",
        Program::Script => lang.pick("скрипт", "script"),
        Program::Other => lang.pick("неизвестная программа", "unknown program"),
    };
    let system = match system {
        System::Windows => "Windows",
        System::Android => "Android",
        System::Ios => "iOS",
        System::Macos => "macOS",
        System::Linux => "Linux",
        System::Other => return program.to_owned(),
    };
    format!("{program}, {system}")
}

fn node(context: &Context, reach: &Reach) -> Result<Client, Problem> {
    Client::admin(&Place::of(context, reach)?, context.lang, context.timeout)
}
