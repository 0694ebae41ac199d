//! Every setting by its name: what it means, how it is shown, how it is read.

use super::value::{Given, quoted, quoted_list};
use super::{Config, LogFormat, TlsMode};
use crate::said;
use crate::words::Said;

/// One setting.
pub(crate) struct Setting {
    /// The name, such as `mesh.listen`.
    pub(crate) name: &'static str,
    /// What it means.
    pub(crate) doc: fn() -> Said,
    /// The value as TOML.
    pub(crate) show: fn(&Config) -> String,
    /// Takes a value, or says what was expected.
    pub(crate) put: fn(&mut Config, &Given) -> Result<(), Said>,
}

impl Setting {
    /// The setting of this name.
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        SETTINGS.iter().find(|setting| setting.name == name)
    }

    /// The section and the key in it; the section is empty for the first settings of a file.
    pub(crate) fn parts(&self) -> (&'static str, &'static str) {
        self.name.split_once('.').unwrap_or(("", self.name))
    }

    /// The variable that sets it.
    pub(crate) fn variable(&self) -> String {
        format!("{}{}", super::layers::PREFIX, self.name.replace('.', "__").to_ascii_uppercase())
    }
}

fn path_or_empty(path: Option<&std::path::PathBuf>) -> String {
    quoted(path.map_or_else(String::new, |path| path.display().to_string()))
}

fn multiaddrs() -> Said {
    said!("список адресов вида /ip4/0.0.0.0/tcp/7600", "a list of addresses like /ip4/0.0.0.0/tcp/7600")
}

fn names() -> Said {
    said!("список имён в кавычках", "a list of names in quotes")
}

