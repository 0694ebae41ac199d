//! Which certificate browsers are shown: the district's where there is one and it holds, otherwise the node's own.
//!
//! A new one is taken by the listener at once: connections that stand go on, the next ones see it.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

use okrug_protocol::clock::Millis;
use okrug_protocol::ids::Hash32;
use rustls::crypto::ring;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::certs::{CertsError, Grant, Keeper, LOCAL_NAME, Leaf, fingerprint, pem};
use crate::disk;
use crate::office::view::{PageCertificate, PageSource};
use crate::shared::Shared;
use crate::words::Said;

/// What a node has to show.
pub(crate) struct Shown {
    own: Option<Own>,
    keeper: Option<Keeper>,
    /// The one address that is listened on, where it is one.
    address: Option<IpAddr>,
    district: Shared<Option<Arc<District>>>,
    fault: Shared<Option<Said>>,
}

/// A certificate that needs nobody: the configured one, or one that the node signed itself.
pub(crate) struct Own {
    pub(crate) key: Arc<CertifiedKey>,
    /// Whether it was configured.
    pub(crate) given: bool,
    /// Where the chain is for clients on this machine.
    pub(crate) trusted: PathBuf,
}

/// A leaf under the district's root.
struct District {
    grant: Grant,
    leaf: Leaf,
    host: String,
    key: Arc<CertifiedKey>,
}

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shown").field("keeper", &self.keeper).finish_non_exhaustive()
    }
}

impl Shown {
    /// Nothing is shown yet that the district vouches for; see [`Shown::renew`].
    pub(crate) fn new(own: Option<Own>, keeper: Option<Keeper>, listen: IpAddr) -> Self {
        let address = Some(listen).filter(|address| !address.is_unspecified());
        Self { own, keeper, address, district: Shared::new(None), fault: Shared::new(None) }
    }

    /// Makes a new leaf if one is due; true if browsers see another certificate from now on.
    pub(crate) fn renew(&self, now: Millis) -> bool {
        let Some(keeper) = &self.keeper else { return false };
        let held = self.district.read(Clone::clone);
        let holds = |held: &District| !held.leaf.is_due(now) && keeper.root() == Some(fingerprint(&held.grant.root));
        if held.as_ref().is_some_and(|held| holds(held)) {
            return false;
        }
        match keeper.leaf(now) {
            Ok(Some((grant, leaf))) => self.put(keeper, grant, leaf).is_ok(),
            Ok(None) => self.drop_it(None),
            // A leaf that still holds is better than the node's own certificate, whatever keeps the next one away.
            Err(error) if held.is_some_and(|held| now < held.leaf.until && keeper.root() == Some(fingerprint(&held.grant.root))) => {
                self.failed(&error);
                false
            }
            Err(error) => self.drop_it(Some(error)),
        }
    }

    /// Takes what the authority issued, and shows it at once.
    pub(crate) fn take(&self, text: &str, now: Millis) -> Result<(), CertsError> {
        let keeper = self.keeper.as_ref().ok_or(CertsError::NoRoot)?;
        let (grant, leaf) = keeper.take(text, now)?;
        self.put(keeper, grant, leaf)
    }

