//! `okrug role list`.

use okrug_node::office::view::Roles;
use serde_json::json;

use super::show;
use crate::client::{Client, Place, Reach};
use crate::context::Context;
use crate::print::{Table, escaped};
use crate::problem::Problem;

pub(super) fn run(context: &Context, reach: &Reach) -> Result<(), Problem> {
    let place = Place::of(context, reach)?;
    let Roles { roles } = Client::admin(&place, context.lang, context.timeout)?.get("/role")?;
    let head =
        context.lang.pick(["НОМЕР", "НАЗВАНИЕ", "ОТДЕЛ", "ОТДЕЛЕНИЕ", "ИСПОЛНЯЕТ"], ["NUMBER", "TITLE", "UNIT", "OFFICE", "ON DUTY"]);
    let mut table = Table::new(head);
    for role in &roles {
        let unit = format!("{} {}", role.unit, role.unit_name);
        table.row([&role.id.to_string(), &escaped(&role.title), &unit, &role.office_name, &show::on_duty(role, context.lang)]);
    }
    context.show(json!({ "roles": roles }), &table)
}
