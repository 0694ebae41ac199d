//! What somebody should look after.

use okrug_node::office::view::{Freshness, Link, NodeStatus};

use crate::time::{self, DAY_MS};
use crate::words::{Lang, Said, said};

/// Days after which an office that was not heard of is worth a word.
const MAX_AWAY_DAYS: u64 = 7;
/// Days after which a backup is old.
pub(in crate::cmd) const MAX_BACKUP_DAYS: u64 = 7;
/// Less of the disk than this is little.
const MIN_FREE_BYTES: u64 = 1 << 30;

/// The warnings, the most pressing first.
pub(super) fn of(status: &NodeStatus) -> Vec<Said> {
    let mut all = Vec::new();
    all.extend(status.alarms.iter().map(super::alarms::said));
    all.extend(status.unopened.iter().map(super::unopened::said));
    if status.district.suspended {
        all.push(said!(
            "округ приостановил это отделение: всё пришедшее читается, писать нельзя, пока его не возобновят (okrug office resume)",
            "the district has suspended this office: what comes is read, nothing can be written until it is resumed (okrug office resume)"
        ));
    }
    if !status.clock.plausible {
        all.push(said!(
            "часы машины не выставлены: время сообщений будет неверным",
            "the machine's clock was never set: messages get wrong times"
        ));
    }
    if status.disk.is_some_and(|disk| disk.free < MIN_FREE_BYTES) {
        all.push(said!(
            "на диске мало места; без него узел перестанет принимать",
            "the disk is nearly full; the node will take nothing more"
        ));
    }
    if status.documents.freshness == Freshness::Overdue {
        all.push(said!(
            "файл округа давно не обновлялся: возьмите новый у администратора",
            "the district file is long due: take a newer one from the authority"
        ));
    }
    if status.district.revocations.as_ref().is_some_and(|list| list.freshness != Freshness::Fresh) {
        all.push(said!(
            "список отзыва устарел: новые отзывы могли сюда не дойти; возьмите файл округа у администратора (okrug revocation import)",
            "the list of revocations is old: newer revocations may not have come; take a district file from the authority (okrug revocation import)"
        ));
    }
    let short = |disk: okrug_node::office::view::DiskStatus| {
        status.growth.in_a_year.is_some_and(|year| year.saturating_sub(status.growth.bytes) > disk.free)
    };
    if status.disk.is_some_and(short) {
        all.push(said!(
            "при нынешнем приросте диска не хватит на год: освободите место или поставьте диск больше",
            "as it grows now the disk does not last a year: make room, or put in a larger one"
        ));
    }
    let old = status.backup.filter(|last| last.age_s.saturating_mul(1_000) > MAX_BACKUP_DAYS * DAY_MS);
    if let Some(last) = old {
        let age = last.age_s.saturating_mul(1_000);
        let (ru, en) = (time::span(age, Lang::Ru), time::span(age, Lang::En));
        all.push(Said::new(
            format!("последней резервной копии {ru}: okrug backup create --repo ПАПКА"),
            format!("the last backup is {en} old: okrug backup create --repo DIR"),
        ));
    }
    for peer in status.peers.iter().filter(|peer| peer.link == Link::Down) {
        let Some(at) = peer.last_contact.max(peer.last_entry) else { continue };
        let away = status.clock.now.since(at);
        if away > MAX_AWAY_DAYS * DAY_MS {
            let (slug, ru, en) = (&peer.slug, time::span(away, Lang::Ru), time::span(away, Lang::En));
            all.push(Said::new(
                format!("{slug} не на связи {ru}; сообщения ждут и уйдут сами"),
                format!("{slug} has not been heard of for {en}; messages wait and leave by themselves"),
            ));
        }
    }
    all
}
