//! Every write of the API with a request that succeeds, so that a refusal is one of the forgery and not of the request.

use okrug_node::api::openapi;
use serde_json::{Value, json};

use super::client::{Answer, Client};
use super::{Served, login_body, post_body};

/// Who has to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    Anybody,
    Person,
    Admin,
}

/// A write that succeeds.
#[derive(Debug, Clone)]
pub(crate) struct Write {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) who: Who,
    pub(crate) media_type: Option<&'static str>,
    pub(crate) body: Vec<u8>,
}

/// All of them; the one that ends the session comes last.
pub(crate) fn all(served: &Served, cursor: &str) -> Vec<Write> {
    let json = |method, path, who, body: &Value| {
        let (media_type, body) = (Some("application/json"), serde_json::to_vec(body).unwrap());
        Write { method, path, who, media_type, body }
    };
    let mut district = served.sample.clone();
    district.amend(|chart| chart.units[0].name = "Новое имя".to_owned());
    let newcomer =
        json!({ "login": "carol", "password": "новый пароль", "name": "Делопроизводитель", "position": "Делопроизводитель", "unit": "u2" });
    let (method, path) = ("POST", "/api/v1/admin/district");
    vec![
        json("POST", "/api/v1/session", Who::Anybody, &login_body("bob", false)),
        json("POST", "/api/v1/chat/u2/message", Who::Person, &post_body("forged", "подложено")),
        json("POST", "/api/v1/read", Who::Person, &json!({ "chat": "u2", "cursor": cursor })),
        json("POST", "/api/v1/admin/person", Who::Admin, &newcomer),
        // It changes nothing, and puts bytes on a line all the same.
        json("POST", "/api/v1/admin/ping", Who::Admin, &json!({ "office": "o2", "wait_ms": 0 })),
        Write { method, path, who: Who::Admin, media_type: Some("application/octet-stream"), body: district.file.encode() },
        Write { method: "DELETE", path: "/api/v1/session", who: Who::Person, media_type: None, body: Vec::new() },
    ]
}

impl Write {
    /// The client with all that this write needs.
    pub(crate) fn honest(&self, served: &Served, person: &Client) -> Client {
        let client = match self.who {
            Who::Anybody => served.stranger(),
            Who::Person => person.clone(),
            Who::Admin => served.admin(),
        };
        let client = client.with("x-okrug", "1");
        self.media_type.map_or(client.clone(), |media_type| client.with("content-type", media_type))
    }

    pub(crate) async fn by(&self, client: &Client) -> Answer {
        client.ask(self.method, self.path, &self.body).await
    }
}

/// Every method and path of the API that is not a read, by its own document.
pub(crate) fn documented() -> Vec<(String, String)> {
    routes().into_iter().filter(|(method, _)| method != "GET").collect()
}

/// Every method and path, by the API's own document.
pub(crate) fn routes() -> Vec<(String, String)> {
    let document: Value = serde_json::from_str(&openapi()).unwrap();
    let paths = document["paths"].as_object().unwrap().iter();
    paths.flat_map(|(path, methods)| methods.as_object().unwrap().keys().map(move |method| (method.to_uppercase(), path.clone()))).collect()
}
