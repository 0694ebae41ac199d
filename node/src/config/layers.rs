//! Where settings come from, in rising order: default, file, drop-ins, environment, flags.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::fault::{ConfigError, Fault, Origin};
use super::table::{SETTINGS, Setting};
use super::value::Given;
use super::{Config, rules};
use crate::words::Lang;

/// What every variable of a setting begins with: `mesh.listen` is `OKRUG_NODE__MESH__LISTEN`.
pub(crate) const PREFIX: &str = "OKRUG_NODE__";
/// The variable that names the file.
const FILE_VARIABLE: &str = "OKRUG_NODE_CONFIG";
/// The file that is read when no other is named.
const SYSTEM_FILE: &str = "/etc/okrug/node.toml";
/// No configuration is longer.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// A setting made by a flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// The flag as typed, such as `--data`.
    pub flag: String,
    /// The setting, such as `data`.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// All that a configuration is made from.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The file named by `--config`.
    pub file: Option<PathBuf>,
    /// The environment.
    pub variables: BTreeMap<String, String>,
    /// The flags, in order: a later one wins.
    pub flags: Vec<Flag>,
}

/// A configuration, and where each value came from.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The values.
    pub config: Config,
    origins: BTreeMap<&'static str, Origin>,
}

impl Loaded {
    /// Where a setting was made.
    #[must_use]
    pub fn origin(&self, name: &str) -> Origin {
        self.origins.get(name).cloned().unwrap_or(Origin::Default)
    }
}

impl Sources {
    /// This process's environment, with what the command line says.
    #[must_use]
    pub fn of_process(file: Option<PathBuf>, flags: Vec<Flag>) -> Self {
        let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
        Self { file, variables: std::env::vars_os().filter_map(text).collect(), flags }
    }

    /// Reads all layers.
    ///
    /// # Errors
    /// Every fault of every layer, and of what they make together.
    pub fn load(&self) -> Result<Loaded, ConfigError> {
        let mut layers = Layers::new(Config { language: Lang::of_environment(), ..Config::default() });
        if let Some(file) = self.main_file() {
            layers.file(&file);
            for drop_in in drop_ins(&file) {
                layers.file(&drop_in);
            }
        }
        for (variable, value) in self.variables.iter().filter(|(name, _)| name.starts_with(PREFIX)) {
            let name = variable[PREFIX.len()..].to_ascii_lowercase().replace("__", ".");
            layers.put(&name, Origin::Variable(variable.clone()), &Given::bare(value));
        }
        for Flag { flag, name, value } in &self.flags {
            layers.put(name, Origin::Flag(flag.clone()), &Given::bare(value));
        }
        layers.finish()
    }

    /// The named file, else the one in the named data directory, else the system's, where there is one.
    fn main_file(&self) -> Option<PathBuf> {
        let named = self.file.clone().or_else(|| self.variables.get(FILE_VARIABLE).filter(|v| !v.is_empty()).map(PathBuf::from));
        let in_data = || self.data().map(|data| data.join("node.toml")).filter(|path| path.exists());
        let system = || Some(PathBuf::from(SYSTEM_FILE)).filter(|path| path.exists());
        named.or_else(in_data).or_else(system)
    }

    fn data(&self) -> Option<PathBuf> {
        let flag = self.flags.iter().rev().find(|flag| flag.name == "data").map(|flag| &flag.value);
        flag.or_else(|| self.variables.get(&format!("{PREFIX}DATA"))).map(PathBuf::from)
    }
}

/// Checks one file by itself, over the defaults.
///
/// # Errors
/// Every fault in it.
pub fn check(file: &Path) -> Result<(), ConfigError> {
    let mut layers = Layers::new(Config::default());
    layers.file(file);
    layers.finish().map(|_| ())
}

/// `node.d/*.toml` beside `node.toml`, by name.
fn drop_ins(file: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(file.with_extension("d")).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == "toml")).collect();
    files.sort();
    files
}

/// The configuration while it is being put together.
struct Layers {
    loaded: Loaded,
    faults: Vec<Fault>,
}

impl Layers {
    fn new(config: Config) -> Self {
        Self { loaded: Loaded { config, origins: BTreeMap::new() }, faults: Vec::new() }
    }

    fn put(&mut self, name: &str, origin: Origin, given: &Given) {
        let Some(setting) = Setting::named(name) else {
            self.faults.push(Fault::unknown(origin, name));
            return;
        };
        match (setting.put)(&mut self.loaded.config, given) {
            Ok(()) => {
                self.loaded.origins.insert(setting.name, origin);
            }
            Err(expected) => self.faults.push(Fault::Wrong { origin, name: setting.name, expected, found: given.found() }),
        }
    }

    fn file(&mut self, path: &Path) {
        let text = match read(path) {
            Ok(text) => text,
            Err(reason) => return self.faults.push(Fault::Unreadable { path: path.to_owned(), reason }),
        };
        let origin = |at: usize| Origin::File(path.to_owned(), text.bytes().take(at).filter(|b| *b == b'\n').count() + 1);
        let table = match DeTable::parse(&text) {
            Ok(table) => table,
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                return self.faults.push(Fault::Syntax { origin: origin(at), message: error.message().to_owned() });
            }
        };
        let base = path.parent().unwrap_or(Path::new(""));
        for (key, value) in table.get_ref() {
            match value.get_ref() {
                DeValue::Table(section) if SETTINGS.iter().any(|s| s.parts().0 == key.get_ref().as_ref()) => {
                    for (inner, value) in section {
                        let name = format!("{}.{}", key.get_ref(), inner.get_ref());
                        self.put(&name, origin(inner.span().start), &Given::toml(value.get_ref(), base));
                    }
                }
                value => self.put(key.get_ref(), origin(key.span().start), &Given::toml(value, base)),
            }
        }
    }

    fn finish(mut self) -> Result<Loaded, ConfigError> {
        if self.faults.is_empty() {
            self.faults = rules::check(&self.loaded);
        }
        if self.faults.is_empty() { Ok(self.loaded) } else { Err(ConfigError(self.faults)) }
    }
}

fn read(path: &Path) -> Result<String, String> {
    let length = std::fs::metadata(path).map_err(|error| error.to_string())?.len();
    if length > MAX_FILE_BYTES {
        return Err(format!("{length} bytes"));
    }
    std::fs::read_to_string(path).map_err(|error| error.to_string())
}
