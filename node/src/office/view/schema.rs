//! How numbers and times stand in the OpenAPI document.

use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, SchemaFormat, SchemaType, Type};
use utoipa::openapi::{KnownFormat, Object, RefOr, Schema};

fn pattern(pattern: &str) -> Object {
    ObjectBuilder::new().schema_type(Type::String).pattern(Some(pattern)).build()
}

fn nullable(mut object: Object) -> Object {
    object.schema_type = SchemaType::from_iter([Type::String, Type::Null]);
    object
}

fn list(item: Object) -> RefOr<Schema> {
    ArrayBuilder::new().items(item).into()
}

pub(crate) fn person() -> Object {
    pattern("^p[0-9]+$")
}

pub(crate) fn role() -> Object {
    pattern("^r[0-9]+$")
}

pub(crate) fn behalf() -> Object {
    pattern("^[rp][0-9]+$")
}

pub(crate) fn behalf_or_null() -> Object {
    nullable(behalf())
}

pub(crate) fn unit() -> Object {
    pattern("^u[0-9]+$")
}

pub(crate) fn unit_or_null() -> Object {
    nullable(unit())
}

pub(crate) fn units() -> RefOr<Schema> {
    list(unit())
}

pub(crate) fn office() -> Object {
    pattern("^o[0-9]+$")
}

pub(crate) fn office_or_null() -> Object {
    nullable(office())
}

pub(crate) fn offices() -> RefOr<Schema> {
    list(office())
}

pub(crate) fn topic() -> Object {
    pattern("^(d|[ugo][0-9]+)$")
}

pub(crate) fn chat() -> Object {
    pattern("^(d|[ugp][0-9]+|r[0-9]+(\\.p[0-9]+)?)$")
}

pub(crate) fn message() -> Object {
    pattern("^o[0-9]+\\.[0-9]+\\.(d|[ugo][0-9]+)\\.(flash|urgent|routine)\\.[0-9]+$")
}

pub(crate) fn message_or_null() -> Object {
    nullable(message())
}

pub(crate) fn cursor() -> Object {
    ObjectBuilder::new().schema_type(Type::String).description(Some("A place in a conversation; not to be taken apart.")).build()
}

pub(crate) fn cursor_or_null() -> Object {
    nullable(cursor())
}

pub(crate) fn client_id() -> Object {
    pattern("^[0-9A-Za-z_-]{1,64}$")
}

pub(crate) fn precedence() -> Object {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["routine", "urgent", "flash"])).build()
}

pub(crate) fn time() -> Object {
    ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime))).build()
}

pub(crate) fn time_or_null() -> Object {
    nullable(time())
}
