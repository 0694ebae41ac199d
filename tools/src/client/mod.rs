//! Talking to a running node, as its administrator or as a person.
//!
//! ```text
//!   place      which node: a data directory or an address, and by which certificate it is known
//!   refusal    what a node refuses, as a problem with the exit code of the node's own table
//!   http       one request, one answer
//!   person     logging in, and leaving
//!   sse        the events of a stream, within bounds
//!   interrupt  Ctrl+C
//!   feed       events that go on over lost connections
//! ```

mod place;
mod refusal;
mod http;
mod person;
mod sse;
mod interrupt;
mod feed;

pub use feed::Heard;
pub use http::Client;
pub use interrupt::interrupt;
pub use person::{Person, Speaker};
pub use place::{Place, Reach};

use crate::help::Row;

/// Texts of the flags that say how a node is reached.
pub const HELP: &[Row] = &[
    (
        "shared.token_file",
        "A file with a bearer token; the administrator's is that of DIR/api.json by default",
        "Файл с ключом доступа; у администратора по умолчанию ключ из ПАПКА/api.json",
    ),
    ("shared.login", "Speak as the person with this login", "Говорить от имени человека с этим логином"),
    (
        "shared.password_file",
        "A file with the person's password; asked for otherwise",
        "Файл с паролем человека; иначе пароль будет спрошен",
    ),
    (
        "shared.ca",
        "The certificate (PEM) by which the node at an https address is known",
        "Сертификат (PEM), по которому узнаётся узел по адресу https",
    ),
];
