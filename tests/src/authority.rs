//! What the authority of a running district signs, and how a node is given it.

use okrug::cluster::{Admin, inside};
use okrug::problem::Problem;
use okrug_node::clock;
use okrug_protocol::chart::Chart;
use okrug_protocol::document::{Document, Head, Signed};
use okrug_protocol::ids::{EntryId, Hash32, OfficeId, PersonId, Version, unhex};
use okrug_protocol::revocations::{CutOff, Revocations, RevokedOffice, RevokedPerson};

use crate::district::District;
use crate::wait::within;

/// For how long what is signed is fresh: 30 days.
const TERM_MS: u64 = 30 * 24 * 3_600_000;

impl District {
    /// Signs the next list of revocations, which names these too: offices by their index, persons by their number.
    pub fn revoke(&mut self, offices: &[usize], persons: &[&str]) {
        let numbers: Vec<OfficeId> = offices.iter().map(|office| OfficeId(self.site(*office).number)).collect();
        let reason = || "Испытание".to_owned();
        self.sign_list(|list| {
            let since = list.head.version;
            let office =
                |office: &OfficeId| RevokedOffice { office: *office, reason: reason(), cut_offs: Vec::new(), since, cut: Version(0) };
            list.offices.extend(numbers.iter().map(office));
            let person = |person: &&str| RevokedPerson { person: person.parse::<PersonId>().unwrap(), reason: reason(), since };
            list.persons.extend(persons.iter().map(person));
        });
    }

    /// Signs the next list of revocations, by which the logs of a revoked office end where a node holds them.
    pub async fn cut_off(&mut self, revoked: usize, witness: usize) {
        let (number, slug) = (OfficeId(self.site(revoked).number), self.site(revoked).slug.clone());
        let ends = self.administer(witness, move |admin| admin.ends(&slug)).await;
        let id = |text: &str| EntryId(Hash32(unhex(text).unwrap().try_into().unwrap()));
        let ends: Vec<CutOff> = ends.ends.iter().map(|end| CutOff { log: end.last.log, seq: end.last.seq, id: id(&end.id) }).collect();
        self.sign_list(|list| {
            let row = list.offices.iter_mut().find(|row| row.office == number).expect("a revoked office");
            (row.cut, row.cut_offs) = (list.head.version, ends);
        });
    }

    /// Signs the next edition of the chart.
    pub fn amend(&mut self, change: impl FnOnce(&mut Chart)) {
        let held = self.trust.chart();
        let mut chart = held.doc().clone();
        chart.head = head(chart.head, held);
        change(&mut chart);
        let bytes = self.signed(chart.remembering(held.doc()));
        self.trust.accept_chart(&bytes).unwrap();
    }

    /// Gives a node all that is signed.
    pub async fn publish(&self, office: usize) {
        let file = self.trust.to_file().encode();
        self.administer(office, move |admin| admin.district_file(&file)).await;
    }

    fn sign_list(&mut self, change: impl FnOnce(&mut Revocations)) {
        let now = clock::now();
        let (district, refresh_by) = (self.trust.district(), now.plus(TERM_MS));
        let first = Head { district, version: Version(1), issued: now, refresh_by, previous: Hash32::ZERO };
        let empty = Revocations { head: first, offices: Vec::new(), persons: Vec::new() };
        let mut list = self.trust.revocations().map_or(empty, |held| Revocations { head: head(first, held), ..held.doc().clone() });
        change(&mut list);
        let bytes = self.signed(list);
        self.trust.accept_revocations(&bytes).unwrap();
    }

    fn signed<D: Document>(&self, doc: D) -> Vec<u8> {
        let mut signed = Signed::draft(doc).unwrap();
        signed.sign(&self.key);
        signed.encode()
    }

    /// Asks a node as its administrator.
    async fn administer<T: Send + 'static>(&self, office: usize, ask: impl FnOnce(Admin) -> Result<T, Problem> + Send + 'static) -> T {
        let site = self.site(office).clone();
        let asking = tokio::task::spawn_blocking(move || {
            inside(site.namespace.as_deref(), || Admin::of(&site.data).and_then(ask)).and_then(|answer| answer)
        });
        within("a node answers its administrator", asking).await.unwrap().unwrap()
    }
}

/// The head of the edition after one.
fn head<D: Document>(head: Head, held: &Signed<D>) -> Head {
    let now = clock::now();
    Head { version: held.version().next().unwrap(), previous: held.hash(), issued: now, refresh_by: now.plus(TERM_MS), ..head }
}
