//! The configuration as a file: what holds now, and the example with everything explained.

use super::Config;
use super::layers::Loaded;
use super::table::SETTINGS;
use crate::said;
use crate::words::Lang;

/// What holds now, as a file that would give the same; with `origins`, where each value came from.
#[must_use]
pub fn current(loaded: &Loaded, origins: bool) -> String {
    let mut out = Lines::default();
    for setting in SETTINGS {
        let (section, key) = setting.parts();
        let line = format!("{key} = {}", (setting.show)(&loaded.config));
        let line = if origins { format!("{line}  # {}", loaded.origin(setting.name)) } else { line };
        out.add(section, &line);
    }
    out.text
}

/// Every setting with its default, its meaning and its variable, commented out.
#[must_use]
pub fn example(lang: Lang) -> String {
    let head = said!(
        "# Настройки узла Округа. Важнее файла — node.d/*.toml рядом с ним, затем переменные, затем флаги.\n# Показаны значения по умолчанию.",
        "# Settings of an Okrug node. node.d/*.toml beside this file, variables and flags outrank it, in this order.\n# The defaults are shown.",
    );
    let mut out = Lines { section: "", text: format!("{}\n", head.text(lang)) };
    let defaults = Config { language: lang, ..Config::default() };
    for setting in SETTINGS {
        let (section, key) = setting.parts();
        out.add(section, "");
        out.add(section, &format!("# {}  {}", (setting.doc)().text(lang), setting.variable()));
        out.add(section, &format!("#{key} = {}", (setting.show)(&defaults)));
    }
    out.text
}

/// Lines under the heads of their sections.
#[derive(Default)]
struct Lines {
    section: &'static str,
    text: String,
}

impl Lines {
    fn add(&mut self, section: &'static str, line: &str) {
        if section != self.section {
            self.text.push_str(&format!("\n[{section}]\n"));
            self.section = section;
            if line.is_empty() {
                return;
            }
        }
        self.text.push_str(line);
        self.text.push('\n');
    }
}
