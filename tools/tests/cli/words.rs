//! Both languages, the shape of JSON, the exit codes of usage.

use crate::desk::Desk;
use serde_json::Value;

#[test]
fn help_speaks_both_languages_and_names_every_command() {
    let desk = Desk::new();
    let (ru, en) = (desk.ok(&["--help", "--lang", "ru"]), desk.ok(&["--help", "--lang", "en"]));
    assert!(
        ru.starts_with("Округ: сообщения между отделениями округа\n\nИспользование: okrug [ПАРАМЕТРЫ] <КОМАНДА>\n\nКоманды:\n"),
        "{ru}"
    );
    assert!(en.starts_with("Okrug: messages between the offices of a district\n\nUsage: okrug [OPTIONS] <COMMAND>\n\nCommands:\n"), "{en}");
    for command in ["demo", "status", "ping", "authority", "org", "office", "person", "bootstrap", "msg", "simulate", "bench", "version"] {
        assert!(ru.contains(&format!("\n  {command} ")) && en.contains(&format!("\n  {command} ")), "{command}");
    }
    for text in [&ru, &en] {
        assert!(!text.contains("[default") && !text.contains("[env") && !text.contains("[possible"), "{text}");
    }
}

#[test]
fn the_language_follows_the_flag_then_the_variable_then_the_locale() {
    let desk = Desk::new();
    let help = |envs: &[(&str, &str)], args: &[&str]| {
        let out = crate::desk::program(&desk.path(".")).envs(envs.iter().copied()).args(args).arg("--help").output().unwrap();
        String::from_utf8(out.stdout).unwrap().starts_with("Округ")
    };
    assert!(help(&[("LANG", "ru_RU.UTF-8")], &[]));
    assert!(!help(&[("LANG", "ru_RU.UTF-8"), ("OKRUG_LANG", "en")], &[]));
    assert!(help(&[("LANG", "C"), ("OKRUG_LANG", "en")], &["--lang", "ru"]));
}

#[test]
fn wrong_usage_is_named_with_what_may_have_been_meant() {
    let desk = Desk::new();
    assert_eq!(desk.fails(&["orgg"]), (2, "ERROR: there is no command orgg\nNext: did you mean org?\n".to_owned()));
    let (code, err) = desk.fails(&["org", "import", "--lang", "ru"]);
    assert_eq!((code, err.contains("не хватает: <FILE>")), (2, true), "{err}");
    assert_eq!(desk.fails(&["org", "show", "--json", "--plain"]).0, 2);
    assert_eq!(desk.fails(&["status", "--timeout", "soon"]).0, 2);
}

#[test]
fn a_failure_in_json_is_one_object_on_stderr() {
    let desk = Desk::new();
    for args in [&["org", "show", "--json"][..], &["org", "show", "--json=1"], &["--json", "nonsense"]] {
        let (code, err) = desk.fails(args);
        let object: Value = serde_json::from_str(&err).unwrap();
        assert_eq!((&object["type"], &object["v"], &object["exit"]), (&"error".into(), &1.into(), &code.into()), "{err}");
        assert!(object["code"].is_string() && object["message"].is_string() && (object["hint"].is_string() || object["hint"].is_null()));
    }
}

#[test]
fn a_success_in_json_is_one_object_on_stdout() {
    let desk = Desk::founded();
    desk.write("list.csv", include_str!("../../data/district.csv"));
    let commands: [&[&str]; 5] =
        [&["org", "import", "list.csv"], &["org", "show", "--tree"], &["office", "list"], &["authority", "show"], &["version"]];
    for args in commands {
        let object = desk.json(args);
        assert_eq!((&object["type"], &object["v"]), (&"summary".into(), &1.into()), "{args:?}");
    }
    let show = desk.json(&["org", "show"]);
    let unit = show["units"].as_array().unwrap().iter().find(|unit| unit["name"] == "Канцелярия").unwrap();
    assert_eq!((&unit["id"], &unit["parent"], unit["offices"].as_array().unwrap().len()), (&"u4".into(), &"u3".into(), 23));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let desk = Desk::founded();
    let mut child = crate::desk::program(&desk.path(".")).args(["org", "show"]).stdout(std::process::Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_completion_script_is_printed_for_each_shell() {
    let desk = Desk::new();
    for (shell, sign) in [("bash", "_okrug()"), ("zsh", "#compdef okrug"), ("fish", "complete -c okrug")] {
        let script = desk.ok(&["completion", shell]);
        assert!(script.contains(sign) && script.contains("authority"), "{shell}");
        assert!(!script.contains("node-child"), "what is hidden is not offered");
    }
}
