//! What the node says of itself.

use okrug_node::office::view::{BackupStatus, DiskStatus, GrowthStatus};

use super::check::{Area, Check, Probe};
use super::facts::Facts;
use crate::cmd::status;
use crate::time;
use crate::words::{Lang, Said, bytes, said};

pub(super) fn checks(facts: &Facts) -> Vec<Check> {
    vec![answers(facts), version(facts), alarms(facts), unopened(facts), year(facts), backup(facts)]
}

fn answers(facts: &Facts) -> Check {
    let probe = Probe("OKD-080", Area::Node);
    match &facts.status {
        Ok(status) => {
            let slug = &status.office.slug;
            probe.ok(said!("узел {slug} работает и отвечает", "the node {slug} runs and answers"))
        }
        Err(problem) => {
            let (ru, en) = (problem.message.text(Lang::Ru), problem.message.text(Lang::En));
            let said = said!("узел не отвечает: {ru}", "the node does not answer: {en}");
            match (&problem.hint, facts.runs) {
                (Some(hint), true) => probe.error(said, hint.clone()),
                // A node that stands still may stand still on purpose.
                _ => probe.warning(
                    said,
                    said!("okrug-node run, или systemctl start okrug-node", "okrug-node run, or systemctl start okrug-node"),
                ),
            }
        }
    }
}

fn version(facts: &Facts) -> Check {
    let probe = Probe("OKD-081", Area::Node);
    let ours = env!("CARGO_PKG_VERSION");
    match facts.status.as_ref().map(|status| &status.version) {
        Ok(theirs) if theirs != ours => probe.warning(
            said!("узел версии {theirs}, а эта программа {ours}", "the node is of version {theirs}, this program of {ours}"),
            said!("перезапустите узел после обновления", "restart the node after the update"),
        ),
        Ok(theirs) => probe.ok(said!("версия {theirs}", "version {theirs}")),
        Err(_) => probe.unknown(said!("версия узла: он не отвечает", "the node's version: it does not answer")),
    }
}

fn alarms(facts: &Facts) -> Check {
    let probe = Probe("OKD-082", Area::Node);
    let Ok(status) = &facts.status else {
        return probe.unknown(said!("тревоги: узел не отвечает", "alarms: the node does not answer"));
    };
    let Some(first) = status.alarms.first() else { return probe.ok(said!("тревог нет", "there are no alarms")) };
    let (said, count) = (status::alarm(first), status.alarms.len());
    let (ru, en) = (said.text(Lang::Ru), said.text(Lang::En));
    probe.warning(said!("тревог: {count}; {ru}", "{count} alarms; {en}"), said!("все тревоги: okrug status", "all alarms: okrug status"))
}

fn year(facts: &Facts) -> Check {
    lasts(facts.status.as_ref().ok().and_then(|status| Some((status.growth, status.disk?))))
}

/// Whether the disk lasts a year, as the data grow now and are erased by the district's rule.
fn lasts(measured: Option<(GrowthStatus, DiskStatus)>) -> Check {
    let probe = Probe("OKD-084", Area::Node);
    let Some((growth, disk, year)) = measured.and_then(|(growth, disk)| Some((growth, disk, growth.in_a_year?))) else {
        return probe.unknown(said!(
            "хватит ли диска на год: узел не отвечает или измеряет прирост меньше суток",
            "whether the disk lasts a year: the node does not answer, or has measured its growth for less than a day"
        ));
    };
    let more = year.saturating_sub(growth.bytes);
    let (ru, en) = (bytes(more, Lang::Ru), bytes(more, Lang::En));
    let (free_ru, free_en) = (bytes(disk.free, Lang::Ru), bytes(disk.free, Lang::En));
    let said = Said::new(format!("на год нужно ещё {ru}, свободно {free_ru}"), format!("a year takes {en} more, {free_en} are free"));
    if more <= disk.free {
        return probe.ok(said);
    }
    probe.warning(
        said,
        said!(
            "поставьте диск больше; срок хранения задаёт администратор округа: okrug policy set --keep-days",
            "put in a larger disk; how long messages are kept is the authority's to say: okrug policy set --keep-days"
        ),
    )
}

