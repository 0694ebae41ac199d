//! The certificate of the page.

use okrug_node::office::view::PageSource;

use super::check::{Area, Check, Probe};
use super::facts::Facts;
use crate::time::{self, DAY_MS};
use crate::words::{Lang, said};

/// With fewer days left the office's certificate is to be issued anew.
const MIN_DAYS: u64 = 30;

pub(super) fn checks(facts: &Facts) -> Vec<Check> {
    vec![source(facts), term(facts)]
}

fn source(facts: &Facts) -> Check {
    let probe = Probe("OKD-050", Area::Page);
    let Some(page) = &facts.page else {
        return probe.unknown(said!("сертификат страницы: узел не отвечает", "the certificate of the page: the node does not answer"));
    };
    if let (Some(ru), Some(en)) = (&page.fault_ru, &page.fault_en) {
        return probe.error(
            said!("выданный сертификат страницы не годится: {ru}", "the certificate that was issued for the page is of no use: {en}"),
            said!("okrug tls request, okrug tls issue, okrug tls import", "okrug tls request, okrug tls issue, okrug tls import"),
        );
    }
    match (page.source, &page.host) {
        (PageSource::District, Some(host)) => {
            probe.ok(said!("страница подписана округом для {host}", "the page is signed by the district for {host}"))
        }
        (PageSource::District, None) => probe.ok(said!("страница подписана округом", "the page is signed by the district")),
        _ if page.root.is_some() => probe.warning(
            said!(
                "у округа есть корневой сертификат, а эта страница показана под другим",
                "the district has a root certificate, and this page is shown under another"
            ),
            said!(
                "okrug tls request, администратор округа: okrug tls issue, затем okrug tls import",
                "okrug tls request, the authority: okrug tls issue, then okrug tls import"
            ),
        ),
        _ => probe
            .ok(said!("страница под сертификатом узла или файла", "the page is shown under the node's own certificate, or that of a file")),
    }
}

fn term(facts: &Facts) -> Check {
    let probe = Probe("OKD-051", Area::Page);
    let until = facts.page.as_ref().and_then(|page| page.until.into_iter().chain(page.leaf_until).min());
    let Some(until) = until else {
        return probe.unknown(said!("срок сертификата страницы: его нет", "the term of the page's certificate: there is none"));
    };
    let (ru, en) = (time::shown_date(until, Lang::Ru), time::shown_date(until, Lang::En));
    let again = || {
        said!(
            "okrug tls request, администратор округа: okrug tls issue, затем okrug tls import",
            "okrug tls request, the authority: okrug tls issue, then okrug tls import"
        )
    };
    let said = said!("сертификат страницы до {ru}", "the certificate of the page holds until {en}");
    if until <= facts.now {
        return probe.error(said, again());
    }
    // What the node makes by itself it renews by itself, long before.
    let issued = facts.page.as_ref().and_then(|page| page.until);
    match issued.is_some_and(|until| until.since(facts.now) < MIN_DAYS * DAY_MS) {
        true => probe.warning(said, again()),
        false => probe.ok(said),
    }
}
