//! Asking a node of ours to enrol people, by the token that it left in its data directory.

use std::path::Path;
use std::time::Duration;

use okrug_node::office::view::{Accepted, OfficeEnds, PersonView};
use serde_json::json;

use super::people::Login;
use crate::client::{Client, Place};
use crate::problem::Problem;
use crate::words::Lang;

/// Argon2 takes its time, and the machine may be busy with all the other nodes.
const PATIENCE: Duration = Duration::from_secs(60);

/// A node's administrator.
#[derive(Debug, Clone)]
pub struct Admin(Client);

impl Admin {
    /// The administrator of the node that runs on this data directory.
    ///
    /// # Errors
    /// When the node has not left its token there.
    pub fn of(data: &Path) -> Result<Self, Problem> {
        Client::admin(&Place::in_directory(data)?, Lang::of_environment(), PATIENCE).map(Self)
    }

    /// Gives the node a district file; the version of its list of revocations then.
    ///
    /// # Errors
    /// When the node refuses, or does not answer.
    pub fn district_file(&self, file: &[u8]) -> Result<u32, Problem> {
        let taken: Accepted = self.0.post_bytes("/admin/district", file)?;
        Ok(taken.documents.revocations)
    }

    /// Where the logs of an office end that the node holds.
    ///
    /// # Errors
    /// When the node knows no such office, or does not answer.
    pub fn ends(&self, slug: &str) -> Result<OfficeEnds, Problem> {
        self.0.get(&format!("/admin/office/{slug}/end"))
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
        let (_, added): (u16, PersonView) = self.0.post("/admin/person", &body)?;
        Ok(added.id.to_string())
    }

    /// Lets a person see the state of the node.
    ///
    /// # Errors
    /// When the node refuses, or does not answer.
    pub fn let_look_after(&self, person: &str) -> Result<(), Problem> {
        self.0.put(&format!("/admin/person/{person}/right/it"), &json!({})).map(|_: PersonView| ())
    }
}
