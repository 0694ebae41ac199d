//! The one table of refusals: code, HTTP status, exit code of the command line, words.

use axum::http::StatusCode;

use crate::problem::Exit;
use crate::said;
use crate::words::Said;

/// What stands in a row besides the code.
#[derive(Debug, Clone)]
pub struct Row {
    /// The HTTP status.
    pub status: StatusCode,
    /// How the command line ends.
    pub exit: Exit,
    /// What is refused, in a few words.
    pub title: Said,
    /// What happened, why, what was kept.
    pub detail: Said,
    /// What to do next.
    pub hint: Option<Said>,
}

macro_rules! table {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $status:ident, $exit:ident,
        $title:expr, $detail:expr $(, $hint:expr)?;)*) => {
        /// Why a request was refused; the word of each is stable.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code {
            $($(#[$doc])* $name,)*
        }

        impl Code {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The name in JSON.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// The rest of the row.
            #[must_use]
            pub fn row(self) -> Row {
                match self {
                    $(Self::$name => Row {
                        status: StatusCode::$status,
                        exit: Exit::$exit,
                        title: $title,
                        detail: $detail,
                        hint: table!(@hint $($hint)?),
                    },)*
                }
            }
        }
    };
    (@hint) => { None };
    (@hint $hint:expr) => { Some($hint) };
}

impl Code {
    /// The code of a word; `None` for one of a newer version.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.word() == word)
    }
}

