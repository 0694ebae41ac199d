//! What is wrong with a setting, where, and what would be right.

use std::fmt;
use std::path::PathBuf;

use super::table::SETTINGS;
use crate::problem::{Exit, Problem};
use crate::said;
use crate::words::Said;

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nobody set it.
    Default,
    /// A line of a file.
    File(PathBuf, usize),
    /// An environment variable.
    Variable(String),
    /// A flag of the command line.
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path, line) => write!(f, "{}:{line}", path.display()),
            Self::Variable(name) | Self::Flag(name) => f.write_str(name),
        }
    }
}

/// One thing that is wrong with the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// No setting has this name.
    Unknown {
        /// Where it stands.
        origin: Origin,
        /// The name.
        name: String,
        /// The known name most like it.
        nearest: Option<&'static str>,
    },
    /// The value is of another kind, or out of its range.
    Wrong {
        /// Where it stands.
        origin: Origin,
        /// The setting.
        name: &'static str,
        /// What it takes.
        expected: Said,
        /// What stands there.
        found: String,
    },
    /// The file is no TOML.
    Syntax {
        /// Where reading ended.
        origin: Origin,
        /// What the reader of TOML says.
        message: String,
    },
    /// The file cannot be read.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// Two settings do not go together.
    Rule {
        /// Where the one of them stands.
        origin: Origin,
        /// What is wrong.
        message: Said,
    },
}

impl Fault {
    /// An unknown name, with the nearest known one.
    pub(crate) fn unknown(origin: Origin, name: &str) -> Self {
        Self::Unknown { origin, name: name.to_owned(), nearest: nearest(name) }
    }

    fn said(&self) -> Said {
        match self {
            Self::Unknown { origin, name, nearest: Some(nearest) } => said!(
                "{origin}: настройки {name} нет; похоже на {nearest}",
                "{origin}: there is no setting {name}; did you mean {nearest}?",
                origin = origin,
                name = name,
                nearest = nearest,
            ),
            Self::Unknown { origin, name, nearest: None } => {
                said!("{origin}: настройки {name} нет", "{origin}: there is no setting {name}", origin = origin, name = name)
            }
            Self::Wrong { origin, name, expected, found } => {
                let expected = |lang| expected.text(lang).to_owned();
                let (ru, en) = (expected(crate::words::Lang::Ru), expected(crate::words::Lang::En));
                Said::new(format!("{origin}: для {name} нужно: {ru}; стоит {found}"), format!("{origin}: {name} takes {en}, not {found}"))
            }
            Self::Syntax { origin, message } => {
                said!("{origin}: это не TOML: {message}", "{origin}: this is not TOML: {message}", origin = origin, message = message)
            }
            Self::Unreadable { path, reason } => {
                said!("{path} не читается: {reason}", "{path} cannot be read: {reason}", path = path.display(), reason = reason)
            }
            Self::Rule { origin, message } => Said::new(
                format!("{origin}: {}", message.text(crate::words::Lang::Ru)),
                format!("{origin}: {}", message.text(crate::words::Lang::En)),
            ),
        }
    }
}

/// The configuration cannot be used; every fault in it is named.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the configuration has {} faults", .0.len())]
pub struct ConfigError(pub Vec<Fault>);

impl From<ConfigError> for Problem {
    fn from(error: ConfigError) -> Self {
        let faults: Vec<Said> = error.0.iter().map(Fault::said).collect();
        let list = |lang| faults.iter().map(|fault| format!("\n  {}", fault.text(lang))).collect::<String>();
        let (ru, en) = (list(crate::words::Lang::Ru), list(crate::words::Lang::En));
        let message = Said::new(
            format!("в настройках ошибка, узел ничего не изменил:{ru}"),
            format!("the configuration is wrong, the node changed nothing:{en}"),
        );
        Self::new("config_wrong", Exit::Usage, message).hint(said!(
            "okrug-node config example покажет все настройки, okrug-node config check ФАЙЛ проверит файл",
            "okrug-node config example shows every setting, okrug-node config check FILE checks a file",
        ))
    }
}

/// The known name most like `name`: the same key of another section, or a few letters away.
fn nearest(name: &str) -> Option<&'static str> {
    let key = name.rsplit('.').next().unwrap_or(name);
    let likeness = |known: &str| {
        let known_key = known.rsplit('.').next().unwrap_or(known);
        strsim::normalized_damerau_levenshtein(name, known).max(0.9 * strsim::normalized_damerau_levenshtein(key, known_key))
    };
    let best = SETTINGS.iter().map(|setting| (likeness(setting.name), setting.name)).max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 > 0.6).then_some(best.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_offered_and_only_when_it_is_near() {
        assert_eq!(nearest("mesh.lisen"), Some("mesh.listen"));
        assert_eq!(nearest("mehs.listen"), Some("mesh.listen"));
        assert_eq!(nearest("api.tls_certificate"), Some("api.tls_cert"));
        assert_eq!(nearest("mdns"), Some("discovery.mdns"));
        assert_eq!(nearest("node.colour"), None);
    }
}
