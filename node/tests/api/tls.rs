//! The API over TLS: the cookie that only this node can have set, and what speaks no TLS.

use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;

use crate::served::client::{Answer, Client, secretly};
use crate::served::{Manner, Served, login_body};
use okrug_node::api::ask;
use okrug_node::certs::{Keeper, Root};
use okrug_node::clock;
use okrug_node::rest::Rest;
use okrug_node::words::{Lang, Said};
use okrug_protocol::pagekey::PageRequest;
use okrug_protocol::seal::SharedKey;
use okrug_protocol::sign::SecretKey;
use rustls::crypto::ring;
use rustls::{ClientConfig, ClientConnection, RootCertStore};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName};

/// A node with a certificate from elsewhere, and the folder of that.
pub(crate) async fn over_tls() -> (Served, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
    std::fs::write(&certificate, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let mut manner = Manner::default();
    manner.api.tls = okrug_node::config::TlsMode::Auto;
    manner.api.hosts = vec!["localhost".to_owned()];
    (manner.api.tls_cert, manner.api.tls_key) = (Some(certificate), Some(key));
    (Served::so(manner).await, folder)
}

/// A district's authority, as far as pages go.
struct District {
    root: Root,
}

impl District {
    fn new() -> Self {
        Self { root: Root::make("Округ", clock::now()).unwrap() }
    }

    /// Issues a certificate to the served office under a name, and gives it to the node.
    async fn give(&self, served: &Served, slug: &str) -> Result<serde_json::Value, String> {
        let client = served.admin().with("host", &format!("localhost:{}", served.address.port())).with("connection", "close");
        let trusted = served.folder.path().join("tls/trusted.pem");
        let head = client.head("GET", "/api/v1/admin/tls", "");
        let state = over(served.address, &trusted, head.into_bytes()).await;
        let text = state.json()["request"].as_str().unwrap().to_owned();
        let asked = PageRequest { slug: slug.to_owned(), ..PageRequest::read(&text).unwrap().0 };
        let body = self.root.issue(&asked, &[], clock::now(), 30).unwrap().write();
        let client = client.with("x-okrug", "1").with("content-type", "application/octet-stream");
        let head = client.head("POST", "/api/v1/admin/tls", &format!("content-length: {}\r\n", body.len()));
        let answer = over(served.address, &trusted, [head.as_bytes(), body.as_bytes()].concat()).await;
        if answer.status == 200 { Ok(answer.json()) } else { Err(answer.code()) }
    }
}

/// A node that knows the district's root and has no certificate yet.
async fn over_district(district: &District) -> (Served, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let (rest, root) = (Rest::new(&SharedKey::from_bytes([3; 32])), district.root.hash());
    let sign = SecretKey::from_seed(&[1; 32]);
    let keeper = Keeper::open(folder.path(), "kotlas", &rest, &sign, Arc::new(move || Some(root))).unwrap();
    let mut manner = Manner { keeper: Some(keeper), ..Manner::default() };
    manner.api.tls = okrug_node::config::TlsMode::Auto;
    manner.api.listen = ([0, 0, 0, 0], 0).into();
    let mut served = Served::so(manner).await;
    served.address.set_ip([127, 0, 0, 1].into());
    (served, folder)
}

/// Greets a node by a name as a client that trusts these roots; says which protocol was agreed on.
fn greeted(address: SocketAddr, roots: &Path, name: &str) -> Result<Vec<u8>, String> {
    let mut config = client(roots);
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let mut tls = ClientConnection::new(Arc::new(config), ServerName::try_from(name.to_owned()).unwrap()).unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    while tls.is_handshaking() {
        tls.complete_io(&mut stream).map_err(|error| error.to_string())?;
    }
    Ok(tls.alpn_protocol().unwrap_or_default().to_vec())
}

/// A client that trusts these and nothing else.
pub(crate) fn client(roots: &Path) -> ClientConfig {
    let mut store = RootCertStore::empty();
    for root in CertificateDer::pem_file_iter(roots).unwrap() {
        store.add(root.unwrap()).unwrap();
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider())).with_safe_default_protocol_versions().unwrap();
    config.with_root_certificates(store).with_no_client_auth()
}

