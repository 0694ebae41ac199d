//! The API over TLS: the cookie that only this node can have set, and what speaks no TLS.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;

use crate::served::client::{Answer, Client};
use crate::served::{Manner, Served, login_body};
use okrug_node::api::ask;
use rustls::crypto::ring;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName};

/// A node with a certificate from elsewhere, and the folder of that.
async fn over_tls() -> (Served, tempfile::TempDir) {
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

/// Says it over TLS and hears the answer.
async fn over(address: SocketAddr, certificate: &Path, request: Vec<u8>) -> Answer {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(certificate).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider())).with_safe_default_protocol_versions().unwrap();
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let talk = move || {
        let name = ServerName::try_from("localhost").unwrap();
        let client = ClientConnection::new(Arc::new(config), name).unwrap();
        let mut stream = StreamOwned::new(client, TcpStream::connect(address).unwrap());
        stream.write_all(&request).unwrap();
        let mut heard = Vec::new();
        // A node that is done may leave without the word of TLS for it.
        let _ = stream.read_to_end(&mut heard);
        Answer::read(&heard).unwrap()
    };
    tokio::task::spawn_blocking(talk).await.unwrap()
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
async fn what_speaks_no_tls_gets_nothing_and_costs_nothing() {
    let (served, _folder) = over_tls().await;
    let clear = served.stranger();
    assert!(clear.raw(clear.head("GET", "/healthz", "connection: close\r\n").as_bytes()).await.is_none());
    for garbage in [&b"\x16\x03\x01\xff\xff"[..], b"\x80\x80\x01\x03\x01", &[0; 4_096], &[0xff; 70_000]] {
        let mut stream = clear.connect().await;
        let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, garbage).await;
    }
    let access = served.access.clone();
    assert_eq!(tokio::task::spawn_blocking(move || ask(&access, "/healthz").unwrap()).await.unwrap(), 204);
    served.stop().await;
}
