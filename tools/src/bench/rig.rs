//! Real nodes with somebody logged in at each, ready to talk.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use tokio::time::{Instant, sleep};

use super::{Setup, broken};
use crate::cluster::{Admin, Blueprint, Events, Line, Login, Nodes, Site, inside, logins};
use crate::problem::Problem;

/// How long nodes may take to find each other, or to hand something on.
const PATIENCE: Duration = Duration::from_secs(600);
/// Between two looks at a node's state: short beside what is measured.
const LOOK: Duration = Duration::from_millis(20);

/// Nodes and their users.
pub(super) struct Rig {
    pub(super) nodes: Nodes,
    pub(super) users: Vec<User>,
}

/// Somebody at an office.
#[derive(Debug, Clone)]
pub(super) struct User {
    api: SocketAddr,
    namespace: Option<String>,
    token: String,
}

impl Rig {
    /// Starts the nodes of a founded district, and somebody at each.
    pub(super) async fn start(blueprint: &Blueprint) -> Result<Self, Problem> {
        let nodes = Nodes::start(blueprint).await?;
        let mut users = Vec::new();
        for site in &blueprint.sites {
            let person = logins(blueprint, site, 1, 1).remove(0);
            users.push(User::enrol(site, person).await?);
        }
        Ok(Self { nodes, users })
    }

    /// Founds a district of so many offices, starts it, and waits until everybody is linked to everybody.
    pub(super) async fn linked(setup: &Setup, offices: usize) -> Result<Self, Problem> {
        let blueprint = setup.blueprint(offices)?;
        blueprint.found()?;
        let rig = Self::start(&blueprint).await?;
        for user in &rig.users {
            user.wait(|status| up(status) + 1 >= offices).await?;
        }
        Ok(rig)
    }
}

impl User {
    /// Enrols and logs in.
    pub(super) async fn enrol(site: &Site, person: Login) -> Result<Self, Problem> {
        let (data, api, namespace, same) = (site.data.clone(), site.page, site.namespace.clone(), person.clone());
        let there = namespace.clone();
        let added = tokio::task::spawn_blocking(move || inside(there.as_deref(), || Admin::of(&data)?.add_person(&same))).await;
        added.map_err(|e| broken("person", &e))???;
        let token = Line::to(api, namespace.as_deref(), "")?.login(&person.login, &person.password).await?;
        Ok(Self { api, namespace, token })
    }

    /// A connection.
    pub(super) fn line(&self) -> Result<Line, Problem> {
        Line::to(self.api, self.namespace.as_deref(), &self.token)
    }

    /// A stream of events.
    pub(super) async fn events(&self) -> Result<Events, Problem> {
        self.line()?.events().await
    }

    /// Waits until the node's state is as wanted.
    pub(super) async fn wait(&self, wanted: impl Fn(&Value) -> bool) -> Result<Value, Problem> {
        let (mut line, until) = (self.line()?, Instant::now() + PATIENCE);
        loop {
            let status = line.get("/api/v1/node/status").await?;
            if wanted(&status) {
                return Ok(status);
            }
            if Instant::now() > until {
                return Err(broken("state", &status));
            }
            sleep(LOOK).await;
        }
    }
}

/// How many links of a node are up.
pub(super) fn up(status: &Value) -> usize {
    status["peers"].as_array().map_or(0, |peers| peers.iter().filter(|peer| peer["link"] == "up").count())
}

/// How many entries a node holds.
pub(super) fn entries(status: &Value) -> u64 {
    status["store"]["entries"].as_u64().unwrap_or(0)
}
