//! One check: what was looked at, what was found, and what to do.

use clap::ValueEnum;
use serde_json::{Value, json};

use crate::words::{Lang, Said};

/// What a check found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verdict {
    /// As it should be.
    Ok,
    /// It could not be looked at from here.
    NotChecked,
    /// It should be looked after.
    Warning,
    /// Something does not work, or will not at the next start.
    Error,
}

impl Verdict {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::NotChecked => "not_checked",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    pub(super) fn shown(self, lang: Lang) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::NotChecked => lang.pick("НЕ ПРОВЕРЕНО", "NOT CHECKED"),
            Self::Warning => lang.pick("ВНИМАНИЕ", "WARNING"),
            Self::Error => lang.pick("ОШИБКА", "ERROR"),
        }
    }
}

/// What a check is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Area {
    /// The data directory and the keys in it.
    Data,
    /// Journal, store, disk.
    Store,
    /// What the authority signed.
    Documents,
    /// The clock.
    Clock,
    /// Ports, links, queues.
    Network,
    /// The certificate of the page.
    Page,
    /// The settings.
    Config,
    /// The machine.
    System,
    /// What the node itself says.
    Node,
}

impl Area {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Store => "store",
            Self::Documents => "documents",
            Self::Clock => "clock",
            Self::Network => "network",
            Self::Page => "page",
            Self::Config => "config",
            Self::System => "system",
            Self::Node => "node",
        }
    }
}

/// What was looked at and what was found; the id never changes its meaning.
#[derive(Debug, Clone)]
pub(super) struct Check {
    pub(super) id: &'static str,
    pub(super) area: Area,
    pub(super) verdict: Verdict,
    pub(super) said: Said,
    pub(super) remedy: Option<Said>,
}

/// A check before it is made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Probe(pub(super) &'static str, pub(super) Area);

impl Probe {
    pub(super) fn ok(self, said: Said) -> Check {
        self.found(Verdict::Ok, said, None)
    }

    pub(super) fn unknown(self, said: Said) -> Check {
        self.found(Verdict::NotChecked, said, None)
    }

    pub(super) fn warning(self, said: Said, remedy: Said) -> Check {
        self.found(Verdict::Warning, said, Some(remedy))
    }

    pub(super) fn error(self, said: Said, remedy: Said) -> Check {
        self.found(Verdict::Error, said, Some(remedy))
    }

    fn found(self, verdict: Verdict, said: Said, remedy: Option<Said>) -> Check {
        Check { id: self.0, area: self.1, verdict, said, remedy }
    }
}

impl Check {
    pub(super) fn json(&self, lang: Lang) -> Value {
        json!({
            "id": self.id, "area": self.area.word(), "verdict": self.verdict.word(),
            "message": self.said.text(lang), "remedy": self.remedy.as_ref().map(|remedy| remedy.text(lang)),
        })
    }

    /// As a line for people.
    pub(super) fn line(&self, lang: Lang) -> String {
        let remedy = self.remedy.as_ref().map(|remedy| format!(". {}: {}", lang.pick("Подсказка", "Hint"), remedy.text(lang)));
        format!("{:<12}  {}  {}{}", self.verdict.shown(lang), self.id, self.said.text(lang), remedy.unwrap_or_default())
    }
}
