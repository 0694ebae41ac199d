//! Enrolling the people: somebody at every office first, so that a message can be written soon.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::cluster::{Admin, Blueprint, Login, logins};
use crate::problem::{Exit, Problem};
use crate::words::said;

/// A password costs a quarter of a second of one core and 64 MiB: no more than two at once.
const AT_ONCE: usize = 2;

/// People on their way to being enrolled.
#[derive(Debug)]
pub(super) struct Enrolment {
    /// By site: who is or will be enrolled.
    people: Vec<Vec<Login>>,
    data: Vec<PathBuf>,
    tasks: JoinSet<Result<(), Problem>>,
    /// The next to be enrolled: which of the people of every office.
    round: usize,
    room: Arc<Semaphore>,
}

impl Enrolment {
    pub(super) fn begin(blueprint: &Blueprint, people: usize, seed: u64) -> Self {
        Self {
            people: blueprint.sites.iter().map(|site| logins(blueprint, site, people, seed)).collect(),
            data: blueprint.sites.iter().map(|site| site.data.clone()).collect(),
            tasks: JoinSet::new(),
            round: 0,
            room: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// Enrols somebody at every office, and goes on with the others.
    pub(super) async fn first(mut self) -> Result<Self, Problem> {
        self.enrol_round();
        self.finish().await?;
        while self.enrol_round() {}
        Ok(self)
    }

    /// Enrols everybody.
    pub(super) async fn all(mut self) -> Result<Self, Problem> {
        while self.enrol_round() {}
        self.finish().await?;
        Ok(self)
    }

    /// Waits until everybody is enrolled.
    pub(super) async fn finish(&mut self) -> Result<(), Problem> {
        while let Some(done) = self.tasks.join_next().await {
            done.map_err(|error| Problem::new("enrol", Exit::Failed, said!("зачисление: {error}", "enrolment: {error}")))??;
        }
        Ok(())
    }

    /// Whether anybody waits to be enrolled.
    pub(super) fn is_going_on(&self) -> bool {
        !self.tasks.is_empty()
    }

    /// By site: who can log in, now or soon.
    pub(super) fn people(&self) -> &[Vec<Login>] {
        &self.people
    }

    /// Sets off the next person of every office; false when there is none.
    fn enrol_round(&mut self) -> bool {
        let mut any = false;
        for (people, data) in self.people.iter().zip(&self.data) {
            if let Some(person) = people.get(self.round) {
                any = true;
                let (person, data, room, looks_after) = (person.clone(), data.clone(), Arc::clone(&self.room), self.round == 0);
                self.tasks.spawn(async move {
                    let _place = room.acquire_owned().await;
                    let enrol = move || {
                        let admin = Admin::of(&data)?;
                        let number = admin.add_person(&person)?;
                        // Whoever comes first sees the page of the node too.
                        if looks_after { admin.let_look_after(&number) } else { Ok(()) }
                    };
                    let added = tokio::task::spawn_blocking(enrol).await;
                    added.map_err(|error| Problem::new("enrol", Exit::Failed, said!("зачисление: {error}", "enrolment: {error}")))?
                });
            }
        }
        self.round += 1;
        any
    }
}