/// Says it over TLS and hears the answer.
async fn over(address: SocketAddr, certificate: &Path, request: Vec<u8>) -> Answer {
    let name = ServerName::try_from("localhost").unwrap();
    Answer::read(&secretly(address, &Arc::new(client(certificate)), &name, request).await.unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn under_tls_the_cookie_is_one_that_only_this_node_can_have_set() {
    let (served, folder) = over_tls().await;
    served.person("ann", 2).await;
    let host = format!("localhost:{}", served.address.port());
    let page = served.stranger().with("host", &host).with("origin", &format!("https://{host}")).with("connection", "close");
    let say = async |client: &Client, method: &str, body: &serde_json::Value| {
        let client = client.with("x-okrug", "1").with("content-type", "application/json");
        let body = serde_json::to_vec(body).unwrap();
        let head = client.head(method, "/api/v1/session", &format!("content-length: {}\r\n", body.len()));
        over(served.address, &folder.path().join("cert.pem"), [head.as_bytes(), &body].concat()).await
    };
    let answer = say(&page, "POST", &login_body("ann", false)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let set = answer.header("set-cookie").unwrap();
    assert!(set.starts_with("__Host-okrug="), "{set}");
    for attribute in ["; HttpOnly", "; SameSite=Strict", "; Secure", "; Path=/"] {
        assert!(set.contains(attribute), "{set}");
    }
    assert!(!set.contains("Domain"), "{set}");
    let browser = page.cookie(answer.cookie());
    assert_eq!(say(&browser, "GET", &serde_json::Value::Null).await.status, 200);
    // The same page in clear is another site.
    let clear = browser.with("origin", &format!("http://{host}"));
    assert_eq!(say(&clear, "DELETE", &serde_json::Value::Null).await.code(), "forged");
    assert_eq!(say(&browser, "DELETE", &serde_json::Value::Null).await.status, 204);
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_clear_a_client_is_led_to_tls_and_told_how_to_trust_and_nothing_else() {
    let district = District::new();
    let (served, _folder) = over_district(&district).await;
    let clear = served.stranger();
    let host = served.address.to_string();
    for path in
        ["/", "/api/v1/session", "/api/v1/openapi.json", "/healthz", "/login?lang=ru", "/enrol", "/trust/check", "/page/0/js/main.js"]
    {
        let answer = clear.get(path).await;
        assert_eq!((answer.status, answer.header("location")), (307, Some(format!("https://{host}{path}").as_str())), "{path}: {answer:?}");
        assert!(answer.body.is_empty() && answer.header("set-cookie").is_none(), "{answer:?}");
    }
    // What carries a secret is not led anywhere: it would be said in clear once more.
    let page = clear.with("origin", &format!("http://{host}"));
    let login = page.write("POST", "/api/v1/session", &login_body("ann", false)).await;
    assert!(matches!(login.code().as_str(), "forged" | "needs_tls"), "{login:?}");
    let honest = clear.with("origin", &format!("https://{host}"));
    assert_eq!(honest.write("POST", "/api/v1/session", &login_body("ann", false)).await.code(), "needs_tls");
    assert_eq!(clear.with("host", "evil.example").get("/").await.code(), "bad_host");
    let trust = clear.with("accept-language", "en").get("/trust").await;
    assert_eq!(trust.status, 200);
    assert!(trust.header("content-security-policy").unwrap().contains("default-src 'none'"));
    assert!(!trust.text().contains("<script") && trust.text().contains("okrug tls issue"), "{}", trust.text());
    assert_eq!(clear.get("/trust/root.crt").await.status, 404);
    district.give(&served, "kotlas").await.unwrap();
    let trust = clear.with("accept-language", "en").get("/trust").await.text().to_owned();
    assert!(
        trust.contains(Said::fingerprint(&district.root.hash()).text(Lang::En))
            && trust.contains(&format!("https://{host}/trust/seen.svg")),
        "{trust}"
    );
    let root = clear.get("/trust/root.crt").await;
    assert_eq!(
        (root.body.as_slice(), root.header("content-type")),
        (district.root.certificate().as_ref(), Some("application/x-x509-ca-cert"))
    );
    assert!(clear.get("/trust/root.pem").await.text().starts_with("-----BEGIN CERTIFICATE-----"));
    // By an address that the certificate does not have, the check asks for the name.
    let by_name = clear.with("host", &format!("10.4.0.9:{}", served.address.port())).get("/trust").await.text().to_owned();
    assert!(by_name.contains(&format!("https://kotlas.okrug.internal:{}/trust/seen.svg", served.address.port())), "{by_name}");
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_of_the_district_is_shown_at_once_and_kept() {
    let district = District::new();
    let (served, folder) = over_district(&district).await;
    let root = folder.path().join("root.pem");
    std::fs::write(&root, okrug_node::certs::pem(district.root.certificate())).unwrap();
    let seen = async |name: &'static str| {
        let (address, root) = (served.address, root.clone());
        tokio::task::spawn_blocking(move || greeted(address, &root, name)).await.unwrap()
    };
    assert!(seen("localhost").await.is_err(), "the node's own certificate is none of the district's");
    // What is another's, or under another root, is refused, and nothing changes.
    assert_eq!(district.give(&served, "urai").await, Err("certificate_refused".to_owned()));
    assert_eq!(District::new().give(&served, "kotlas").await, Err("certificate_refused".to_owned()));
    assert!(seen("localhost").await.is_err());
    let given = district.give(&served, "kotlas").await.unwrap();
    assert_eq!((&given["source"], &given["host"]), (&serde_json::json!("district"), &serde_json::json!("kotlas.okrug.internal")));
    for name in ["kotlas.okrug.internal", "localhost", "127.0.0.1"] {
        assert_eq!(seen(name).await, Ok(b"h2".to_vec()), "{name}");
    }
    assert!(seen("urai.okrug.internal").await.is_err());
    // Programs on this machine go on by what api.json names.
    let access = served.access.clone();
    assert_eq!(tokio::task::spawn_blocking(move || ask(&access, "/healthz").unwrap()).await.unwrap(), 204);
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_speaks_neither_tls_nor_http_costs_nothing() {
    let (served, _folder) = over_tls().await;
    let clear = served.stranger();
    for garbage in [&b"\x16\x03\x01\xff\xff"[..], b"\x80\x80\x01\x03\x01", &[0; 4_096], &[0xff; 70_000]] {
        let mut stream = clear.connect().await;
        let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, garbage).await;
    }
    let access = served.access.clone();
    assert_eq!(tokio::task::spawn_blocking(move || ask(&access, "/healthz").unwrap()).await.unwrap(), 204);
    served.stop().await;
}
