//! TLS by the service itself.

use std::io::{Read as _, Write as _};
use std::sync::Arc;

use rightline::settings::Tls;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, ProtocolVersion, RootCertStore, StreamOwned};

use crate::support::{Base, TestApp};

/// A certificate for localhost that nobody signed but itself.
struct Certificate {
    folder: tempfile::TempDir,
    roots: RootCertStore,
}

impl Certificate {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(folder.path().join("certificate.pem"), made.cert.pem()).unwrap();
        std::fs::write(
            folder.path().join("key.pem"),
            made.signing_key.serialize_pem(),
        )
        .unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(made.cert.der().clone()).unwrap();
        Self { folder, roots }
    }

    fn files(&self) -> Tls {
        let path = self.folder.path();
        Tls {
            certificate: path.join("certificate.pem"),
            key: path.join("key.pem"),
        }
    }
}

async fn start(certificate: &Certificate) -> TestApp {
    let tls = certificate.files();
    TestApp::start_with(Base::Sqlite, |mut settings| {
        settings.service.origin = settings.service.origin.replace("http://", "https://");
        settings.server.tls = Some(tls);
        settings
    })
    .await
}

/// One request, and what was agreed on.
fn ask(
    address: &str,
    certificate: &Certificate,
    versions: &[&'static rustls::SupportedProtocolVersion],
    path: &str,
) -> (String, ProtocolVersion, String) {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(certificate.roots.clone())
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let connection = ClientConnection::new(Arc::new(config), name).unwrap();
    let socket = std::net::TcpStream::connect(address).unwrap();
    let mut stream = StreamOwned::new(connection, socket);
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = Vec::new();
    // The service may close without a farewell.
    let _ = stream.read_to_end(&mut answer);
    let agreed = stream.conn.negotiated_key_exchange_group().unwrap().name();
    let version = stream.conn.protocol_version().unwrap();
    (
        String::from_utf8_lossy(&answer).into_owned(),
        version,
        format!("{agreed:?}"),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn the_service_speaks_tls_with_the_hybrid_key_exchange_first() {
    let certificate = Certificate::new();
    let app = start(&certificate).await;
    let address = app.origin.strip_prefix("https://").unwrap().to_owned();
    let asked = tokio::task::spawn_blocking(move || {
        [
            ask(
                &address,
                &certificate,
                &[&rustls::version::TLS13],
                "/health",
            ),
            ask(
                &address,
                &certificate,
                &[&rustls::version::TLS12],
                "/health",
            ),
            ask(
                &address,
                &certificate,
                &[&rustls::version::TLS13],
                "/nowhere",
            ),
        ]
    });
    let [newest, older, missing] = asked.await.unwrap();
    assert_eq!(
        (newest.1, newest.2.as_str()),
        (ProtocolVersion::TLSv1_3, "X25519MLKEM768")
    );
    assert_eq!(older.1, ProtocolVersion::TLSv1_2);
    for (answer, status) in [(&newest.0, "200"), (&older.0, "200"), (&missing.0, "404")] {
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{answer}"
        );
        assert!(
            answer
                .to_lowercase()
                .contains("strict-transport-security: max-age=63072000"),
            "{answer}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_request_gets_no_answer_under_tls() {
    let certificate = Certificate::new();
    let app = start(&certificate).await;
    let plain = app
        .http
        .get(app.url("/health").replace("https://", "http://"))
        .send()
        .await;
    assert!(plain.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_and_a_key_that_do_not_belong_together_are_refused() {
    let (one, other) = (Certificate::new(), Certificate::new());
    let files = Tls {
        certificate: one.files().certificate,
        key: other.files().key,
    };
    assert!(rightline::tls::load(&files).is_err());
    let files = Tls {
        certificate: one.files().key,
        key: one.files().key,
    };
    assert!(rightline::tls::load(&files).is_err());
    assert!(rightline::tls::load(&one.files()).is_ok());
}
