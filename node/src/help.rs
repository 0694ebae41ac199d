//! The texts of `--help`, in both languages, and how they get into clap.
//!
//! Each command module keeps its rows in a `HELP` table beside its arguments; a row's path is the
//! command's words and the argument's name, joined by dots: `org.import.file`. The program itself
//! goes by its name, a flag of every command by `global.`, one of several commands by `shared.`. A test
//! of the tree finds every command and argument that has no row.

use clap::{Arg, Command};

use crate::words::Lang;

/// Path, English, Russian.
pub type Row = (&'static str, &'static str, &'static str);

/// Puts the texts of one language into a tree of commands.
#[must_use]
pub fn localise(mut root: Command, tables: &[&[Row]], lang: Lang) -> Command {
    root.build();
    command(root, "", tables, lang)
}

/// Every command and argument of a tree that has no text.
#[must_use]
pub fn missing(root: &Command, tables: &[&[Row]]) -> Vec<String> {
    let mut out = Vec::new();
    missing_under(root, "", tables, &mut out);
    out
}

fn missing_under(node: &Command, path: &str, tables: &[&[Row]], out: &mut Vec<String>) {
    let under = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    let has = |path: &str| text(path, tables, Lang::Ru).is_some_and(|text| !text.is_empty());
    for arg in node.get_arguments().filter(|arg| !arg.is_hide_set()) {
        let id = arg.get_id().as_str();
        if !has(&under(id)) && !has(&format!("shared.{id}")) && !has(&format!("global.{id}")) {
            out.push(under(arg.get_id().as_str()));
        }
    }
    for sub in node.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        let path = under(sub.get_name());
        if !has(&path) {
            out.push(path.clone());
        }
        missing_under(sub, &path, tables, out);
    }
}

/// The text of a path.
#[must_use]
pub fn text(path: &str, tables: &[&[Row]], lang: Lang) -> Option<&'static str> {
    let (_, en, ru) = tables.iter().flat_map(|table| table.iter()).find(|row| row.0 == path)?;
    Some(lang.pick(ru, en))
}

fn command(mut node: Command, path: &str, tables: &[&[Row]], lang: Lang) -> Command {
    let under = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    let usage = node.render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ");
    let usage = lang.pick(usage.replace("[OPTIONS]", "[ПАРАМЕТРЫ]").replace("<COMMAND>", "<КОМАНДА>"), usage.to_owned());
    let about = text(if path.is_empty() { node.get_name() } else { path }, tables, lang).unwrap_or_default();
    let template = match lang {
        Lang::En => "{about-with-newline}\nUsage: {usage}\n\n{all-args}{after-help}",
        Lang::Ru => "{about-with-newline}\nИспользование: {usage}\n\n{all-args}{after-help}",
    };
    node.about(about)
        .override_usage(usage)
        .help_template(template)
        .subcommand_help_heading(lang.pick("Команды", "Commands"))
        .mut_args(|arg| {
            // At the root every flag is global; a command may have the same name (`version`).
            let shared = || text(&format!("shared.{}", arg.get_id()), tables, lang);
            let own = if path.is_empty() { None } else { text(&under(arg.get_id().as_str()), tables, lang).or_else(shared) };
            argument(arg, own, tables, lang)
        })
        .mut_subcommands(|sub| {
            let name = sub.get_name().to_owned();
            command(sub, &under(&name), tables, lang)
        })
}

fn argument(arg: Arg, own: Option<&'static str>, tables: &[&[Row]], lang: Lang) -> Arg {
    let global = text(&format!("global.{}", arg.get_id()), tables, lang);
    let heading = match (own, arg.is_positional()) {
        (None, _) => lang.pick("Общие параметры", "Global options"),
        (_, true) => lang.pick("Аргументы", "Arguments"),
        (_, false) => lang.pick("Параметры", "Options"),
    };
    // Defaults, variables and choices are named in the texts, where they can be translated.
    arg.help(own.or(global).unwrap_or_default()).help_heading(heading).hide_default_value(true).hide_env(true).hide_possible_values(true)
}
