//! The issuer's certificate.

use std::net::TcpStream;

use rcgen::{CertificateParams, DnType, KeyPair};
use rustls::{ServerConfig, ServerConnection, StreamOwned, pki_types::PrivateKeyDer};

use super::*;

/// Answers each request with the same, over TLS, as the host that the certificate names.
fn start(host: &str, answer: String) -> (Url, String) {
    let mut parameters = CertificateParams::new(vec![host.to_owned()]).unwrap();
    parameters.distinguished_name.push(DnType::CommonName, host);
    let key = KeyPair::generate().unwrap();
    let certificate = parameters.self_signed(&key).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::Pkcs8(key.serialize_der().into()),
        )
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!(
        "https://localhost:{}/",
        listener.local_addr().unwrap().port()
    );
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(stream) = stream else { return };
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream: StreamOwned<_, TcpStream> = StreamOwned::new(connection, stream);
            let mut head = [0; 2048];
            // Who does not believe the certificate hangs up here.
            if stream.read(&mut head).is_ok() {
                let _ = stream.write_all(answer.as_bytes());
                stream.conn.send_close_notify();
                let _ = stream.flush();
            }
        }
    });
    (url.parse().unwrap(), certificate.pem())
}

#[test]
fn his_certificate_must_be_of_the_authority_that_is_set() {
    let folder = tempfile::tempdir().unwrap();
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
    let (url, pem) = start("localhost", answer.to_owned());
    let (posing, other_pem) = start("issuer.example.test", answer.to_owned());
    let file = |name: &str, content: &str| {
        let file = folder.path().join(name);
        std::fs::write(&file, content).unwrap();
        file
    };
    let [right, other] = [("right", &pem), ("other", &other_pem)].map(|(n, pem)| file(n, pem));
    let fetch = |url: &Url, file: Option<&std::path::Path>| {
        let agent = Agent::new(url, file).unwrap();
        agent.fetch(url).map_err(|fault| fault.to_string())
    };
    assert_eq!(fetch(&url, Some(&right)).as_deref(), Ok(&b"{}"[..]));
    for (url, file) in [
        (&url, None),
        (&url, Some(other.as_path())),
        // The right authority, for another host.
        (&posing, Some(other.as_path())),
    ] {
        let refused = fetch(url, file).unwrap_err();
        assert!(refused.contains("certificate"), "{refused}");
    }
    for unfit in [
        folder.path().join("absent"),
        file("empty", ""),
        file(
            "key",
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        ),
    ] {
        assert!(
            Agent::new(&url, Some(&unfit)).is_err(),
            "{}",
            unfit.display()
        );
    }
}
