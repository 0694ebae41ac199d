//! `okrug person list`.

use okrug_node::office::view::People;
use serde_json::json;

use crate::client::{Client, Place, Reach};
use crate::context::Context;
use crate::print::Table;
use crate::problem::Problem;

pub(super) fn run(context: &Context, reach: &Reach) -> Result<(), Problem> {
    let place = Place::of(context, reach)?;
    let People { people } = Client::admin(&place, context.lang, context.timeout)?.get("/admin/person")?;
    let head = context
        .lang
        .pick(["НОМЕР", "ЛОГИН", "ИМЯ", "ДОЛЖНОСТЬ", "ОТДЕЛ", "СОСТОЯНИЕ"], ["NUMBER", "LOGIN", "NAME", "POSITION", "UNIT", "STATE"]);
    let mut table = Table::new(head);
    for person in &people {
        let state = match (person.active, person.locked) {
            (false, _) => context.lang.pick("не служит", "has left"),
            (true, true) => context.lang.pick("ждём по коду", "to come by code"),
            (true, false) => context.lang.pick("может войти", "active"),
        };
        let unit = format!("{} {}", person.unit, person.unit_name);
        table.row([&person.id.to_string(), &person.login, &person.name, &person.position, &unit, state]);
    }
    context.show(json!({ "people": people }), &table)
}
