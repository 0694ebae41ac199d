//! Asking a node of ours to enrol people, by the token that it left in its data directory.

use std::path::Path;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::people::Login;
use crate::files;
use crate::problem::{Exit, Problem};
use crate::words::said;

const MAX_TOKEN_FILE: usize = 4 << 10;
/// Argon2 takes its time, and the machine may be busy with all the other nodes.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where a node's API is, and what opens it.
#[derive(Debug, Clone)]
pub struct Admin {
    agent: ureq::Agent,
    access: Access,
}

#[derive(Debug, Clone, Deserialize)]
struct Access {
    url: String,
    token: String,
}

impl Admin {
    /// The API of the node that runs on this data directory.
    ///
    /// # Errors
    /// When the node has not left its token there.
    pub fn of(data: &Path) -> Result<Self, Problem> {
        let path = data.join("api.json");
        let text = files::read_text(&path, MAX_TOKEN_FILE)?;
        let access = serde_json::from_str(&text).map_err(|_| {
            let path = path.display();
            Problem::new("api_file", Exit::NotRunning, said!("{path}: файл повреждён", "{path} is damaged"))
        })?;
        let config = ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).http_status_as_error(false).build();
        Ok(Self { agent: config.into(), access })
    }

    /// Enrols a person; gives back their number, such as `p10001`.
    ///
    /// # Errors
    /// When the node refuses, or does not answer.
    pub fn add_person(&self, person: &Login) -> Result<String, Problem> {
        let body = json!({
            "login": person.login,
            "password": person.password,
            "name": person.name,
            "position": person.position,
            "unit": person.unit,
        });
        let answer = self.post("/api/v1/admin/person", &body)?;
        Ok(answer["id"].as_str().unwrap_or_default().to_owned())
    }

    fn post(&self, path: &str, body: &Value) -> Result<Value, Problem> {
        let url = format!("{}{path}", self.access.url.trim_end_matches('/'));
        let request = self.agent.post(&url).header("Authorization", &format!("Bearer {}", self.access.token)).header("X-Okrug", "1");
        let unreachable = |error: ureq::Error| {
            Problem::new("node", Exit::NotRunning, said!("{url}: узел не отвечает: {error}", "{url}: the node does not answer: {error}"))
        };
        let mut response = request.send_json(body).map_err(unreachable)?;
        let status = response.status();
        let answer: Value = response.body_mut().read_json().unwrap_or(Value::Null);
        if status.is_success() {
            return Ok(answer);
        }
        let (status, detail) = (status.as_u16(), answer["detail"].as_str().or(answer["title"].as_str()).unwrap_or_default().to_owned());
        Err(Problem::new(
            "node_refused",
            Exit::Refused,
            said!("{url}: узел отказал ({status}): {detail}", "{url}: the node refused ({status}): {detail}"),
        ))
    }
}
