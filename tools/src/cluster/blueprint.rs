//! Which offices there are, and where each of their nodes lives.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use super::ports::Ports;
use crate::authority::Plan;
use crate::authority::import::import;
use crate::problem::{Problem, misuse};
use crate::staff::Staffing;
use crate::words::said;

/// A district before it is founded.
#[derive(Debug, Clone)]
pub struct Blueprint {
    /// Where everything lies.
    pub root: PathBuf,
    /// The organisation; its offices have no keys yet.
    pub plan: Plan,
    /// The offices' nodes, in the order of the plan's offices.
    pub sites: Vec<Site>,
    /// The people's positions.
    pub staffing: Staffing,
    /// Levels of the nodes' logs, such as `info`.
    pub log: String,
}

/// Where one node lives.
#[derive(Debug, Clone)]
pub struct Site {
    /// The office's short name.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// The number that it has in the directory.
    pub number: u32,
    /// The node's data directory.
    pub data: PathBuf,
    /// Where its page is.
    pub page: SocketAddr,
    /// Where other nodes reach it.
    pub mesh: SocketAddr,
    /// Where its metrics are, where somebody wants them.
    pub metrics: Option<SocketAddr>,
    /// The network namespace that it runs in; none for where we are.
    pub namespace: Option<String>,
    /// Whether the signed bootstrap list names it.
    pub listed: bool,
    /// Whether it looks for the others on its LAN.
    pub mdns: bool,
}

impl Site {
    /// The page's address for a browser.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.page)
    }

    /// The mesh address as a multiaddr.
    #[must_use]
    pub fn multiaddr(&self) -> String {
        format!("/ip4/{}/tcp/{}", self.mesh.ip(), self.mesh.port())
    }
}

impl Blueprint {
    /// Lays out the first `offices` of a staffing list under `root`; pages from `page` upwards.
    ///
    /// # Errors
    /// More offices than the list has, or ports that are in use.
    pub fn lay_out(root: &Path, district: &str, staffing: &Staffing, offices: usize, page: Pages) -> Result<Self, Problem> {
        let most = staffing.places.len();
        if offices == 0 || offices > most {
            return Err(misuse(said!("отделений может быть от 1 до {most}", "there can be 1 to {most} offices")));
        }
        let staffing = staffing.first(offices);
        let mut plan = Plan::new(district);
        import(&mut plan, &staffing);
        let mut ports = Ports::default();
        let mut sites = Vec::new();
        for (i, office) in plan.offices.iter().enumerate() {
            let page = match page {
                Pages::From(port) => ports.from(port)?,
                Pages::Exactly(port) => ports.exactly(port.saturating_add(u16::try_from(i).unwrap_or(u16::MAX)))?,
                Pages::Anywhere => ports.any()?,
            };
            let (slug, name) = (office.slug.clone(), office.name.clone());
            let (data, number, mesh) = (root.join(&slug), office.number, ports.any()?);
            sites.push(Site { slug, name, number, data, page, mesh, metrics: None, namespace: None, listed: true, mdns: false });
        }
        ports.release();
        Ok(Self { root: root.to_owned(), plan, sites, staffing, log: "info".to_owned() })
    }
}

impl Blueprint {
    /// Lets a node tell its metrics; where.
    ///
    /// # Errors
    /// When no port is free.
    pub fn with_metrics(&mut self, site: usize) -> Result<SocketAddr, Problem> {
        let mut ports = Ports::default();
        let address = ports.any()?;
        ports.release();
        self.sites[site].metrics = Some(address);
        Ok(address)
    }
}

/// Where the pages are to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pages {
    /// On the first free ports from this one upwards.
    From(u16),
    /// On this port and those that follow it, or nowhere.
    Exactly(u16),
    /// On any free ports.
    Anywhere,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::staff;

    #[test]
    fn the_first_offices_of_the_list_are_laid_out_with_their_departments() {
        let blueprint = Blueprint::lay_out(Path::new("/nowhere"), "Округ", &staff::sample(), 4, Pages::Anywhere).unwrap();
        let slugs: Vec<_> = blueprint.sites.iter().map(|site| &*site.slug).collect();
        assert_eq!(slugs, ["upravlenie", "khanty-mansiysk", "surgut", "nizhnevartovsk"]);
        assert_eq!(blueprint.plan.check(), Ok(()));
        assert!(Blueprint::lay_out(Path::new("/nowhere"), "Округ", &staff::sample(), 24, Pages::Anywhere).is_err());
    }
}
