//! A certificate for one address, made at the start and gone with it: nobody signs one for an
//! address of a class-room's network. Visitors compare its fingerprint with the teacher's.

use std::fmt::Write as _;
use std::net::Ipv4Addr;
use std::sync::Arc;

use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use sha2::{Digest, Sha256};
use time::{Duration, OffsetDateTime};
use tokio_rustls::TlsAcceptor;

use crate::error::LabError;

/// Longer than a course, and no trust for ever.
const DAYS: i64 = 30;

/// The certificate, ready to be shown to visitors.
pub(super) struct Certificate {
    pub(super) acceptor: TlsAcceptor,
    pub(super) fingerprint: String,
    pub(super) pem: String,
}

impl Certificate {
    pub(super) fn made_for(address: Ipv4Addr) -> Result<Self, LabError> {
        let failed = |error: &dyn std::fmt::Display| LabError::Certificate(error.to_string());
        let key = KeyPair::generate().map_err(|error| failed(&error))?;
        let mut wanted =
            CertificateParams::new(vec![address.to_string()]).map_err(|error| failed(&error))?;
        wanted.distinguished_name = DistinguishedName::new();
        let name = "statelab, made for this class";
        wanted.distinguished_name.push(DnType::CommonName, name);
        let now = OffsetDateTime::now_utc();
        wanted.not_before = now - Duration::days(1);
        wanted.not_after = now + Duration::days(DAYS);
        let made = wanted.self_signed(&key).map_err(|error| failed(&error))?;
        let private = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let fingerprint = fingerprint(made.der());
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|builder| {
                let chain = vec![made.der().clone()];
                builder
                    .with_no_client_auth()
                    .with_single_cert(chain, private)
            })
            .map_err(|error| failed(&error))?;
        Ok(Self {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            fingerprint,
            pem: made.pem(),
        })
    }
}

/// As browsers print it: `AB:CD:…`.
fn fingerprint(certificate: &[u8]) -> String {
    let mut text = String::new();
    for byte in Sha256::digest(certificate) {
        if !text.is_empty() {
            text.push(':');
        }
        let _ = write!(text, "{byte:02X}");
    }
    text
}
