//! `rediss://`: the certificate is checked, and the ACL user is the one in the URL.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use store::private_redis::PrivateRedis;
use store::{RedisSettings, Source, StoreError};

use crate::processes::{Certificates, Cluster};
use crate::sentinels::Watched;
use crate::{Shared, Test, within_runtime};

pub(crate) const TESTS: [Test; 3] = [
    ("tls_checks_the_certificate_and_takes_an_acl_user", tls),
    ("tls_to_a_cluster_checks_each_node", cluster),
    ("tls_to_sentinels_checks_them_and_the_primary", sentinel),
];

fn tls(shared: &Shared) {
    let directory = shared.directory("tls");
    fs::create_dir(&directory).unwrap();
    let (ca, other_ca) = (authority(&directory, "ca"), authority(&directory, "other"));
    certificate(&directory, &ca);
    // The port is free now and may be taken a moment later; then the start fails and says so.
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let settings = format!(
        "tls-port {port}\nbind 127.0.0.1\ntls-auth-clients no\ntls-cert-file server.pem\n\
         tls-key-file server.key\nuser default off\nuser lab on >right-pass ~* +@all"
    );
    let _redis = PrivateRedis::start_with(&shared.binary, &directory, &settings).unwrap();
    let ask = async |url: String, ca_file: Option<&Path>| -> Result<(), StoreError> {
        let mut settings = RedisSettings::new(url);
        settings.ca_file = ca_file.map(Path::to_owned);
        let store = Source::redis(settings)?.open()?;
        store.revoke("id", Duration::from_secs(60)).await
    };
    within_runtime(async {
        let url = |user: &str, host: &str| format!("rediss://{user}@{host}:{port}");
        ask(url("lab:right-pass", "localhost"), Some(&ca.file))
            .await
            .unwrap();
        ask(url("lab:right-pass", "127.0.0.1"), Some(&ca.file))
            .await
            .unwrap();

        let refused = ask(url("lab:wrong-pass", "localhost"), Some(&ca.file))
            .await
            .unwrap_err();
        assert!(matches!(refused, StoreError::Refused { .. }), "{refused}");
        assert!(!refused.to_string().contains("wrong-pass"), "{refused}");
        // Signed by somebody else; by nobody that the public authorities know; plain text.
        let user = "lab:right-pass";
        for (url, ca_file) in [
            (url(user, "localhost"), Some(other_ca.file.as_path())),
            (url(user, "localhost"), None),
            (format!("redis://{user}@localhost:{port}"), None),
        ] {
            let error = ask(url, ca_file).await.unwrap_err();
            assert!(matches!(error, StoreError::Unavailable { .. }), "{error}");
            assert!(!error.to_string().contains("right-pass"), "{error}");
        }
    })
    .unwrap();
}

fn cluster(shared: &Shared) {
    let (tls, other) = certificates(shared, "tls-cluster");
    let directory = shared.directory("tls-cluster-nodes");
    let cluster = Cluster::start(&shared.binary, &directory, 15_000, Some(&tls));
    believed_by_its_authority_alone(&cluster.url(), &tls, &other);
}

fn sentinel(shared: &Shared) {
    let (tls, other) = certificates(shared, "tls-sentinel");
    let watched = Watched::start(&shared.binary, &shared.directory("watched"), Some(&tls));
    believed_by_its_authority_alone(&watched.url(), &tls, &other);
}

/// What a server needs, and the certificate of an authority that has nothing to do with it.
fn certificates(shared: &Shared, name: &str) -> (Certificates, PathBuf) {
    let directory = shared.directory(name);
    fs::create_dir(&directory).unwrap();
    let (ca, other) = (authority(&directory, "ca"), authority(&directory, "other"));
    certificate(&directory, &ca);
    let tls = Certificates {
        authority: ca.file,
        certificate: directory.join("server.pem"),
        key: directory.join("server.key"),
    };
    (tls, other.file)
}

fn believed_by_its_authority_alone(url: &str, tls: &Certificates, other: &Path) {
    let open = |url: &str, ca_file: Option<&Path>| {
        let mut settings = RedisSettings::new(url);
        settings.ca_file = ca_file.map(Path::to_owned);
        Source::redis(settings).unwrap().open()
    };
    within_runtime(async {
        let store = open(url, Some(&tls.authority)).unwrap();
        // On several nodes, where there are several.
        for id in 0..20 {
            let id = id.to_string();
            store.revoke(&id, Duration::from_secs(60)).await.unwrap();
            assert!(store.is_revoked(&id, 0).await.unwrap());
        }
        let plain = url.replacen("rediss", "redis", 1);
        for (url, ca_file) in [(url, Some(other)), (url, None), (&*plain, None)] {
            let store = open(url, ca_file).unwrap();
            let error = store.is_revoked("0", 0).await.unwrap_err();
            assert!(matches!(error, StoreError::Unavailable { .. }), "{error}");
        }
    })
    .unwrap();
}

struct Authority {
    file: PathBuf,
    issuer: Issuer<'static, KeyPair>,
}

fn authority(directory: &Path, name: &str) -> Authority {
    let key = KeyPair::generate().unwrap();
    let mut parameters = CertificateParams::new(Vec::new()).unwrap();
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    // OpenSSL takes a certificate whose issuer has its own name for one that signed itself.
    parameters
        .distinguished_name
        .push(DnType::CommonName, format!("authority {name}"));
    let certificate = parameters.self_signed(&key).unwrap();
    let file = directory.join(format!("{name}.pem"));
    fs::write(&file, certificate.pem()).unwrap();
    Authority {
        file,
        issuer: Issuer::new(parameters, key),
    }
}

fn certificate(directory: &Path, ca: &Authority) {
    let key = KeyPair::generate().unwrap();
    let names = ["localhost", "127.0.0.1"].map(str::to_owned);
    let parameters = CertificateParams::new(names).unwrap();
    let certificate = parameters.signed_by(&key, &ca.issuer).unwrap();
    fs::write(directory.join("server.pem"), certificate.pem()).unwrap();
    fs::write(directory.join("server.key"), key.serialize_pem()).unwrap();
}
