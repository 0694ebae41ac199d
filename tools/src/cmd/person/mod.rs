//! `okrug person`: the people of an office, enrolled by its node's administrator.

mod accept;
mod add;
mod deputy;
mod invite;
mod list;
mod moving;
mod right;
mod slip;
mod staff;
pub(super) mod unit;
mod who;

use clap::Subcommand;

use crate::client::Reach;
use crate::context::Context;
use crate::help::Row;
use crate::problem::Problem;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Add(add::Args),
    Deputy(deputy::Args),
    Invite(invite::InviteArgs),
    Accept(accept::Args),
    Invitation(invite::InvitationArgs),
    List(Reach),
    Set(staff::SetArgs),
    Password(staff::PasswordArgs),
    Reset(invite::ResetArgs),
    Right(right::RightArgs),
    Session(staff::SessionArgs),
    #[command(alias = "revoke")]
    Dismiss(staff::DismissArgs),
    Restore(staff::OneArgs),
    Move(moving::MoveArgs),
    Receive(moving::ReceiveArgs),
}

/// Its texts.
pub const HELP: &[Row] = &[
    ("person", "The people of this office", "Люди этого отделения"),
    ("person.add", "Enrol a person at this office", "Завести человека в этом отделении"),
    ("person.add.login", "The name to log in with: letters, digits, and . _ -", "Имя для входа: буквы, цифры и знаки . _ -"),
    ("person.add.name", "The name that others see", "Имя, которое видят другие"),
    ("person.add.position", "The position", "Должность"),
    (
        "person.add.unit",
        "The unit, by number or full name; this office must have people of it",
        "Отдел по номеру или полному названию; его люди должны работать в этом отделении",
    ),
    (
        "person.add.password_file",
        "A file with the first password; asked for otherwise",
        "Файл с первым паролем; иначе пароль будет спрошен",
    ),
    ("person.add.generate", "Make a password and show it once", "Придумать пароль и показать его один раз"),
    ("person.deputy", "Who stands in for somebody of this office", "Кто замещает человека этого отделения"),
    ("person.deputy.set", "Name a deputy until a date", "Назначить заместителя до даты"),
    ("person.deputy.set.person", "Who is away: p10001, a login, or a full name", "Кого нет на месте: p10001, логин или полное имя"),
    ("person.deputy.set.by", "Who stands in: p10001, a login, or a full name", "Кто замещает: p10001, логин или полное имя"),
    (
        "person.deputy.set.from",
        "From when on, as in role assign; now by default",
        "С какого времени, как в role assign; по умолчанию сейчас",
    ),
    (
        "person.deputy.set.until",
        "Until when: 2026-03-20 (its end) or 2026-03-20T20:00:00+03:00",
        "До какого времени: 2026-03-20 (до конца дня) или 2026-03-20T20:00:00+03:00",
    ),
    ("person.deputy.remove", "End it before the date", "Прекратить раньше срока"),
    ("person.deputy.remove.person", "Who is back: p10001, a login, or a full name", "Кто вернулся: p10001, логин или полное имя"),
    ("person.list", "Show the people of this office", "Показать людей этого отделения"),
    (
        "person.invite",
        "Make a code by which somebody comes and chooses a password",
        "Создать код, по которому человек придёт и сам задаст пароль",
    ),
    ("person.invite.name", "The name that others see", "Имя, которое видят другие"),
    ("person.invite.position", "The position", "Должность"),
    (
        "person.invite.unit",
        "The unit, by number or full name; this office must have people of it",
        "Отдел по номеру или полному названию; его люди должны работать в этом отделении",
    ),
    (
        "person.invite.ttl",
        "How long the code holds: 24h by default, 30d at most",
        "Сколько действует код: по умолчанию 24h, самое большее 30d",
    ),
    ("person.invite.print", "Write a slip to be printed, as HTML", "Записать листок для печати, HTML"),
    (
        "person.invite.page",
        "The address of the page as people open it; that of the node by default",
        "Адрес страницы, каким его открывают люди; по умолчанию адрес узла",
    ),
    ("person.accept", "Come with a code: choose a login and a password", "Прийти по коду: задать логин и пароль"),
    ("person.accept.code_file", "A file with the code", "Файл с кодом"),
    ("person.accept.login", "The login to choose", "Какой логин задать"),
    ("person.accept.password_file", "A file with the password; asked for otherwise", "Файл с паролем; иначе будет спрошен"),
    ("person.invitation", "Invitations that nobody has used yet", "Приглашения, которыми ещё не воспользовались"),
    ("person.invitation.list", "Show them; codes are not kept", "Показать их; сами коды не хранятся"),
    (
        "person.invitation.remove",
        "Withdraw one; after a reset the old password opens again, also when its code has run out",
        "Отозвать; после сброса снова откроет прежний пароль, даже если время кода вышло",
    ),
    ("person.invitation.remove.person", "The number that was promised", "Обещанный номер"),
    ("person.set", "Give a person another name, position or unit", "Изменить имя, должность или отдел"),
    ("person.set.person", "The person: number, login, or a name that is one person's", "Человек: номер, логин или имя, если оно у одного"),
    ("person.set.name", "The new name", "Новое имя"),
    ("person.set.position", "The new position", "Новая должность"),
    ("person.set.unit", "The new unit, by number or full name", "Новый отдел по номеру или полному названию"),
    ("person.password", "Change one's own password; other sessions end", "Сменить свой пароль; другие сеансы закончатся"),
    ("person.password.login", "The login", "Логин"),
    ("person.password.password_file", "A file with the old password; asked for otherwise", "Файл с прежним паролем; иначе будет спрошен"),
    ("person.password.new_password_file", "A file with the new password; asked for otherwise", "Файл с новым паролем; иначе будет спрошен"),
    ("person.reset", "Give new keys to somebody who forgot the password", "Дать новые ключи тому, кто забыл пароль"),
    (
        "person.reset.person",
        "The person: number, login, or a name that is one person's",
        "Человек: номер, логин или имя, если оно у одного",
    ),
    ("person.reset.confirm", "The login once more, instead of being asked", "Логин ещё раз, чтобы не спрашивать"),
    (
        "person.reset.ttl",
        "How long the code holds: 24h by default, 30d at most",
        "Сколько действует код: по умолчанию 24h, самое большее 30d",
    ),
    ("person.reset.print", "Write a slip to be printed, as HTML", "Записать листок для печати, HTML"),
    (
        "person.reset.page",
        "The address of the page as people open it; that of the node by default",
        "Адрес страницы, каким его открывают люди; по умолчанию адрес узла",
    ),
    ("person.right", "Who sees the state of the node on the page", "Кто видит на странице состояние узла"),
    ("person.right.add", "Give the right", "Дать право"),
    (
        "person.right.add.person",
        "The person: number, login, or a name that is one person's",
        "Человек: номер, логин или имя, если оно у одного",
    ),
    ("person.right.add.right", "it: the page of the node", "it: страница узла"),
    ("person.right.remove", "Take it away", "Забрать право"),
    (
        "person.right.remove.person",
        "The person: number, login, or a name that is one person's",
        "Человек: номер, логин или имя, если оно у одного",
    ),
    ("person.right.remove.right", "it: the page of the node", "it: страница узла"),
    ("person.session", "Sessions of a person", "Сеансы человека"),
    ("person.session.list", "Show them", "Показать их"),
    (
        "person.session.list.person",
        "The person: number, login, or a name that is one person's",
        "Человек: номер, логин или имя, если оно у одного",
    ),
    ("person.session.end", "End all of them at once", "Закончить все сразу"),
    (
        "person.session.end.person",
        "The person: number, login, or a name that is one person's",
        "Человек: номер, логин или имя, если оно у одного",
    ),
    ("person.dismiss", "Let a person go: they cannot log in or write any more", "Уволить: войти и писать человек больше не сможет"),
    (
        "person.dismiss.person",
        "The person: number, login, or a name that is one person's",
        "Человек: номер, логин или имя, если оно у одного",
    ),
    ("person.dismiss.reason", "Why; it stays in this office's journal of administration", "Почему; остаётся в журнале этого отделения"),
    (
        "person.dismiss.at",
        "When, such as 2026-12-01T18:00:00Z; now by default",
        "Когда, например 2026-12-01T18:00:00Z; по умолчанию сейчас",
    ),
    ("person.dismiss.confirm", "The login once more, instead of being asked", "Логин ещё раз, чтобы не спрашивать"),
    (
        "person.move",
        "Let a person go to another office; their direct messages follow",
        "Отпустить человека в другое отделение; личные сообщения уйдут следом",
    ),
    ("person.move.person", "The person: number, login, or a name that is one person's", "Человек: номер, логин или имя, если оно у одного"),
    ("person.move.to", "The office: number, short name or name", "Отделение: номер, краткое имя или название"),
    (
        "person.move.out",
        "Also write the move as a file, where no path leads to that office; it is sealed to it and serves once",
        "Записать переход и в файл, если до того отделения нет пути; открыть его может только оно и один раз",
    ),
    ("person.move.confirm", "The login once more, instead of being asked", "Логин ещё раз, чтобы не спрашивать"),
    (
        "person.receive",
        "Take in a person whom another office has let go to this one; without a word, show who is on the way",
        "Принять человека, которого отпустило сюда другое отделение; без номера показать, кто в пути",
    ),
    ("person.receive.person", "The person's number, or the file from person move --out", "Номер человека или файл от person move --out"),
    ("person.receive.unit", "The unit, by number or full name", "Отдел по номеру или полному названию"),
    ("person.receive.position", "The position; the old one by default", "Должность; по умолчанию прежняя"),
    ("person.receive.login", "The login; the old one by default", "Логин; по умолчанию прежний"),
    ("person.restore", "Take a dismissal back", "Отменить увольнение"),
    (
        "person.restore.person",
        "The person: number, login, or a name that is one person's",
        "Человек: номер, логин или имя, если оно у одного",
    ),
];

/// Runs it.
///
/// # Errors
/// Whatever stops it; nothing is half done then.
pub fn run(context: &Context, args: Args) -> Result<(), Problem> {
    match args.action {
        Action::Add(args) => add::run(context, args),
        Action::Deputy(args) => deputy::run(context, &args),
        Action::List(reach) => list::run(context, &reach),
        Action::Invite(args) => invite::invite(context, args),
        Action::Accept(args) => accept::run(context, &args),
        Action::Invitation(args) => invite::invitation(context, &args),
        Action::Set(args) => staff::set(context, args),
        Action::Password(args) => staff::password(context, &args),
        Action::Reset(args) => invite::reset(context, &args),
        Action::Right(args) => right::run(context, &args),
        Action::Session(args) => staff::session(context, &args),
        Action::Dismiss(args) => staff::dismiss(context, args),
        Action::Restore(args) => staff::restore(context, &args),
        Action::Move(args) => moving::release(context, &args),
        Action::Receive(args) => moving::receive(context, args),
    }
}
