//! One value as somebody wrote it, and what a setting makes of it.

use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use toml::de::DeValue;

use crate::said;
use crate::words::Said;

/// A value with the folder that its relative paths start from.
#[derive(Debug, Clone)]
pub(crate) struct Given {
    raw: Raw,
    base: PathBuf,
}

#[derive(Debug, Clone)]
enum Raw {
    /// From a variable or a flag: no types there.
    Bare(String),
    Text(String),
    Number(String),
    Switch(bool),
    List(Vec<String>),
    /// A table, a date and the like, by the name that TOML has for it.
    Other(&'static str),
}

impl Given {
    /// A value from the environment or the command line.
    pub(crate) fn bare(text: &str) -> Self {
        Self { raw: Raw::Bare(text.to_owned()), base: PathBuf::new() }
    }

    /// A value from a file in the folder `base`.
    pub(crate) fn toml(value: &DeValue<'_>, base: &Path) -> Self {
        let raw = match value {
            DeValue::String(text) => Raw::Text(text.to_string()),
            DeValue::Integer(number) if number.radix() == 10 => Raw::Number(number.as_str().to_owned()),
            DeValue::Boolean(switch) => Raw::Switch(*switch),
            DeValue::Array(items) => match items.iter().map(|item| item.get_ref().as_str().map(str::to_owned)).collect() {
                Some(list) => Raw::List(list),
                None => Raw::Other("array"),
            },
            other => Raw::Other(other.type_str()),
        };
        Self { raw, base: base.to_owned() }
    }

    /// What was found, for the message.
    pub(crate) fn found(&self) -> String {
        match &self.raw {
            Raw::Bare(text) | Raw::Text(text) => format!("{text:?}"),
            Raw::Number(number) => number.clone(),
            Raw::Switch(switch) => switch.to_string(),
            Raw::List(list) => format!("{list:?}"),
            Raw::Other(name) => (*name).to_owned(),
        }
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match &self.raw {
            Raw::Bare(text) | Raw::Text(text) => Some(text.trim()),
            _ => None,
        }
    }

    pub(crate) fn parsed<T: std::str::FromStr>(&self, expected: Said) -> Result<T, Said> {
        self.text().and_then(|text| text.parse().ok()).ok_or(expected)
    }

    pub(crate) fn number(&self, range: RangeInclusive<u64>) -> Result<u64, Said> {
        let digits = match &self.raw {
            Raw::Bare(text) | Raw::Number(text) => Some(text.trim().replace('_', "")),
            _ => None,
        };
        digits.and_then(|digits| digits.parse().ok()).filter(|number| range.contains(number)).ok_or_else(|| {
            let (least, most) = (range.start(), range.end());
            said!("целое число от {least} до {most}", "a whole number from {least} to {most}", least = least, most = most)
        })
    }

    pub(crate) fn switch(&self) -> Result<bool, Said> {
        match &self.raw {
            Raw::Switch(switch) => Some(*switch),
            Raw::Bare(text) => match text.trim() {
                "true" | "on" => Some(true),
                "false" | "off" => Some(false),
                _ => None,
            },
            _ => None,
        }
        .ok_or_else(|| said!("true или false", "true or false"))
    }

    pub(crate) fn list(&self) -> Option<Vec<String>> {
        match &self.raw {
            Raw::List(list) => Some(list.clone()),
            Raw::Bare(text) => Some(text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()),
            _ => None,
        }
    }

    pub(crate) fn list_of<T: std::str::FromStr>(&self, expected: &Said) -> Result<Vec<T>, Said> {
        let list = self.list().ok_or_else(|| expected.clone())?;
        list.iter().map(|item| item.parse().map_err(|_| expected.clone())).collect()
    }

    pub(crate) fn path(&self) -> Result<PathBuf, Said> {
        let text = self.text().filter(|text| !text.is_empty());
        text.map(|text| self.base.join(text)).ok_or_else(|| said!("путь", "a path"))
    }

    pub(crate) fn optional_path(&self) -> Result<Option<PathBuf>, Said> {
        if self.text().is_some_and(str::is_empty) { Ok(None) } else { self.path().map(Some) }
    }

    pub(crate) fn socket(&self) -> Result<SocketAddr, Said> {
        self.parsed(said!(
            "адрес с портом, например 127.0.0.1:7680 или [::1]:7680",
            "an address with a port, such as 127.0.0.1:7680 or [::1]:7680"
        ))
    }

    pub(crate) fn bytes(&self) -> Result<u64, Said> {
        let expected = || {
            said!(
                "объём: целое число с kB, MB, GB, KiB, MiB, GiB или без единицы",
                "a size: a whole number with kB, MB, GB, KiB, MiB, GiB or no unit"
            )
        };
        if let Raw::Number(number) = &self.raw {
            return number.replace('_', "").parse().map_err(|_| expected());
        }
        let text = self.text().ok_or_else(expected)?;
        let unit_at = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (digits, unit) = text.split_at(unit_at);
        let unit: u64 = match unit.trim() {
            "" | "B" => 1,
            "kB" => 1_000,
            "MB" => 1_000_000,
            "GB" => 1_000_000_000,
            "KiB" => 1 << 10,
            "MiB" => 1 << 20,
            "GiB" => 1 << 30,
            _ => return Err(expected()),
        };
        digits.parse().ok().and_then(|number: u64| number.checked_mul(unit)).ok_or_else(expected)
    }
}

/// A string as TOML has it.
pub(crate) fn quoted(text: impl std::fmt::Display) -> String {
    toml::Value::String(text.to_string()).to_string()
}

/// A list of strings as TOML has it.
pub(crate) fn quoted_list<T: std::fmt::Display>(items: &[T]) -> String {
    format!("[{}]", items.iter().map(quoted).collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_with_their_unit_and_never_overflow() {
        assert_eq!(Given::bare("4 GiB").bytes(), Ok(4 << 30));
        assert_eq!(Given::bare("250kB").bytes(), Ok(250_000));
        assert_eq!(Given::bare("17").bytes(), Ok(17));
        for wrong in ["", "GiB", "1.5 GiB", "4 gib", "-1", "99999999999 GiB"] {
            assert!(Given::bare(wrong).bytes().is_err(), "{wrong}");
        }
    }

    #[test]
    fn relative_paths_start_from_the_folder_of_their_file() {
        let value = DeValue::String("keys/tls.pem".into());
        assert_eq!(Given::toml(&value, Path::new("/etc/okrug")).path(), Ok(PathBuf::from("/etc/okrug/keys/tls.pem")));
        assert_eq!(Given::bare("tls.pem").path(), Ok(PathBuf::from("tls.pem")));
    }
}