    fn put(&self, keeper: &Keeper, grant: Grant, leaf: Leaf) -> Result<(), CertsError> {
        let secret = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(leaf.key.clone()));
        let key = certified(leaf.chain.clone(), secret)
            .map_err(|error| CertsError::Refused { name: keeper.host(), reason: error.to_string() })?;
        self.trust(Some(&grant))?;
        tracing::info!(event = "page_certificate", until_ms = leaf.until.0, "the page is shown under the district's certificate");
        self.district.change(|held| *held = Some(Arc::new(District { grant, leaf, host: keeper.host(), key: Arc::new(key) })));
        self.fault.change(|fault| *fault = None);
        Ok(())
    }

    fn drop_it(&self, why: Option<CertsError>) -> bool {
        why.iter().for_each(|error| self.failed(error));
        let had = self.district.change(Option::take).is_some();
        if had && let Err(error) = self.trust(None) {
            tracing::warn!(event = "page_trust_not_written", %error);
        }
        had
    }

    fn failed(&self, error: &CertsError) {
        let said = error.said();
        if self.fault.change(|fault| fault.replace(said.clone())).is_none_or(|before| before != said) {
            tracing::warn!(event = "page_certificate_refused", %error, "the page goes on with the certificate before, or the node's own");
        }
    }

    /// Writes what clients on this machine trust.
    fn trust(&self, grant: Option<&Grant>) -> Result<(), CertsError> {
        let Some(own) = self.own.as_ref().filter(|own| !own.given) else { return Ok(()) };
        let text: String = own.key.cert.iter().chain(grant.map(|grant| &grant.root)).map(|der| pem(der)).collect();
        disk::replace(&own.trusted, text.as_bytes()).map_err(|source| CertsError::File { path: own.trusted.clone(), source })
    }

    /// The root that this office's page stands under.
    pub(crate) fn root(&self) -> Option<CertificateDer<'static>> {
        self.district.read(|held| held.as_ref().map(|held| held.grant.root.clone()))
    }

    /// The fingerprint of what a browser is shown that knows no root.
    pub(crate) fn own(&self) -> Option<Hash32> {
        self.own.as_ref().and_then(|own| own.key.cert.first()).map(|der| fingerprint(der))
    }

    /// Whether TLS is served at all.
    pub(crate) fn is_tls(&self) -> bool {
        self.own.is_some()
    }

    /// By which name the page is called under the district's root.
    pub(crate) fn host(&self) -> Option<String> {
        self.district.read(|held| held.as_ref().map(|held| held.host.clone()))
    }

    /// Whether a browser that trusts the root takes this host.
    pub(crate) fn covers(&self, host: &str) -> bool {
        self.district.read(|held| held.as_ref().is_some_and(|held| held.covers(host)))
    }

    /// What is shown to whoever asks for this name. Who asks for none comes by an address: where that can be one alone, and for a
    /// name or an address that the district does not vouch for, it is the node's own certificate, which programs on this machine know.
    fn shown_to(&self, asked: Option<&str>) -> Option<Arc<CertifiedKey>> {
        let own = self.own.as_ref()?;
        let asked = asked.map(str::to_owned).or_else(|| self.address.map(|address| address.to_string()));
        let fits = |held: &Arc<District>| !own.given && asked.as_ref().is_none_or(|name| held.covers(name));
        let district = self.district.read(|held| held.as_ref().filter(|held| fits(held)).map(|held| held.key.clone()));
        Some(district.unwrap_or_else(|| own.key.clone()))
    }

    /// How it stands, for the administrator.
    pub(crate) fn view(&self) -> PageCertificate {
        let held = self.district.read(Clone::clone);
        let source = match (&held, &self.own) {
            (_, None) => PageSource::None,
            (_, Some(own)) if own.given => PageSource::Given,
            (Some(_), _) => PageSource::District,
            (None, _) => PageSource::Own,
        };
        let fault = self.fault.read(Clone::clone);
        PageCertificate {
            source,
            host: self.keeper.as_ref().map(Keeper::host),
            root: self.keeper.as_ref().and_then(Keeper::root).map(|root| root.to_hex()),
            own: self.own().map(|own| own.to_hex()),
            addresses: held.iter().flat_map(|held| &held.grant.addresses).map(ToString::to_string).collect(),
            until: held.as_ref().map(|held| held.grant.until),
            leaf_until: held.as_ref().map(|held| held.leaf.until),
            request: self.keeper.as_ref().map(|keeper| keeper.request().to_owned()),
            fault_ru: fault.as_ref().map(|fault| fault.text(crate::words::Lang::Ru).to_owned()),
            fault_en: fault.as_ref().map(|fault| fault.text(crate::words::Lang::En).to_owned()),
        }
    }
}

impl District {
    fn covers(&self, host: &str) -> bool {
        let host = host.trim_matches(['[', ']']);
        let is_named = |name: &str| host.eq_ignore_ascii_case(name);
        let ip = host.parse().ok();
        is_named(&self.host)
            || is_named(LOCAL_NAME)
            || ip.is_some_and(|ip| self.grant.addresses.contains(&ip) || crate::certs::LOCAL_ADDRESSES.contains(&ip))
    }
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.shown_to(hello.server_name())
    }
}

/// A chain with its key, if they fit.
pub(crate) fn certified(chain: Vec<CertificateDer<'static>>, key: PrivateKeyDer<'static>) -> Result<CertifiedKey, rustls::Error> {
    CertifiedKey::from_der(chain, key, &ring::default_provider())
}

#[cfg(test)]
mod tests {
    use okrug_protocol::pagekey::PageRequest;
    use okrug_protocol::seal::SharedKey;
    use okrug_protocol::sign::SecretKey;