fn backup(facts: &Facts) -> Check {
    let Ok(status) = &facts.status else {
        let probe = Probe("OKD-085", Area::Node);
        return probe.unknown(said!("резервная копия: узел не отвечает", "the backup: the node does not answer"));
    };
    backed_up(status.backup.as_ref())
}

/// How old the last backup is.
fn backed_up(last: Option<&BackupStatus>) -> Check {
    let probe = Probe("OKD-085", Area::Node);
    let hint = said!("okrug backup create --repo ПАПКА", "okrug backup create --repo DIR");
    let Some(last) = last else {
        return probe.warning(said!("резервной копии ещё не было", "there is no backup yet"), hint);
    };
    let age = last.age_s.saturating_mul(1_000);
    let (ru, en) = (time::span(age, Lang::Ru), time::span(age, Lang::En));
    let said = said!("последней резервной копии {ru}", "the last backup is {en} old");
    if age > status::MAX_BACKUP_DAYS * time::DAY_MS { probe.warning(said, hint) } else { probe.ok(said) }
}

fn unopened(facts: &Facts) -> Check {
    let probe = Probe("OKD-083", Area::Node);
    let Ok(status) = &facts.status else {
        return probe.unknown(said!("неоткрытое: узел не отвечает", "what is not opened: the node does not answer"));
    };
    if status.unopened.is_empty() {
        return probe.ok(said!("всё, что пришло, открыто", "all that came is opened"));
    }
    let count = status.unopened.len();
    probe.warning(
        said!("не открыть записей от отделений: {count}", "what {count} offices wrote cannot be opened here"),
        said!(
            "подробности: okrug status; где политика позволяет, узел просит запечатать снова сам",
            "okrug status says more; where the policy allows, the node asks by itself to seal again"
        ),
    )
}

#[cfg(test)]
mod tests {
    use okrug_protocol::clock::Millis;

    use super::super::check::Verdict;
    use super::*;

    const DAY_S: u64 = 24 * 3_600;

    #[test]
    fn a_disk_that_does_not_last_a_year_is_told_of() {
        let growth = |in_a_year| GrowthStatus { bytes: 100, in_a_year, ..GrowthStatus::default() };
        let disk = DiskStatus { free: 1_000, size: 5_000 };
        let verdict = |measured| (lasts(measured).verdict, lasts(measured).remedy.is_some());
        assert_eq!(verdict(None), (Verdict::NotChecked, false));
        assert_eq!(verdict(Some((growth(None), disk))), (Verdict::NotChecked, false), "measured for less than a day");
        assert_eq!(verdict(Some((growth(Some(1_100)), disk))), (Verdict::Ok, false), "what is there already takes no more room");
        assert_eq!(verdict(Some((growth(Some(1_101)), disk))), (Verdict::Warning, true));
        assert_eq!(verdict(Some((growth(Some(50)), disk))), (Verdict::Ok, false), "more is erased than comes");
    }

    #[test]
    fn a_backup_that_is_missing_or_too_old_is_told_of() {
        let verdict = |age_s| (backed_up(Some(&BackupStatus { made: Millis(0), age_s, bytes: 1 })).verdict, age_s / DAY_S);
        assert_eq!((backed_up(None).verdict, backed_up(None).remedy.is_some()), (Verdict::Warning, true));
        let most = status::MAX_BACKUP_DAYS * DAY_S;
        assert_eq!([verdict(0), verdict(most)], [(Verdict::Ok, 0), (Verdict::Ok, status::MAX_BACKUP_DAYS)]);
        assert_eq!(verdict(most + 1).0, Verdict::Warning);
    }
}