table! {
    /// The request cannot be read.
    BadRequest = "bad_request", BAD_REQUEST, Usage,
        said!("Запрос не прочитан", "The request cannot be read"),
        said!("в запросе ошибка, ничего не изменено", "the request is wrong, nothing was changed");
    /// No such path.
    NoSuchRoute = "no_such_route", NOT_FOUND, NotFound,
        said!("Нет такого адреса", "No such address"),
        said!("по этому адресу ничего нет", "there is nothing at this address"),
        said!("все адреса: /api/v1/openapi.json", "all addresses: /api/v1/openapi.json");
    /// The path is there, and the method is none of its own.
    MethodNotAllowed = "method_not_allowed", METHOD_NOT_ALLOWED, Usage,
        said!("Так сюда не обращаются", "This is not done here"),
        said!("у этого адреса нет такого метода", "this address has no such method");
    /// The body is longer than allowed.
    TooLarge = "too_large", PAYLOAD_TOO_LARGE, Usage,
        said!("Слишком много", "Too large"),
        said!("запрос длиннее, чем разрешено, ничего не изменено", "the request is longer than allowed, nothing was changed");
    /// The head of the request is longer than allowed.
    HeadTooLong = "head_too_long", REQUEST_HEADER_FIELDS_TOO_LARGE, Usage,
        said!("Слишком длинный заголовок", "The head is too long"),
        said!("адрес или заголовки запроса длиннее, чем разрешено", "the address or the headers of the request are longer than allowed"),
        said!("очистите cookie этого узла в браузере", "clear the cookies of this node in the browser");
    /// The body is of another kind.
    MediaType = "media_type", UNSUPPORTED_MEDIA_TYPE, Usage,
        said!("Не тот вид данных", "The wrong kind of data"),
        said!("здесь нужен другой Content-Type", "another Content-Type is needed here");
    /// The client took too long.
    TooSlow = "too_slow", REQUEST_TIMEOUT, Busy,
        said!("Слишком долго", "Too slow"),
        said!("запрос не уложился во время", "the request did not end in time"),
        said!(
            "повторите; с тем же client_id сообщение не запишется дважды",
            "try again; with the same client_id no message is written twice"
        );
    /// `Host` is no name of this node.
    BadHost = "bad_host", MISDIRECTED_REQUEST, Usage,
        said!("Не тот узел", "Not this node"),
        said!("узел не знает себя под этим именем", "the node does not know itself by this name"),
        said!("откройте страницу по адресу узла или добавьте имя в api.hosts", "use the node's address, or add the name to api.hosts");
    /// The browser says that another site asks.
    Forged = "forged", FORBIDDEN, Refused,
        said!("Запрос с чужой страницы", "A request from another site"),
        said!("запрос пришёл не со страницы этого узла и не выполнен", "the request did not come from this node's page and was not carried out");
    /// A write without the header of writes.
    NoWriteHeader = "no_write_header", FORBIDDEN, Usage,
        said!("Нет заголовка записи", "No write header"),
        said!("для изменений нужен заголовок X-Okrug: 1", "changes need the header X-Okrug: 1");
    /// Said in clear where TLS is spoken.
    NeedsTls = "needs_tls", FORBIDDEN, Refused,
        said!("Нужен https", "https is needed"),
        said!("узел принимает это только под TLS; ничего не выполнено", "the node takes this under TLS only; nothing was carried out");
    /// The certificate of the page is not for this node, or a browser would refuse it.
    CertificateRefused = "certificate_refused", UNPROCESSABLE_ENTITY, BadSignature,
        said!("Сертификат не принят", "The certificate was not taken"),
        said!("сертификат не принят, прежний остался", "the certificate was not taken, the one before stays"),
        said!("okrug tls request, и по ней okrug tls issue ещё раз", "okrug tls request, and okrug tls issue by it once more");
    /// Nobody is logged in.
    NotLoggedIn = "not_logged_in", UNAUTHORIZED, NotPermitted,
        said!("Нужно войти", "Not logged in"),
        said!("сеанса нет или он закончился", "there is no session, or it has ended"),
        said!("войдите снова", "log in again");
    /// The login or the password is wrong.
    WrongLogin = "wrong_login", UNAUTHORIZED, NotPermitted,
        said!("Вход не выполнен", "Not logged in"),
        said!("имя или пароль не подходят", "the login or the password is wrong"),
        said!("если пароль забыт или вход закрыт сбросом, код для входа выдаст администратор", "for a forgotten password, or after a reset, the administrator has a code");
    /// The code of an invitation is wrong, used or ended.
    WrongCode = "wrong_code", UNAUTHORIZED, NotPermitted,
        said!("Код не подходит", "The code does not fit"),
        said!(
            "код введён с ошибкой, уже использован или его время вышло; никто не заведён",
            "the code is mistyped, was used already, or its time is over; nobody was enrolled"
        ),
        said!("сверьте код с листком или попросите у администратора новый", "compare it with the slip, or ask the administrator for another");
    /// The old password is wrong.
    WrongPassword = "wrong_password", FORBIDDEN, NotPermitted,
        said!("Пароль не подходит", "The password is wrong"),
        said!("прежний пароль введён неверно, остался он", "the old password is wrong, and it stays");
    /// A time out of bounds.
    BadTime = "bad_time", UNPROCESSABLE_ENTITY, Usage,
        said!("Срок не подходит", "The time does not fit"),
        said!("код действует от минуты до 30 дней; ничего не изменено", "a code holds from a minute to 30 days; nothing was changed");
    /// The person does not look after the node.
    NotKeeper = "not_keeper", FORBIDDEN, Refused,
        said!("Только для тех, кто следит за узлом", "For those who look after the node"),
        said!("для этого нужно право it", "this needs the right it"),
        said!("право даёт администратор узла: okrug person right add ЧЕЛОВЕК it", "the node's administrator gives it: okrug person right add PERSON it");
    /// The person is another office's.
    NotOurs = "not_ours", CONFLICT, Refused,
        said!("Человек другого отделения", "A person of another office"),
        said!("человек числится в другом отделении или переходит туда; ничего не изменено", "the person is another office's, or on the way there; nothing was changed"),
        said!("это делает администратор того отделения", "the administrator of that office does this");
    /// The person has left.
    HasLeft = "has_left", CONFLICT, Refused,
        said!("Человек уволен", "The person has left"),
        said!("человек больше не служит здесь; ничего не изменено", "the person does not serve here any more; nothing was changed"),
        said!("okrug person restore ID вернёт его", "okrug person restore ID takes that back");
    /// The person's office has not let them go to this one.
    NotReleased = "not_released", CONFLICT, Refused,
        said!("Человека ещё не отпустили", "The person has not been let go"),
        said!("здесь не известно, чтобы прежнее отделение отпустило человека сюда; ничего не изменено", "as far as is known here, the old office has not let the person go to this one; nothing was changed"),
        said!("в прежнем отделении: okrug person move; затем дождитесь связи", "at the old office: okrug person move; then wait for contact");
    /// What the old office hands over has not come yet.
    NotArrived = "not_arrived", CONFLICT, Busy,
        said!("Передача ещё не дошла", "The handover has not come yet"),
        said!("прежнее отделение отпустило человека, но его ключи ещё в пути; ничего не изменено", "the old office has let the person go, and their keys are still on the way; nothing was changed"),
        said!("повторите после связи с прежним отделением", "try again after contact with the old office");
    /// A move as a file that is for another office.
    TransferElsewhere = "transfer_elsewhere", CONFLICT, Refused,
        said!("Файл не для этого отделения", "The file is not for this office"),
        said!("человека отпустили в другое отделение, и открыть файл может только оно; ничего не изменено", "the person was let go to another office, and it alone opens the file; nothing was changed"),
        said!("отнесите файл туда или отпустите заново: okrug person move", "take the file there, or let the person go anew: okrug person move");
    /// A move as a file that was changed, or does not show what it should.
    TransferRefused = "transfer_refused", UNPROCESSABLE_ENTITY, BadSignature,
        said!("Файл не принят", "The file is not taken"),
        said!("это не файл перехода, либо он изменён или обрезан, либо прежнее отделение его не подписывало; ничего не изменено", "this is no file of a move, or it was changed or cut short, or the old office did not sign it; nothing was changed"),
        said!("возьмите файл в прежнем отделении ещё раз: okrug person move ID --to ОТДЕЛЕНИЕ --out ФАЙЛ", "take the file at the old office once more: okrug person move ID --to OFFICE --out FILE");
    /// A move as a file that has served.
    TransferUsed = "transfer_used", CONFLICT, Refused,
        said!("Файл уже использован", "The file was used already"),
        said!("по этому файлу человек уже принят, файл служит один раз; ничего не изменено", "the person was taken in with this file already, and it serves once; nothing was changed"),
        said!("okrug person list покажет человека; забыт пароль: okrug person reset ID", "okrug person list shows the person; a forgotten password: okrug person reset ID");
    /// No such session.
    NoSuchSession = "no_such_session", NOT_FOUND, NotFound,
        said!("Нет такого сеанса", "No such session"),
        said!("такого сеанса нет или он уже закончился", "there is no such session, or it has ended already");
    /// Too many wrong passwords.
    Throttled = "throttled", TOO_MANY_REQUESTS, Busy,
        said!("Подождите", "Wait"),
        said!("слишком много неудачных попыток входа", "too many failed logins"),
        said!("повторите через время из Retry-After", "try again after the time in Retry-After");
    /// The token is not the administrator's.
    NotAdmin = "not_admin", FORBIDDEN, NotPermitted,
        said!("Нужны права администратора узла", "The node's administrator only"),
        said!("для этого нужен ключ из файла api.json в папке данных узла", "this needs the token from api.json in the node's data directory"),
        said!("запустите команду от имени пользователя узла с --node ПАПКА", "run the command as the node's user with --node DIR");
    /// Too many streams of events.
    TooManyStreams = "too_many_streams", TOO_MANY_REQUESTS, Busy,
        said!("Слишком много открытых страниц", "Too many open pages"),
        said!("в этом сеансе уже открыто столько потоков событий, сколько разрешено", "this session has as many streams of events as allowed"),
        said!("закройте лишние вкладки", "close some tabs");
    /// The node cannot serve yet.
    NotReady = "not_ready", SERVICE_UNAVAILABLE, Busy,
        said!("Узел ещё запускается", "The node is starting"),
        said!("хранилище или связь ещё не готовы", "the store or the mesh is not ready yet");
    /// No such conversation, or not for this person.
    NoSuchChat = "no_such_chat", NOT_FOUND, NotFound,
        said!("Нет такой переписки", "No such conversation"),
        said!("такой переписки нет или она вам не видна", "there is no such conversation, or you do not see it");
    /// No such message.
    NoSuchMessage = "no_such_message", NOT_FOUND, NotFound,
        said!("Нет такого сообщения", "No such message"),
        said!("такого сообщения здесь нет", "there is no such message here");
    /// More than one file holds.
    TooMany = "too_many", UNPROCESSABLE_ENTITY, Usage,
        said!("Слишком много для одного файла", "Too much for one file"),
        said!("в один файл столько не помещается, файла нет", "one file does not hold as much, there is no file"),
        said!("выгрузите по частям: --from и --to", "export parts: --from and --to");
    /// No such person.
    NoSuchPerson = "no_such_person", NOT_FOUND, NotFound,
        said!("Нет такого человека", "No such person"),
        said!("такого человека узел не знает", "the node knows no such person");
    /// No such role, or it is closed.
    NoSuchRole = "no_such_role", NOT_FOUND, NotFound,
        said!("Нет такой роли", "No such role"),
        said!("такой роли нет или она закрыта; ничего не изменено", "there is no such role, or it is closed; nothing was changed"),
        said!("okrug role list покажет роли", "okrug role list shows the roles");
    /// A person of another office, or one who has left.
    NotOurPerson = "not_our_person", CONFLICT, Refused,
        said!("Человек не из этого отделения", "Not a person of this office"),
        said!(
            "назначают людей своего отделения, и этот не из него или уже не служит; ничего не изменено",
            "an office appoints its own people, and this one is of another or has left; nothing was changed"
        );
    /// The duty of the role is another's, or nobody stands in for that person by this one.
    MayNotSpeakFor = "may_not_speak_for", FORBIDDEN, Refused,
        said!("Говорить за них нельзя", "Not allowed to speak for them"),
        said!(
            "сейчас вы не исполняете эту роль и не замещаете этого человека; ничего не отправлено",
            "you do not have the duty of this role or stand in for this person now; nothing was sent"
        ),
        said!("напишите от своего имени", "write in your own name");
    /// Nobody stands in.
    NoDeputy = "no_deputy", NOT_FOUND, NotFound,
        said!("Заместителя нет", "No deputy"),
        said!("этого человека никто не замещает; ничего не изменено", "nobody stands in for this person; nothing was changed");
    /// A term that cannot be.
    BadTerm = "bad_term", UNPROCESSABLE_ENTITY, Usage,
        said!("Срок не подходит", "The term does not fit"),
        said!(
            "срок кончается раньше, чем начинается, уже прошёл, или человек замещает сам себя; ничего не изменено",
            "the term ends before it begins, is over, or somebody would stand in for themselves; nothing was changed"
        );
    /// A role with too many holders.
    TooManyHolders = "too_many_holders", CONFLICT, Refused,
        said!("Слишком много назначений", "Too many holders"),
        said!("у роли уже 64 назначения, вместе с будущими; ничего не изменено", "the role has 64 terms already, those to come included; nothing was changed"),
        said!("снимите лишних: okrug role remove РОЛЬ ЧЕЛОВЕК", "take some away: okrug role remove ROLE PERSON");
    /// A title that cannot be.
    BadTitle = "bad_title", UNPROCESSABLE_ENTITY, Usage,
        said!("Название не подходит", "The title does not fit"),
        said!(
            "название пусто, слишком длинно или с управляющими знаками; ничего не изменено",
            "the title is empty, too long or has control characters; nothing was changed"
        );
    /// No such unit, or it is not hosted here.
    NoSuchUnit = "no_such_unit", NOT_FOUND, NotFound,
        said!("Нет такого подразделения", "No such unit"),
        said!("такого подразделения в этом отделении нет", "this office hosts no such unit"),
        said!("okrug org show --tree покажет подразделения", "okrug org show --tree shows the units");
    /// No such office, or it is this one.
    NoSuchOffice = "no_such_office", NOT_FOUND, NotFound,
        said!("Нет такого отделения", "No such office"),
        said!("другого отделения с таким номером в справочнике нет", "the directory lists no other office of this number");
    /// The person may not write there.
    MayNotPost = "may_not_post", FORBIDDEN, Refused,
        said!("Писать сюда нельзя", "Not allowed to write here"),
        said!("вы читаете эту переписку, но писать в неё вам не разрешено", "you read this conversation and may not write in it");
    /// The office is read-only until the authority resumes it.
    OfficeSuspended = "office_suspended", FORBIDDEN, Refused,
        said!("Отделение приостановлено: только чтение", "The office is suspended: read-only"),
        said!(
            "округ приостановил это отделение: всё пришедшее читается, ничего не записано и не отправлено",
            "the district has suspended this office: what comes is read, nothing was written or sent"
        ),
        said!("писать можно снова, когда администратор округа возобновит его: okrug office resume", "writing goes on when the district's authority resumes it: okrug office resume");
    /// A message without text.
    EmptyText = "empty_text", UNPROCESSABLE_ENTITY, Usage,
        said!("Пустое сообщение", "An empty message"),
        said!("в сообщении нет текста", "the message has no text");
    /// A text beyond the limit.
    TextTooLong = "text_too_long", UNPROCESSABLE_ENTITY, Usage,
        said!("Слишком длинный текст", "The text is too long"),
        said!("текст длиннее 32768 байт и не отправлен", "the text is longer than 32768 bytes and was not sent"),
        said!("разделите его на части", "send it in parts");
    /// A password that is too easy.
    WeakPassword = "weak_password", UNPROCESSABLE_ENTITY, Usage,
        said!("Слабый пароль", "A weak password"),
        said!("пароль слишком короткий или слишком длинный, человек не добавлен", "the password is too short or too long, nobody was added");
    /// A login that cannot be.
    BadLogin = "bad_login", UNPROCESSABLE_ENTITY, Usage,
        said!("Логин не подходит", "The login does not fit"),
        said!(
            "логин — до 64 букв, цифр и знаков . _ -; человек не добавлен",
            "a login is 1 to 64 letters, digits, and . _ -; nobody was added"
        );
    /// A name or a position that cannot be.
    BadName = "bad_name", UNPROCESSABLE_ENTITY, Usage,
        said!("Имя или должность не подходит", "The name or the position does not fit"),
        said!(
            "имя или должность пусты, слишком длинны или с управляющими знаками; человек не добавлен",
            "the name or the position is empty, too long or has control characters; nobody was added"
        );
    /// The office has given all of its numbers.
    NoNumberLeft = "no_number_left", CONFLICT, Failed,
        said!("Номера закончились", "No number left"),
        said!("отделение выдало все свои номера людей; человек не добавлен", "the office has given all of its numbers; nobody was added");
    /// The login is taken.
    LoginTaken = "login_taken", CONFLICT, Changed,
        said!("Логин занят", "The login is taken"),
        said!("человек с таким логином уже есть", "somebody has this login already");
    /// The office may not enrol people.
    MayNotEnrol = "may_not_enrol", FORBIDDEN, Refused,
        said!("Отделение не принимает людей", "The office does not enrol"),
        said!("справочник округа не разрешает этому отделению заводить людей", "the directory does not let this office enrol people");
    /// An older document than the one held.
    DocumentOlder = "document_older", CONFLICT, Changed,
        said!("Файл округа старее", "The district file is older"),
        said!("у узла версия новее, осталась она", "the node has a newer version and keeps it");
    /// Another document of the same version.
    DocumentConflict = "document_conflict", CONFLICT, Changed,
        said!("Два разных документа одной версии", "Two documents of one version"),
        said!("узел оставил прежний документ, а другой сохранил как доказательство", "the node kept its own, and the other as a proof"),
        said!("сообщите администратору округа", "tell the district's administrator");
    /// A document of another district.
    DocumentForeign = "document_foreign", UNPROCESSABLE_ENTITY, BadSignature,
        said!("Файл другого округа", "A file of another district"),
        said!("файл подписан для другого округа, ничего не изменено", "the file is of another district, nothing was changed");
    /// Too few signatures.
    DocumentThreshold = "document_threshold", UNPROCESSABLE_ENTITY, Threshold,
        said!("Не хватает подписей", "Too few signatures"),
        said!("под документом не хватает верных подписей, ничего не изменено", "the document has too few valid signatures, nothing was changed"),
        said!("okrug authority sign добавит подпись", "okrug authority sign adds one");
    /// No document at all, or a damaged one.
    DocumentMalformed = "document_malformed", UNPROCESSABLE_ENTITY, BadSignature,
        said!("Это не файл округа", "Not a district file"),
        said!("файл повреждён, обрезан или не того вида, ничего не изменено", "the file is damaged, cut short or of another kind, nothing was changed");
    /// A bundle for nobody.
    BundleForWhom = "bundle_for_whom", UNPROCESSABLE_ENTITY, Usage,
        said!("Файл ни для кого", "A bundle for nobody"),
        said!(
            "файл для флешки пишут для других отделений, от 1 до 255, и не для своего; файла нет",
            "a bundle is for 1 to 255 other offices, and not for this one; there is no file"
        );
    /// A bundle for an office that is revoked.
    BundleForRevoked = "bundle_for_revoked", CONFLICT, Refused,
        said!("Отделение отозвано", "The office is revoked"),
        said!("отозванному отделению ничего не передают, и файла нет", "nothing is handed to an office that is revoked, and there is no file"),
        said!("okrug revocation list покажет отозванных", "okrug revocation list shows who is revoked");
    /// Too little room for any bundle.
    BundleTooSmall = "bundle_too_small", UNPROCESSABLE_ENTITY, NoSpace,
        said!("Слишком мало места", "Too little room"),
        said!("столько не вместит даже документов округа, и файла нет", "not even the district's documents fit, and there is no file"),
        said!("увеличьте --max или освободите флешку", "raise --max, or make room on the stick");
    /// What is to seal a backup is no key for backups.
    BadBackupKey = "bad_backup_key", UNPROCESSABLE_ENTITY, Usage,
        said!("Не ключ резервных копий", "No key for backups"),
        said!("копия не сделана: запечатать её нечем", "no backup was made: there is nothing to seal it to"),
        said!("okrug backup key --out ФАЙЛ создаст ключ", "okrug backup key --out FILE makes a key");
    /// No such bundle, or a forgotten one.
    NoSuchBundle = "no_such_bundle", NOT_FOUND, NotFound,
        said!("Такого файла уже нет", "No such bundle"),
        said!("узел не готовил такого файла или уже забыл его", "the node has prepared no such bundle, or has forgotten it"),
        said!("okrug bundle create подготовит его заново", "okrug bundle create prepares it anew");
    /// Not a bundle, or damaged at its beginning.
    BundleUnreadable = "bundle_unreadable", UNPROCESSABLE_ENTITY, Failed,
        said!("Файл не читается", "The bundle cannot be read"),
        said!(
            "это не файл Округа для флешки, или повреждено его начало; ничего не изменено",
            "it is no bundle, or its beginning is damaged; nothing was changed"
        ),
        said!("okrug bundle import попробует копию начала в конце файла", "okrug bundle import tries the copy of the beginning at the end of the file");
    /// Sealed to others.
    BundleNotForUs = "bundle_not_for_us", UNPROCESSABLE_ENTITY, Refused,
        said!("Файл для другого отделения", "A bundle for another office"),
        said!("файл зашифрован для других отделений, ничего не изменено", "the bundle is sealed to other offices, nothing was changed"),
        said!("передайте флешку дальше", "hand the stick on");
    /// Sealed to a key that was destroyed.
    BundleKeyGone = "bundle_key_gone", UNPROCESSABLE_ENTITY, Refused,
        said!("Файл слишком старый", "The bundle is too old"),
        said!(
            "файл зашифрован для прежнего ключа этого отделения, который с тех пор сменён и уничтожен; ничего не изменено",
            "the bundle is sealed to a former key of this office, which was replaced and destroyed since; nothing was changed"
        ),
        said!("попросите новый файл: okrug bundle create", "ask for a new one: okrug bundle create");
    /// Not made by whom it names.
    BundleForged = "bundle_forged", UNPROCESSABLE_ENTITY, BadSignature,
        said!("Чужая подпись", "A forged bundle"),
        said!("файл подписан не тем отделением, которое в нём названо", "the bundle was not signed by the office that it names"),
        said!("сообщите администратору округа", "tell the district's administrator");
    /// More at once than the node takes.
    Busy = "busy", SERVICE_UNAVAILABLE, Busy,
        said!("Узел занят", "The node is busy"),
        said!("сейчас слишком много запросов, этот не выполнен", "there are too many requests, this one was not carried out"),
        said!("повторите через несколько секунд", "try again in a few seconds");
    /// The office has written what the district lets it write in a day.
    OverQuota = "over_quota", TOO_MANY_REQUESTS, Refused,
        said!("Дневная квота округа исчерпана", "The district's daily quota is reached"),
        said!(
            "отделение написало столько, сколько другие принимают за день; не записано, всё прежнее сохранено",
            "the office has written what others take in a day; nothing was written, all that was there is kept"
        ),
        said!(
            "okrug status скажет, когда можно продолжать; экстренное проходит всегда, срочное — пока не исчерпан остаток для него",
            "okrug status says when it goes on; flash passes always, urgent until what is left for it is spent too"
        );
    /// The node is shutting down.
    Stopping = "stopping", SERVICE_UNAVAILABLE, NotRunning,
        said!("Узел останавливается", "The node is stopping"),
        said!("узел завершает работу, запрос не выполнен", "the node is shutting down, the request was not carried out");
    /// The disk is full.
    NoSpace = "no_space", INSUFFICIENT_STORAGE, NoSpace,
        said!("На диске узла нет места", "The node's disk is full"),
        said!("не записано; всё, что было, сохранено и читается", "nothing was written; all that was there is kept and readable"),
        said!("освободите место на диске узла и повторите", "make room on the node's disk and try again");
    /// We are broken.
    Internal = "internal", INTERNAL_SERVER_ERROR, Failed,
        said!("Ошибка узла", "The node failed"),
        said!("в узле ошибка, подробности в его журнале", "the node failed, its log has the details");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_own_word_and_reads_back() {
        for code in Code::ALL {
            assert_eq!(Code::of(code.word()), Some(*code));
            assert!(code.row().status.is_client_error() || code.row().status.is_server_error());
        }
        assert_eq!(Code::of("from_the_future"), None);
    }
}