    use super::*;
    use crate::certs::{LEAF_DAYS, Root};
    use crate::rest::Rest;

    const NOW: Millis = Millis(1_790_000_000_000);

    fn day(n: u64) -> Millis {
        NOW.plus(n * 24 * 60 * 60 * 1_000)
    }

    /// A node with a certificate for so many days, and the root that the chart names from now on.
    fn shown(dir: &std::path::Path, days: u64) -> (Shown, Shared<Option<Hash32>>) {
        listening(dir, days, "0.0.0.0")
    }

    fn listening(dir: &std::path::Path, days: u64, at: &str) -> (Shown, Shared<Option<Hash32>>) {
        let root = Root::make("Округ", NOW).unwrap();
        let named = Shared::new(Some(root.hash()));
        let (rest, chart) = (Rest::new(&SharedKey::from_bytes([3; 32])), named.clone());
        let keeper =
            Keeper::open(dir, "kotlas", &rest, &SecretKey::from_seed(&[1; 32]), Arc::new(move || chart.read(|root| *root))).unwrap();
        let request = PageRequest::read(keeper.request()).unwrap().0;
        let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let secret = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(own.signing_key.serialize_der()));
        let key = Arc::new(certified(vec![own.cert.der().clone()], secret).unwrap());
        let shown = Shown::new(Some(Own { key, given: false, trusted: dir.join("trusted.pem") }), Some(keeper), at.parse().unwrap());
        assert!(!shown.renew(NOW) && shown.view().source == PageSource::Own);
        shown.take(&root.issue(&request, &[], NOW, days).unwrap().write(), NOW).unwrap();
        assert_eq!(shown.view().source, PageSource::District);
        (shown, named)
    }

    fn seen(shown: &Shown) -> Vec<u8> {
        shown.district.read(|held| held.as_ref().map(|held| held.key.cert[0].to_vec())).unwrap_or_default()
    }

    #[test]
    fn at_an_address_that_the_district_does_not_vouch_for_the_nodes_own_certificate_is_shown() {
        let is_districts = |at: &str, asked: Option<&str>| {
            let dir = tempfile::tempdir().unwrap();
            let (shown, _) = listening(dir.path(), 730, at);
            shown.shown_to(asked).unwrap().cert[0].to_vec() == seen(&shown)
        };
        assert!(!is_districts("192.0.2.11", None), "programs on this machine come by that address, and know the node's own");
        assert!(is_districts("127.0.0.1", None) && is_districts("0.0.0.0", None) && is_districts("::", None));
        assert!(is_districts("192.0.2.11", Some("kotlas.okrug.internal")) && is_districts("192.0.2.11", Some("localhost")));
        assert!(!is_districts("0.0.0.0", Some("uray.okrug.internal")));
    }

    #[test]
    fn another_leaf_is_shown_at_two_thirds_and_none_before() {
        let dir = tempfile::tempdir().unwrap();
        let (shown, _) = shown(dir.path(), 730);
        let first = seen(&shown);
        assert!(!shown.renew(day(59)) && seen(&shown) == first);
        assert!(shown.renew(day(60)) && seen(&shown) != first);
        assert_eq!(shown.view().leaf_until, Some(day(60 + LEAF_DAYS)));
        assert!(!shown.renew(day(61)));
    }

    #[test]
    fn a_leaf_does_not_outlive_the_offices_certificate_and_then_the_nodes_own_is_shown() {
        let dir = tempfile::tempdir().unwrap();
        let (shown, _) = shown(dir.path(), 61);
        assert_eq!(shown.view().leaf_until, Some(day(61)));
        assert!(shown.renew(day(60)) && shown.view().leaf_until == Some(day(61)));
        assert!(shown.renew(day(62)));
        let view = shown.view();
        assert!(view.source == PageSource::Own && view.fault_en.is_some_and(|why| why.contains("kotlas.okrug.internal")));
    }

    #[test]
    fn a_chart_that_names_another_root_ends_it_at_once() {
        let dir = tempfile::tempdir().unwrap();
        let (shown, named) = shown(dir.path(), 730);
        let trusted = || std::fs::read_to_string(dir.path().join("trusted.pem")).unwrap().matches("BEGIN").count();
        assert_eq!(trusted(), 2);
        named.change(|root| *root = Some(Hash32([9; 32])));
        assert!(shown.renew(day(1)));
        assert_eq!((shown.view().source, trusted(), shown.root()), (PageSource::Own, 1, None));
    }
}
