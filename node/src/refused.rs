//! What the protocol refuses, in words: documents, district files, requests.

use okrug_protocol::document::{DocumentError, DocumentKind};
use okrug_protocol::request::RequestError;
use okrug_protocol::trust::{FileError, TrustError};

use crate::problem::{Exit, Problem};
use crate::said;
use crate::words::Said;

impl From<TrustError> for Problem {
    fn from(error: TrustError) -> Self {
        let en = format!("{error}; nothing was changed");
        match &error {
            TrustError::Older { kind, have, got } => {
                let ru = format!("{}: версия {got} старше имеющейся {have}; ничего не изменено", kind_ru(*kind));
                Self::new("document_older", Exit::Changed, Said::new(ru, en)).hint(fresh_file())
            }
            TrustError::Conflict { kind, version } => {
                let ru = format!(
                    "{} версии {version} отличается от имеющегося, а подписаны верно оба: кто-то подписал две правды; оставлено прежнее",
                    kind_ru(*kind)
                );
                Self::new("document_conflict", Exit::Changed, Said::new(ru, en)).hint(said!(
                    "сохраните оба файла и поднимите тревогу: ключи администратора могли быть похищены",
                    "keep both files and raise the alarm: the authority's keys may have been stolen"
                ))
            }
            TrustError::Ahead { kind, got } => {
                let ru = format!(
                    "{} версии {got} подписан по уставу или справочнику, которого здесь ещё нет; ничего не изменено",
                    kind_ru(*kind)
                );
                Self::new("document_ahead", Exit::BadSignature, Said::new(ru, en)).hint(fresh_file())
            }
            TrustError::Threshold { kind, have, need } => {
                let ru = format!("{}: верных подписей {have}, нужно {need}; ничего не изменено", kind_ru(*kind));
                Self::new("threshold", Exit::Threshold, Said::new(ru, en)).hint(said!(
                    "пусть подпишет ещё один хранитель ключа: okrug authority sign",
                    "have another holder of a key sign it: okrug authority sign"
                ))
            }
            TrustError::BrokenChain(version) => {
                let ru = format!("устав версии {version} не продолжает предыдущий; ничего не изменено");
                Self::new("charter_chain", Exit::BadSignature, Said::new(ru, en)).hint(fresh_file())
            }
            TrustError::NotDelegated { unit, version } => {
                let ru = format!("справочник ветви {unit} версии {version} не считается: она никому не поручена; ничего не изменено");
                Self::new("not_delegated", Exit::Refused, Said::new(ru, en)).hint(fresh_file())
            }
            TrustError::ForeignDistrict { kind, ours, theirs } => {
                let (ours, theirs) = (ours.0.short(), theirs.0.short());
                let ru = format!("{} — другого округа: {theirs}, а здесь {ours}; ничего не изменено", kind_ru(*kind));
                Self::new("foreign_district", Exit::BadSignature, Said::new(ru, en))
                    .hint(said!("нужен файл округа {ours}", "a file of the district {ours} is needed"))
            }
            TrustError::Document { kind, error } => document(*kind, error),
            TrustError::File(error) => error.clone().into(),
        }
    }
}

impl From<FileError> for Problem {
    fn from(error: FileError) -> Self {
        let ru = match &error {
            FileError::NotADistrictFile => "это не файл округа".to_owned(),
            FileError::Format(format) => format!("файл округа в формате {format} записан более новой программой"),
            FileError::Length { have, need } => format!("файл округа повреждён: в нём {have} байт, а должно быть {need}"),
            FileError::Damaged(_) => "файл округа повреждён".to_owned(),
            FileError::Charters(count) => format!("в файле округа уставов: {count}"),
        };
        let hint = match &error {
            FileError::NotADistrictFile => {
                said!("возьмите файл округа у администратора округа", "take the district file from the authority")
            }
            FileError::Format(_) => said!("обновите okrug-node и okrug", "update okrug-node and okrug"),
            FileError::Length { .. } | FileError::Damaged(_) | FileError::Charters(_) => {
                said!("скопируйте файл ещё раз", "copy the file again")
            }
        };
        Self::new("district_file", Exit::Failed, Said::new(format!("{ru}; ничего не изменено"), format!("{error}; nothing was changed")))
            .hint(hint)
    }
}

impl From<RequestError> for Problem {
    fn from(error: RequestError) -> Self {
        let exit = if error == RequestError::Changed { Exit::BadSignature } else { Exit::Failed };
        let ru = match &error {
            RequestError::NotARequest => "это не заявка отделения".to_owned(),
            RequestError::Version(version) => format!("заявка версии {version} записана более новой программой"),
            RequestError::Line(line) => format!("в заявке лишняя строка {line}"),
            RequestError::Missing(line) => format!("в заявке нет строки «{line}»"),
            RequestError::Slug(slug) => format!("«{slug}» — не краткое имя: до 64 строчных латинских букв, цифр и дефисов"),
            RequestError::Name => "название пусто, слишком длинно или с управляющими знаками".to_owned(),
            RequestError::Damaged(line) => format!("в заявке повреждена строка «{line}»"),
            RequestError::Changed => "заявку изменили или повредили после того, как отделение её создало".to_owned(),
        };
        Self::new("request", exit, Said::new(ru, error.to_string()))
    }
}

/// A document that breaks a rule: a bad signature is one thing, a wrong row another.
#[must_use]
pub fn document(kind: DocumentKind, error: &DocumentError) -> Problem {
    let en = format!("{kind} cannot be taken: {error}; nothing was changed");
    let ru = kind_ru(kind);
    let problem = match error {
        DocumentError::BadSignature(key) => {
            let ru = format!("{ru}: подпись ключа {key:?} неверна, документ изменили после подписания; ничего не изменено");
            Problem::new("signature", Exit::BadSignature, Said::new(ru, en))
        }
        DocumentError::Codec(_) => {
            Problem::new("document", Exit::Failed, Said::new(format!("{ru}: документ повреждён; ничего не изменено"), en))
        }
        // Rules of rows are broken by programs, not by people: their names are for whoever repairs it.
        other => Problem::new("document", Exit::Failed, Said::new(format!("{ru} нельзя принять: {other}; ничего не изменено"), en)),
    };
    problem.hint(said!("возьмите файл ещё раз у администратора округа", "take the file from the authority again"))
}

fn fresh_file() -> Said {
    said!("возьмите свежий файл округа у администратора", "take a fresh district file from the authority")
}

fn kind_ru(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Revocations => "список отзыва",
        DocumentKind::Charter => "устав",
        DocumentKind::Chart => "справочник",
        DocumentKind::Bootstrap => "список адресов",
        DocumentKind::Subchart(_) => "справочник ветви",
    }
}

#[cfg(test)]
mod tests {
    use okrug_protocol::ids::Version;

    use super::*;
    use crate::words::Lang;

    #[test]
    fn an_older_document_is_refused_in_words_and_with_its_own_exit_code() {
        let error = TrustError::Older { kind: DocumentKind::Chart, have: Version(3), got: Version(2) };
        let problem = Problem::from(error);
        assert_eq!((problem.code, problem.exit), ("document_older", Exit::Changed));
        assert_eq!(problem.message.text(Lang::Ru), "справочник: версия v2 старше имеющейся v3; ничего не изменено");
    }
}