/// In the order of the example file: sections together, settings without a section first.
pub(crate) const SETTINGS: &[Setting] = &[
    Setting {
        name: "data",
        doc: || said!("Папка данных: ключи, журнал, хранилище, документы.", "The data directory: keys, journal, store, documents."),
        show: |c| quoted(c.data.display()),
        put: |c, v| v.path().map(|path| c.data = path),
    },
    Setting {
        name: "language",
        doc: || {
            said!(
                "Язык сообщений узла: ru или en; без настройки — как у системы.",
                "Language of what the node says: ru or en; unset, the system's."
            )
        },
        show: |c| quoted(c.language.word()),
        put: |c, v| v.parsed(said!("ru или en", "ru or en")).map(|lang| c.language = lang),
    },
    Setting {
        name: "district",
        doc: || {
            said!(
                "Файл округа, который принять при запуске; пусто — принятый раньше.",
                "A district file to take at start; empty: the one accepted before."
            )
        },
        show: |c| path_or_empty(c.district.as_ref()),
        put: |c, v| v.optional_path().map(|path| c.district = path),
    },
    Setting {
        name: "witness",
        doc: || {
            said!(
                "Папка вне папки данных, на другом диске: там узел записывает, сколько успел написать, и узнаёт, что данные вернули к прошлому; пусто — не записывать.",
                "A directory outside the data directory, on another disk: the node writes down there how far it has written, and so notices data that were set back; empty: it does not."
            )
        },
        show: |c| path_or_empty(c.witness.as_ref()),
        put: |c, v| v.optional_path().map(|path| c.witness = path),
    },
    Setting {
        name: "keys.passphrase_file",
        doc: || {
            said!(
                "Файл с паролем ключей; пусто — systemd-credential node.key или файл master.key.",
                "A file with the passphrase of the keys; empty: the systemd credential node.key, or the file master.key."
            )
        },
        show: |c| path_or_empty(c.keys.passphrase_file.as_ref()),
        put: |c, v| v.optional_path().map(|path| c.keys.passphrase_file = path),
    },
    Setting {
        name: "store.reserve",
        doc: || {
            said!(
                "Запас на диске, который отдаётся, когда иначе узел не запустить.",
                "Room kept on the disk and given up when the node cannot start without it."
            )
        },
        show: |c| c.store.reserve.to_string(),
        put: |c, v| v.bytes().map(|bytes| c.store.reserve = bytes),
    },
    Setting {
        name: "store.min_free",
        doc: || {
            said!(
                "Если на диске свободно меньше, новое не записывается, записанное читается.",
                "With less free on the disk nothing is written; what is stored is read."
            )
        },
        show: |c| c.store.min_free.to_string(),
        put: |c, v| v.bytes().map(|bytes| c.store.min_free = bytes),
    },
    Setting {
        name: "store.min_free_foreign",
        doc: || {
            said!(
                "Если на диске свободно меньше, не принимается чужое: остаток — для своих людей.",
                "With less free on the disk nothing of other offices is taken: the rest is for this office's people."
            )
        },
        show: |c| c.store.min_free_foreign.to_string(),
        put: |c, v| v.bytes().map(|bytes| c.store.min_free_foreign = bytes),
    },
    Setting {
        name: "mesh.listen",
        doc: || said!("Где узел ждёт другие отделения.", "Where the node waits for other offices."),
        show: |c| quoted_list(&c.mesh.listen),
        put: |c, v| v.list_of(&multiaddrs()).map(|list| c.mesh.listen = list),
    },
    Setting {
        name: "mesh.carrier_quota",
        doc: || {
            said!(
                "Сколько чужих запечатанных записей хранит отделение-переносчик.",
                "How much of other offices' sealed entries a carrier keeps."
            )
        },
        show: |c| c.mesh.carrier_quota.to_string(),
        put: |c, v| v.bytes().map(|bytes| c.mesh.carrier_quota = bytes),
    },
    Setting {
        name: "link.ack_delay_ms",
        doc: || {
            said!(
                "Через сколько миллисекунд подтверждать принятое соседу.",
                "Milliseconds after which what came is confirmed to the neighbour."
            )
        },
        show: |c| c.link.ack_delay_ms.to_string(),
        put: |c, v| v.number(0..=600_000).map(|ms| c.link.ack_delay_ms = ms),
    },
    Setting {
        name: "link.ping_s",
        doc: || {
            said!(
                "Через сколько секунд молчания проверять связь: каждая проверка — около 300 байт.",
                "Seconds of silence after which a link is checked: about 300 bytes each time."
            )
        },
        show: |c| c.link.ping_s.to_string(),
        put: |c, v| v.number(1..=3_600).map(|seconds| c.link.ping_s = seconds),
    },
    Setting {
        name: "link.copies",
        doc: || {
            said!(
                "Где линия теряет пакеты, слать короткие новые сообщения ещё раз по UDP, порт тот же, что у TCP.",
                "Where a line loses packets, short new messages go once more by UDP, at the same port as TCP."
            )
        },
        show: |c| c.link.copies.to_string(),
        put: |c, v| v.switch().map(|on| c.link.copies = on),
    },
    Setting {
        name: "link.budgets",
        doc: || {
            said!(
                "Байт в секунду на тонких линиях, например [\"yarensk=2000\"]; экстренное идёт сверх того.",
                "Bytes per second on thin lines, such as [\"yarensk=2000\"]; flash goes beyond that."
            )
        },
        show: |c| quoted_list(&c.link.budgets),
        put: |c, v| v.list_of(&said!("список вида [\"yarensk=2000\"]", "a list like [\"yarensk=2000\"]")).map(|list| c.link.budgets = list),
    },
    Setting {
        name: "link.thin",
        doc: || {
            said!(
                "Тонкие линии: отделение, байт в час, часы суток по UTC, вне их — только экстренное: [\"yarensk=500000@15:00-01:00\"], [\"o7\"].",
                "Thin lines: office, bytes an hour, hours of the day in UTC, outside them flash alone: [\"yarensk=500000@15:00-01:00\"], [\"o7\"]."
            )
        },
        show: |c| quoted_list(&c.link.thin),
        put: |c, v| {
            let expected = said!("список вида [\"yarensk=500000@15:00-01:00\"]", "a list like [\"yarensk=500000@15:00-01:00\"]");
            v.list_of(&expected).map(|list| c.link.thin = list)
        },
    },
    Setting {
        name: "discovery.mdns",
        doc: || {
            said!(
                "Искать отделения в локальной сети и объявлять себя (mDNS).",
                "Look for offices on the local network and announce this one (mDNS)."
            )
        },
        show: |c| c.discovery.mdns.to_string(),
        put: |c, v| v.switch().map(|on| c.discovery.mdns = on),
    },
    Setting {
        name: "discovery.interfaces",
        doc: || said!("Сетевые интерфейсы для mDNS; пусто — все.", "Network interfaces for mDNS; empty: all."),
        show: |c| quoted_list(&c.discovery.interfaces),
        put: |c, v| v.list_of(&names()).map(|list| c.discovery.interfaces = list),
    },
    Setting {
        name: "discovery.bootstrap",
        doc: || {
            said!(
                "Адреса отделений сверх подписанного списка, например [\"kotlas=/ip4/192.0.2.7/tcp/7600\"].",
                "Addresses of offices beyond the signed list, such as [\"kotlas=/ip4/192.0.2.7/tcp/7600\"]."
            )
        },
        show: |c| quoted_list(&c.discovery.bootstrap),
        put: |c, v| {
            let expected = said!("список вида [\"kotlas=/ip4/192.0.2.7/tcp/7600\"]", "a list like [\"kotlas=/ip4/192.0.2.7/tcp/7600\"]");
            v.list_of(&expected).map(|list| c.discovery.bootstrap = list)
        },
    },
    Setting {
        name: "api.listen",
        doc: || {
            said!(
                "Где страница и API; не на этой машине — только с TLS.",
                "Where the page and the API are; beyond this machine with TLS only."
            )
        },
        show: |c| quoted(c.api.listen),
        put: |c, v| v.socket().map(|address| c.api.listen = address),
    },
    Setting {
        name: "api.tls",
        doc: || {
            said!(
                "auto: TLS при сертификате и на всех адресах, видных из сети (свой, если не задан); off: только для этой машины.",
                "auto: TLS with a certificate, and on addresses seen from the network (an own one if none is set); off: this machine only."
            )
        },
        show: |c| quoted(if c.api.tls == TlsMode::Off { "off" } else { "auto" }),
        put: |c, v| {
            match v.text() {
                Some("auto") => Ok(TlsMode::Auto),
                Some("off") => Ok(TlsMode::Off),
                _ => Err(said!("auto или off", "auto or off")),
            }
            .map(|mode| c.api.tls = mode)
        },
    },
    Setting {
        name: "api.tls_cert",
        doc: || said!("Цепочка сертификатов (PEM) для TLS.", "Certificate chain (PEM) for TLS."),
        show: |c| path_or_empty(c.api.tls_cert.as_ref()),
        put: |c, v| v.optional_path().map(|path| c.api.tls_cert = path),
    },
    Setting {
        name: "api.tls_key",
        doc: || said!("Закрытый ключ (PEM) для TLS.", "Private key (PEM) for TLS."),
        show: |c| path_or_empty(c.api.tls_key.as_ref()),
        put: |c, v| v.optional_path().map(|path| c.api.tls_key = path),
    },
    Setting {
        name: "api.hosts",
        doc: || {
            said!(
                "Имена, под которыми открывают страницу, кроме адресов и localhost.",
                "Names under which the page is opened, beside addresses and localhost."
            )
        },
        show: |c| quoted_list(&c.api.hosts),
        put: |c, v| v.list_of(&names()).map(|list| c.api.hosts = list),
    },
    Setting {
        name: "metrics.listen",
        doc: || said!("Где отдавать метрики; \"off\" — нигде.", "Where the metrics are; \"off\": nowhere."),
        show: |c| quoted(c.metrics.listen.map_or_else(|| "off".to_owned(), |address| address.to_string())),
        put: |c, v| if v.text() == Some("off") { Ok(None) } else { v.socket().map(Some) }.map(|address| c.metrics.listen = address),
    },
    Setting {
        name: "log.format",
        doc: || said!("Вид журнала: text или json.", "Form of the log: text or json."),
        show: |c| quoted(if c.log.format == LogFormat::Json { "json" } else { "text" }),
        put: |c, v| {
            match v.text() {
                Some("text") => Ok(LogFormat::Text),
                Some("json") => Ok(LogFormat::Json),
                _ => Err(said!("text или json", "text or json")),
            }
            .map(|format| c.log.format = format)
        },
    },
    Setting {
        name: "log.filter",
        doc: || {
            said!(
                "Уровни журнала, например \"info\" или \"warn,okrug_node::mesh=debug\".",
                "Levels of the log, such as \"info\" or \"warn,okrug_node::mesh=debug\"."
            )
        },
        show: |c| quoted(&c.log.filter),
        put: |c, v| {
            let expected = said!(
                "уровни вида \"info\" или \"warn,okrug_node::mesh=debug\"",
                "levels like \"info\" or \"warn,okrug_node::mesh=debug\""
            );
            let _: tracing_subscriber::filter::Targets = v.parsed(expected.clone())?;
            v.text().map(|text| c.log.filter = text.to_owned()).ok_or(expected)
        },
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_of_the_defaults_reads_back_as_the_defaults() {
        let defaults = Config::default();
        let mut read = Config { data: "elsewhere".into(), ..Config::default() };
        for setting in SETTINGS {
            let text = format!("key = {}", (setting.show)(&defaults));
            let table = toml::de::DeTable::parse(&text).unwrap();
            let given = Given::toml(table.get_ref()["key"].get_ref(), std::path::Path::new(""));
            (setting.put)(&mut read, &given).unwrap();
        }
        assert_eq!(read, defaults);
    }

    #[test]
    fn settings_of_a_section_stand_together() {
        let mut sections: Vec<_> = SETTINGS.iter().map(|s| s.parts().0).collect();
        sections.dedup();
        let before = sections.len();
        sections.sort_unstable();
        sections.dedup();
        assert_eq!(sections.len(), before);
    }
}
