//! `okrug office list`.

use serde_json::json;

use crate::authority::Folder;
use crate::context::Context;
use crate::print::Table;
use crate::problem::Problem;

pub(super) fn run(context: &Context) -> Result<(), Problem> {
    let folder = Folder::open(&context.dir)?;
    let (plan, trust) = (folder.plan()?, folder.trust()?);
    let directory = trust.directory();
    let head = context
        .lang
        .pick(["НОМЕР", "КОД", "ОТДЕЛЕНИЕ", "СОСТОЯНИЕ", "ОТДЕЛОВ", "АДРЕСА"], ["NUMBER", "SLUG", "OFFICE", "STATE", "UNITS", "ADDRESSES"]);
    let (mut table, mut rows) = (Table::new(head), Vec::new());
    for office in plan.offices_in_use() {
        let number = okrug_protocol::ids::OfficeId(office.number);
        let signed = directory.office(number).is_some();
        let (planned, suspended) = (plan.suspended.contains(&office.number), directory.is_suspended(number));
        let (state, word) = match (office.keys.is_some(), signed) {
            (_, true) if planned && suspended => ("suspended", context.lang.pick("приостановлено", "suspended")),
            (_, true) if planned => ("to_suspend", context.lang.pick("приостановка ждёт подписи", "suspension to be signed")),
            (_, true) if suspended => ("to_resume", context.lang.pick("возобновление ждёт подписи", "resumption to be signed")),
            (_, true) => ("signed", context.lang.pick("в справочнике", "signed")),
            (true, false) => ("enrolled", context.lang.pick("ждёт подписи", "to be signed")),
            (false, false) => ("listed", context.lang.pick("нет заявки", "no request")),
        };
        let id = format!("o{}", office.number);
        table.row([
            id.clone(),
            office.slug.clone(),
            office.name.clone(),
            word.to_owned(),
            office.units.len().to_string(),
            office.addresses.join(" "),
        ]);
        rows.push(json!({
            "id": id,
            "slug": office.slug,
            "name": office.name,
            "state": state,
            "units": office.units.iter().map(|unit| format!("u{unit}")).collect::<Vec<_>>(),
            "addresses": office.addresses,
        }));
    }
    context.show(json!({ "offices": rows }), &table)
}
