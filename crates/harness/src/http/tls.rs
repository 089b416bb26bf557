//! Plain TCP or TLS, behind one type.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use super::client::HttpError;

/// Whom to trust: the public authorities, and those of a file.
pub(super) fn trust(ca_file: Option<&Path>) -> Result<Arc<ClientConfig>, String> {
    let mut roots = RootCertStore::empty();
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    if let Some(path) = ca_file {
        let unreadable = |error: &dyn std::fmt::Display| {
            format!(
                "cannot read the certificates in {}: {error}",
                path.display()
            )
        };
        for certificate in CertificateDer::pem_file_iter(path).map_err(|e| unreadable(&e))? {
            let certificate = certificate.map_err(|e| unreadable(&e))?;
            roots.add(certificate).map_err(|e| unreadable(&e))?;
        }
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

pub(super) fn wrap(
    stream: TcpStream,
    config: &Arc<ClientConfig>,
    host: &str,
) -> Result<Stream, HttpError> {
    let name = ServerName::try_from(host.to_owned())
        .map_err(|error| HttpError::Unreachable(format!("{host}: {error}")))?;
    let session = ClientConnection::new(Arc::clone(config), name)
        .map_err(|error| HttpError::Unreachable(error.to_string()))?;
    Ok(Stream::Tls(Box::new(StreamOwned::new(session, stream))))
}

pub(super) enum Stream {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
}

impl Stream {
    fn socket(&self) -> &TcpStream {
        match self {
            Self::Plain(stream) => stream,
            Self::Tls(stream) => &stream.sock,
        }
    }

    /// Every read and write from here on ends by then.
    pub(super) fn deadline(&self, at: Instant) -> io::Result<()> {
        // Zero would mean "for ever".
        let left = at
            .saturating_duration_since(Instant::now())
            .max(Duration::from_millis(1));
        self.socket().set_read_timeout(Some(left))?;
        self.socket().set_write_timeout(Some(left))
    }

    /// Nothing more is written; what comes is still read.
    pub(super) fn end_writing(&self) {
        // Below TLS the end is said inside, which a closed socket would cut off.
        if let Self::Plain(socket) = self {
            let _ = socket.shutdown(std::net::Shutdown::Write);
        }
    }

    /// Has the server said something already?
    pub(super) fn has_answer(&self) -> bool {
        // Below TLS there is also handshake traffic, which is not an answer.
        let Self::Plain(socket) = self else {
            return false;
        };
        if socket.set_nonblocking(true).is_err() {
            return false;
        }
        let answered = matches!(socket.peek(&mut [0]), Ok(1));
        let _ = socket.set_nonblocking(false);
        answered
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read(buffer),
            Self::Tls(stream) => stream.read(buffer),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.write(bytes),
            Self::Tls(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(stream) => stream.flush(),
            Self::Tls(stream) => stream.flush(),
        }
    }
}
