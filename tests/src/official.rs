//! Somebody who is logged in at an office, by the HTTP API of its node.

use std::sync::atomic::{AtomicU32, Ordering};

use okrug::cluster::{Admin, Answer, Line, Login, Site, inside};
use serde_json::{Value, json};

use crate::wait::{until, within};

/// Messages of a page of history.
const PAGE: usize = 200;
/// Names of messages that were never given before.
static NEXT: AtomicU32 = AtomicU32::new(0);

/// Somebody at an office.
#[derive(Debug, Clone)]
pub struct Official {
    site: Site,
    login: Login,
    token: String,
    /// Their number, such as `p10001`.
    pub person: String,
}

impl Official {
    /// Enrols somebody of a unit, such as `u3`, and logs in; the login is the unit's.
    pub async fn enrol(site: &Site, unit: &str) -> Self {
        let login = Login {
            login: format!("duty-{unit}"),
            password: "длинный пароль".to_owned(),
            name: "Дежурный".to_owned(),
            position: "Оперативный дежурный".to_owned(),
            unit: unit.to_owned(),
        };
        let (there, asked) = (site.clone(), login.clone());
        let enrolling = tokio::task::spawn_blocking(move || {
            inside(there.namespace.as_deref(), || Admin::of(&there.data)?.add_person(&asked)).and_then(|added| added)
        });
        let person = enrolling.await.unwrap().unwrap();
        let mut official = Self { site: site.clone(), login, token: String::new(), person };
        official.log_in().await;
        official
    }

    /// Logs in again, after the node was restarted.
    pub async fn log_in(&mut self) {
        let (login, password) = (self.login.login.clone(), self.login.password.clone());
        let mut line = self.line();
        self.token = within("somebody logs in", line.login(&login, &password)).await.unwrap();
    }

    /// A connection of theirs to the node.
    #[must_use]
    pub fn line(&self) -> Line {
        self.try_line().unwrap()
    }

    fn try_line(&self) -> Option<Line> {
        Line::to(self.site.page, self.site.namespace.as_deref(), &self.token).ok()
    }

    /// Asks the node for something.
    pub async fn get(&self, path: &str) -> Value {
        within(path, self.line().get(path)).await.unwrap()
    }

    /// Sends a message under a name that it keeps when it is sent again.
    pub async fn post(&self, chat: &str, text: &str, client_id: &str) -> Answer {
        let body = json!({ "client_id": client_id, "text": text }).to_string();
        within("the node answers", self.line().post(&format!("/api/v1/chat/{chat}/message"), &body)).await.unwrap()
    }

    /// The same, at a node that may not answer.
    pub async fn try_post(&self, chat: &str, text: &str, client_id: &str) -> Option<Answer> {
        let body = json!({ "client_id": client_id, "text": text }).to_string();
        let mut line = self.try_line()?;
        within("the node answers, or ends the connection", line.post(&format!("/api/v1/chat/{chat}/message"), &body)).await.ok()
    }

    /// Says something; it was taken when this returns. Its number, the same at every office.
    pub async fn say(&self, chat: &str, text: &str) -> String {
        let answer = self.post(chat, text, &fresh()).await;
        assert_eq!(answer.status, 201, "{text}: {}", String::from_utf8_lossy(&answer.body));
        answer.json().unwrap()["id"].as_str().unwrap().to_owned()
    }

    /// All messages of a conversation, oldest first; none when it is not there.
    pub async fn messages(&self, chat: &str) -> Vec<Value> {
        let (mut all, mut before) = (Vec::new(), String::new());
        loop {
            let path = format!("/api/v1/chat/{chat}/message?limit={PAGE}{before}");
            let answer = within(&path, self.line().fetch(&path)).await.unwrap();
            if answer.status == 404 {
                return Vec::new();
            }
            let mut page = answer.json().unwrap();
            let Value::Array(messages) = page["messages"].take() else { panic!("a page without messages") };
            all.splice(0..0, messages);
            match page["before"].as_str() {
                Some(cursor) => before = format!("&before={cursor}"),
                None => return all,
            }
        }
    }

    /// The newest texts of a conversation, a page of them, oldest first.
    pub async fn latest(&self, chat: &str) -> Vec<String> {
        let page = self.get(&format!("/api/v1/chat/{chat}/message?limit={PAGE}")).await;
        page["messages"].as_array().unwrap().iter().map(|message| text(&message["text"])).collect()
    }

    /// All texts of a conversation, oldest first.
    pub async fn texts(&self, chat: &str) -> Vec<String> {
        self.messages(chat).await.iter().map(|message| text(&message["text"])).collect()
    }

    /// Waits until a conversation has so many messages, and gives their texts.
    pub async fn reads(&self, chat: &str, count: usize) -> Vec<String> {
        let what = format!("{} reads {count} messages in {chat}", self.site.slug);
        until(&what, async || Some(self.texts(chat).await).filter(|texts| texts.len() >= count)).await
    }

    /// The conversations that they see, by name.
    pub async fn chats(&self) -> Vec<String> {
        let chats = self.get("/api/v1/chat").await;
        chats["chats"].as_array().unwrap().iter().map(|chat| text(&chat["id"])).collect()
    }

    /// Waits until the node knows a person of another office.
    pub async fn knows(&self, other: &Self) {
        let what = format!("{} knows {}", self.site.slug, other.person);
        until(&what, async || {
            let tree = self.get("/api/v1/org/tree").await;
            tree["people"].as_array()?.iter().any(|person| person["id"] == other.person).then_some(())
        })
        .await;
    }

    /// The state of the node.
    pub async fn status(&self) -> Value {
        self.get("/api/v1/node/status").await
    }

    /// The offices to which a link stands, by slug.
    pub async fn linked(&self) -> Vec<String> {
        let status = self.status().await;
        let peers = status["peers"].as_array().unwrap();
        peers.iter().filter(|peer| peer["link"] == "up").map(|peer| text(&peer["slug"])).collect()
    }
}

/// A name that no message had before.
#[must_use]
pub fn fresh() -> String {
    format!("m{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A time as the API writes it, in milliseconds since 1970.
///
/// # Panics
/// It is none.
#[must_use]
pub fn moment(value: &Value) -> u64 {
    value.as_str().unwrap().parse::<okrug_node::rfc3339::Utc>().unwrap().0.0
}
