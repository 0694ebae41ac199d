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
    /// As it is asked for.
    pub(crate) path: String,
    /// As the API's own document has it.
    pub(crate) route: String,
    pub(crate) who: Who,
    pub(crate) media_type: Option<&'static str>,
    pub(crate) body: Vec<u8>,
    /// How an office alone refuses it: what needs another one first.
    pub(crate) refused: Option<&'static str>,
}

/// All of them, in an order in which each succeeds; the one that ends the session comes last.
pub(crate) async fn all(served: &Served, cursor: &str) -> Vec<Write> {
    let json =
        |method, path: &str, who, body: &Value| Write::of(method, path, who, Some("application/json"), serde_json::to_vec(body).unwrap());
    let bare = |method, path: &str, who| Write::of(method, path, who, None, Vec::new());
    let mut district = served.sample.clone();
    district.amend(|chart| chart.units[0].name = "Новое имя".to_owned());
    let newcomer =
        json!({ "login": "carol", "password": "новый пароль", "name": "Делопроизводитель", "position": "Делопроизводитель", "unit": "u2" });
    let invite = json!({ "name": "Инспектор", "position": "Инспектор", "unit": "u2" });
    let [comes, never] = [served.invite(&invite).await, served.invite(&invite).await];
    let dora = served.person("dora", 2).await.id;
    let session = served.stranger().write("POST", "/api/v1/session", &login_body("ann", true)).await;
    let listed = served.stranger().bearer(session.json()["token"].as_str().unwrap()).get("/api/v1/session/own").await.json();
    let other =
        listed["sessions"].as_array().unwrap().iter().find(|one| one["current"] == true).unwrap()["id"].as_str().unwrap().to_owned();
    let role = served.admin().write("POST", "/api/v1/admin/role", &json!({ "title": "Дежурный", "unit": "u2" })).await.json();
    let role = format!("/api/v1/admin/role/{}", role["id"].as_str().unwrap());
    let deputy = json!({ "by": "p10002", "until": "2099-01-01T00:00:00Z" });
    let received = json("POST", &format!("/api/v1/admin/person/{dora}/receive"), Who::Admin, &json!({ "unit": "u2" }));
    vec![
        json("POST", "/api/v1/session", Who::Anybody, &login_body("bob", false)),
        json("POST", "/api/v1/chat/u2/message", Who::Person, &post_body("forged", "подложено")),
        json("POST", "/api/v1/read", Who::Person, &json!({ "chat": "u2", "cursor": cursor })),
        json("POST", "/api/v1/admin/person", Who::Admin, &newcomer),
        // It changes nothing, and puts bytes on a line all the same.
        json("POST", "/api/v1/admin/ping", Who::Admin, &json!({ "office": "o2", "wait_ms": 0 })),
        json("POST", "/api/v1/enrol", Who::Anybody, &json!({ "code": comes["code"], "login": "emma", "password": "новый пароль" })),
        json("POST", "/api/v1/admin/invitation", Who::Admin, &invite),
        bare("DELETE", &format!("/api/v1/admin/invitation/{}", never["invitation"]["id"].as_str().unwrap()), Who::Admin),
        json("PATCH", &format!("/api/v1/admin/person/{dora}"), Who::Admin, &json!({ "position": "Старший дежурный" })),
        json("POST", &format!("/api/v1/admin/person/{dora}/dismiss"), Who::Admin, &json!({ "reason": "по собственному желанию" })),
        bare("POST", &format!("/api/v1/admin/person/{dora}/restore"), Who::Admin),
        json("POST", &format!("/api/v1/admin/person/{dora}/reset"), Who::Admin, &json!({})),
        bare("DELETE", &format!("/api/v1/admin/person/{dora}/session"), Who::Admin),
        bare("PUT", &format!("/api/v1/admin/person/{dora}/right/it"), Who::Admin),
        bare("DELETE", &format!("/api/v1/admin/person/{dora}/right/it"), Who::Admin),
        bare("POST", "/api/v1/audit/evidence", Who::Admin),
        Write {
            refused: Some("certificate_refused"),
            ..Write::of("POST", "/api/v1/admin/tls", Who::Admin, Some("application/octet-stream"), b"nothing".to_vec())
        },
        Write {
            refused: Some("no_such_route"),
            ..json("POST", "/api/v1/admin/backup", Who::Admin, &json!({ "key": "00", "keys_only": true }))
        },
        Write {
            refused: Some("no_such_route"),
            ..json("PUT", "/api/v1/admin/backup", Who::Admin, &json!({ "made": "2026-01-01T00:00:00Z", "bytes": 1 }))
        },
        json("POST", "/api/v1/bundle", Who::Admin, &json!({ "for": ["o2"] })),
        Write {
            refused: Some("bundle_unreadable"),
            ..Write::of("POST", "/api/v1/bundle/import", Who::Admin, Some("application/octet-stream"), b"nothing".to_vec())
        },
        json("POST", "/api/v1/admin/role", Who::Admin, &json!({ "title": "Приёмная", "unit": "u2" })),
        json("POST", &format!("{role}/holder"), Who::Admin, &json!({ "person": dora.to_string() })),
        bare("DELETE", &format!("{role}/holder/{dora}"), Who::Admin),
        bare("DELETE", &role, Who::Admin),
        json("POST", &format!("/api/v1/admin/person/{dora}/deputy"), Who::Admin, &deputy),
        bare("DELETE", &format!("/api/v1/admin/person/{dora}/deputy"), Who::Admin),
        json("POST", "/api/v1/deputy", Who::Person, &deputy),
        bare("DELETE", "/api/v1/deputy", Who::Person),
        json("POST", &format!("/api/v1/admin/person/{dora}/move"), Who::Admin, &json!({ "to": "o2" })),
        bare("POST", &format!("/api/v1/admin/person/{dora}/transfer"), Who::Admin),
        Write {
            refused: Some("transfer_refused"),
            ..Write::of("POST", "/api/v1/admin/arrival", Who::Admin, Some("application/octet-stream"), b"nothing".to_vec())
        },
        Write { refused: Some("not_released"), ..received },
        bare("DELETE", &format!("/api/v1/session/own/{other}"), Who::Person),
        bare("DELETE", "/api/v1/session/own", Who::Person),
        json("PUT", "/api/v1/password", Who::Person, &json!({ "old": super::PASSWORD, "new": "другой пароль" })),
        Write::of("POST", "/api/v1/admin/district", Who::Admin, Some("application/octet-stream"), district.file.encode()),
        bare("DELETE", "/api/v1/session", Who::Person),
    ]
}

impl Write {
    fn of(method: &'static str, path: &str, who: Who, media_type: Option<&'static str>, body: Vec<u8>) -> Self {
        let part = |(before, part): (&str, &str)| match (before, part) {
            ("chat", _) => "{chat}".to_owned(),
            ("own", _) => "{session}".to_owned(),
            (_, part) if part.starts_with('p') && part[1..].parse::<u32>().is_ok() => "{person}".to_owned(),
            (_, part) if part.starts_with('r') && part[1..].parse::<u32>().is_ok() => "{role}".to_owned(),
            (_, part) => part.to_owned(),
        };
        let parts: Vec<&str> = path.split('/').collect();
        let route: Vec<String> = std::iter::once("").chain(parts.iter().copied()).zip(parts.iter().copied()).map(part).collect();
        Self { method, path: path.to_owned(), route: route.join("/"), who, media_type, body, refused: None }
    }

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
        client.ask(self.method, &self.path, &self.body).await
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
