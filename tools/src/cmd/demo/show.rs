//! What the demo prints: where the pages are, and who can log in.

use std::time::Duration;

use okrug_protocol::trust::Trust;
use serde_json::{Value, json};

use super::enrol::Enrolment;
use crate::cluster::{Blueprint, Nodes};
use crate::context::Context;
use crate::print::{self, Table};
use crate::problem::Problem;
use crate::words::{counted, said};

/// Shows the district, ready.
pub(super) fn district(
    context: &Context,
    blueprint: &Blueprint,
    nodes: &Nodes,
    trust: &Trust,
    enrolment: &Enrolment,
    took: Duration,
) -> Result<(), Problem> {
    if context.json {
        return context.object(object(blueprint, nodes, trust, enrolment, took));
    }
    let head =
        context.lang.pick(["ОТДЕЛЕНИЕ", "СТРАНИЦА", "ЛОГИН", "ЧЕЛОВЕК", "ДОЛЖНОСТЬ"], ["OFFICE", "PAGE", "LOGIN", "PERSON", "POSITION"]);
    let mut table = Table::new(head);
    for (site, people) in blueprint.sites.iter().zip(enrolment.people()) {
        for (i, person) in people.iter().enumerate() {
            let (name, url) = if i == 0 || context.plain { (site.name.clone(), site.url()) } else { (String::new(), String::new()) };
            table.row([name, url, person.login.clone(), person.name.clone(), person.position.clone()]);
        }
    }
    print::line(&if context.plain { table.plain() } else { table.aligned() })?;
    if context.plain || context.quiet {
        return Ok(());
    }
    let (offices, seconds) = (blueprint.sites.len(), format!("{:.1}", took.as_secs_f64()));
    let (ru_offices, password) = (counted(offices, "отделение", "отделения", "отделений"), password(enrolment));
    print::line("")?;
    context.say(&said!(
        "Готово за {seconds} с: {ru_offices}. Пароль у всех: {password}",
        "Ready in {seconds} s: {offices} offices. Everybody's password: {password}"
    ))?;
    context.say(&said!(
        "Откройте страницы двух отделений и напишите из одного в другое. Ctrl+C остановит узлы и удалит всё.",
        "Open the pages of two offices and write from one to the other. Ctrl+C stops the nodes and removes everything."
    ))
}

fn password(enrolment: &Enrolment) -> String {
    enrolment.people().iter().flatten().next().map_or_else(String::new, |person| person.password.clone())
}

fn object(blueprint: &Blueprint, nodes: &Nodes, trust: &Trust, enrolment: &Enrolment, took: Duration) -> Value {
    let offices: Vec<Value> = blueprint
        .sites
        .iter()
        .zip(enrolment.people())
        .enumerate()
        .map(|(index, (site, people))| {
            json!({
                "id": format!("o{}", site.number),
                "slug": site.slug,
                "name": site.name,
                "url": site.url(),
                "mesh": site.multiaddr(),
                "data": site.data.display().to_string(),
                "pid": nodes.pid(index),
                "logins": people,
            })
        })
        .collect();
    json!({
        "type": "demo",
        "district": trust.district().0.to_hex(),
        "dir": blueprint.root.display().to_string(),
        "ready_ms": u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        "offices": offices,
    })
}
