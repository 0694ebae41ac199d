//! Alarms, in words.

use okrug_node::office::view::AlarmStatus;

use crate::print;
use crate::words::{Said, said};

/// What an alarm means and what to do, with what it is about.
pub(in crate::cmd) fn said(alarm: &AlarmStatus) -> Said {
    let (code, about) = (&alarm.code, print::one_line(&alarm.about));
    match code.as_str() {
        "data_moved" => said!(
            "эти данные скопированы или восстановлены из копии: узел начал журналы заново, старое вернут соседи; если прежний узел ещё работает, остановите его ({code}: {about})",
            "these data were copied or restored: the node began its logs anew, its neighbours give back the old ones; if the former node still runs, stop it ({code}: {about})",
        ),
        "written_elsewhere" | "own_entry_from_outside" | "two_nodes" => said!(
            "под именем этого отделения пишет ещё один узел, или этот вернули к прошлому: оставьте работать один, о краже ключей сообщите администратору округа ({code}: {about})",
            "another node writes as this office, or this one was set back: let one of them run, and tell the district's administrator of stolen keys ({code}: {about})",
        ),
        "quota_reached" => said!(
            "отделение написало больше дневной квоты округа: остальное ждёт у того, кто его держит, ничего не потеряно; экстренное проходит, пока не исчерпана доля для него ({code}: {about})",
            "an office has written more than the district's daily quota: the rest waits with whoever holds it, nothing is lost; flash passes until what is kept for it is spent ({code}: {about})",
        ),
        "sealing_key_missing" => said!(
            "нет ключа, под который другие запечатывают для этого отделения: объявлен новый, запечатанное под прежний не открыть ({code}: {about})",
            "the key to which others seal for this office is not here: a new one was announced, what was sealed to it cannot be opened ({code}: {about})",
        ),
        "keyring_damaged" => said!(
            "файл связки ключей был повреждён или пропал: он отложен, что было в хранилище, возвращено; проверьте диск ({code}: {about})",
            "a file of the keyring was damaged or is gone: it was set aside, what the store had was put back; check the disk ({code}: {about})",
        ),
        "chart_key_missing" => said!(
            "справочник называет ключ запечатывания, которого здесь нет: выполните okrug-node key renew и передайте заявку администратору округа ({code}: {about})",
            "the directory lists a sealing key that is not here: run okrug-node key renew and hand the request to the district's administrator ({code}: {about})",
        ),
        "delegation_escape" => said!(
            "справочник ветви говорит больше, чем ей поручено; эти строки не считаются, остальные действуют: сообщите администратору округа ({code}: {about})",
            "the directory of a subtree says more than was delegated; those rows do not count, the others do: tell the district's administrator ({code}: {about})",
        ),
        "delegation_due" => said!(
            "справочник ветви пора подписать заново; работе это не мешает: напомните тому, кто его ведёт ({code}: {about})",
            "the directory of a subtree is due to be signed again; nothing stops for it: remind whoever keeps it ({code}: {about})",
        ),
        "removal_ignored" => said!(
            "отделение дало прочесть написанное тому, кто исключён, и знало об этом; две его записи это доказывают: сообщите администратору округа ({code}: {about})",
            "an office let somebody who was removed read what it wrote, and knew; two of its entries prove it: tell the district's administrator ({code}: {about})",
        ),
        "store_set_aside" => said!(
            "хранилище было повреждено: оно отложено в сторону и заполняется снова из журнала, из уцелевшего и от соседей; проверьте диск ({code}: {about})",
            "the store was damaged: it was set aside and is filled again from the journal, from what is whole and from the neighbours; check the disk ({code}: {about})",
        ),
        "journal_damaged" | "journal_behind" | "journal_set_aside" => said!(
            "журнал был неполон: он отложен в сторону и записан заново по нему и по хранилищу; проверьте диск ({code}: {about})",
            "the journal was incomplete: it was set aside and written anew from it and from the store; check the disk ({code}: {about})",
        ),
        "file_set_aside" => said!(
            "файл узла был повреждён: он отложен в сторону и записан заново; проверьте диск ({code}: {about})",
            "a file of the node's was damaged: it was set aside and written anew; check the disk ({code}: {about})",
        ),
        "new_incarnation" => said!("узел начал свои журналы заново ({code}: {about})", "the node began its logs anew ({code}: {about})"),
        _ => said!("тревога {code}: {about}; сообщите администратору округа", "alarm {code}: {about}; tell the district's administrator"),
    }
}
