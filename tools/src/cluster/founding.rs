//! Founding the district of a blueprint: keys, documents, and a data directory for each node.

use std::thread;

use okrug_node::clock;
use okrug_node::keys::{KeyFolder, NewOffice, Unlock};
use okrug_protocol::chart::Policy;
use okrug_protocol::document::Signed;
use okrug_protocol::ids::hex;
use okrug_protocol::request::Request;
use okrug_protocol::sign::SecretKey;
use okrug_protocol::trust::Trust;

use super::blueprint::{Blueprint, Site};
use crate::authority::archive::DISTRICT_FILE;
use crate::authority::draft::{self, Edition, Ground};
use crate::authority::founding::{RoleKeys, found, term};
use crate::authority::plan::PlanKeys;
use crate::files::{self, Access};
use crate::problem::Problem;

/// A district on one machine lives for days, not for years.
const DAYS: u64 = 30;

impl Blueprint {
    /// Makes the keys of every office, signs the documents, and writes what each node needs to start.
    ///
    /// The authority's one key is forgotten at once: nothing more is ever signed.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn found(&self) -> Result<Trust, Problem> {
        self.found_by(&SecretKey::generate(&mut clock::rng()))
    }

    /// The same by a key that goes on signing.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn found_by(&self, key: &SecretKey) -> Result<Trust, Problem> {
        let mut plan = self.plan.clone();
        for (office, request) in plan.offices.iter_mut().zip(self.make_keys()?) {
            office.keys = Some(PlanKeys { sign: hex(&request.sign.0), peer: hex(&request.peer.0), seal: hex(&request.seal.0) });
        }
        for (office, site) in plan.offices.iter_mut().zip(&self.sites) {
            office.addresses = if site.listed { vec![site.multiaddr()] } else { Vec::new() };
        }
        let (now, key) = (clock::now(), [key.clone()]);
        let keys = RoleKeys { root: (&key, 1), directory: (&key, 1), revocations: (&key, 1) };
        let mut trust = found(&plan, &keys, term(now, DAYS), term(now, DAYS))?;
        let mut chart = draft::chart(&plan, Ground::of(&trust), term(now, DAYS))?;
        // Measurements write more in a minute than an office does in a month.
        chart.policy = Policy { entries_per_day: u32::MAX, bytes_per_day: u64::MAX, ..chart.policy };
        trust.accept_chart(&signed(chart, &key)?)?;
        let bootstrap = draft::bootstrap(&plan, Ground::of(&trust), term(now, DAYS))?;
        trust.accept_bootstrap(&signed(bootstrap, &key)?)?;
        files::write(&self.root.join(DISTRICT_FILE), &trust.to_file().encode(), Access::Everybody)?;
        self.sites.iter().try_for_each(|site| self.configure(site))?;
        Ok(trust)
    }

    /// Each office's keys go to its own disk durably, which takes its time: all at once.
    fn make_keys(&self) -> Result<Vec<Request>, Problem> {
        thread::scope(|scope| {
            let made: Vec<_> = self.sites.iter().map(|site| scope.spawn(|| make_keys(site))).collect();
            made.into_iter().map(|thread| thread.join().expect("making keys does not panic")).collect()
        })
    }

    fn configure(&self, site: &Site) -> Result<(), Problem> {
        let text = |text: &str| toml::Value::String(text.to_owned());
        let path = |path: &std::path::Path| text(&path.display().to_string());
        let section =
            |rows: Vec<(&str, toml::Value)>| toml::Value::Table(rows.into_iter().map(|(key, value)| (key.to_owned(), value)).collect());
        let metrics = site.metrics.map_or_else(|| "off".to_owned(), |address| address.to_string());
        let config = toml::to_string(&section(vec![
            ("data", path(&site.data)),
            ("district", path(&self.root.join(DISTRICT_FILE))),
            ("mesh", section(vec![("listen", toml::Value::Array(vec![text(&site.multiaddr())]))])),
            ("discovery", section(vec![("mdns", toml::Value::Boolean(site.mdns))])),
            ("api", section(vec![("listen", text(&site.page.to_string()))])),
            ("metrics", section(vec![("listen", text(&metrics))])),
            ("log", section(vec![("filter", text(&self.log))])),
        ]))
        .expect("tables of texts and lists");
        files::write(&site.data.join("node.toml"), config.as_bytes(), Access::Everybody)
    }
}

fn make_keys(site: &Site) -> Result<Request, Problem> {
    files::folder(&site.data)?;
    let office = NewOffice { slug: &site.slug, name: &site.name };
    let text = KeyFolder::of(&site.data).create(office, &Unlock::default(), &mut clock::rng())?;
    Ok(Request::read(&text)?)
}

fn signed<D: Edition>(doc: D, keys: &[SecretKey]) -> Result<Vec<u8>, Problem> {
    let mut signed = Signed::draft(doc).map_err(|error| okrug_node::refused::document(D::KIND, &error))?;
    keys.iter().for_each(|key| signed.sign(key));
    Ok(signed.encode())
}

#[cfg(test)]
mod tests {
    use okrug_node::config::Sources;

    use super::*;
    use crate::cluster::Pages;
    use crate::staff;

    #[test]
    fn every_node_finds_its_keys_its_district_and_its_neighbours() {
        let dir = tempfile::tempdir().unwrap();
        let blueprint = Blueprint::lay_out(dir.path(), "Округ", &staff::sample(), 3, Pages::Anywhere).unwrap();
        let trust = blueprint.found().unwrap();
        assert_eq!((trust.directory().offices().count(), trust.bootstrap().len()), (3, 3));
        for site in &blueprint.sites {
            let loaded = Sources { file: Some(site.data.join("node.toml")), ..Sources::default() }.load().unwrap();
            assert_eq!((loaded.config.api.listen, &loaded.config.data), (site.page, &site.data));
            let keys = KeyFolder::of(&site.data).open(&Unlock::default()).unwrap();
            assert_eq!(trust.directory().office_by_slug(&site.slug).unwrap().sign, keys.sign.public());
        }
    }
}
