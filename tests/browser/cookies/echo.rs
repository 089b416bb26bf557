//! A server on loopback that answers with any lines, octet by octet, and writes down which
//! cookies it was sent. `k=7` in the query names the seventh thing it was told to expect.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::case;

/// Longer than a browser takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);
/// More than any case sends.
const MAX_HEAD: u64 = 64 * 1024;

/// What is to be said, and what was heard.
#[derive(Default)]
struct Visit {
    lines: Vec<Vec<u8>>,
    cookies: Option<Vec<u8>>,
}

type Visits = Arc<Mutex<Vec<Visit>>>;

/// The server; its threads wait for connections until the process ends.
pub(super) struct Echo {
    http: u16,
    other: u16,
    https: u16,
    visits: Visits,
}

impl Echo {
    /// Two ports for http, one for https.
    pub(super) fn open() -> Result<Self> {
        let visits = Visits::default();
        let tls = Arc::new(certificate()?);
        let plain = |visits: &Visits| {
            let visits = Arc::clone(visits);
            listen(move |stream| serve(stream, &visits))
        };
        let http = plain(&visits)?;
        let other = plain(&visits)?;
        let behind_tls = Arc::clone(&visits);
        let https = listen(move |stream| {
            let connection = ServerConnection::new(Arc::clone(&tls))?;
            serve(StreamOwned::new(connection, stream), &behind_tls)
        })?;
        Ok(Self {
            http,
            other,
            https,
            visits,
        })
    }

    /// An address of the table, with its port.
    pub(super) fn address(&self, text: &str) -> String {
        case::address(text, self.http, self.other, self.https)
    }

    /// The address under which these lines will be said, and its number.
    pub(super) fn expect(&self, address: &str, lines: &[Vec<u8>]) -> (String, usize) {
        let mut visits = self.visits.lock().unwrap_or_else(PoisonError::into_inner);
        let number = visits.len();
        visits.push(Visit {
            lines: lines.to_vec(),
            cookies: None,
        });
        let joint = if address.contains('?') { '&' } else { '?' };
        let address = self.address(address);
        (format!("{address}{joint}k={number}"), number)
    }

    /// The `Cookie` field that came with it; empty: none.
    pub(super) fn heard(&self, number: usize) -> Result<Vec<u8>> {
        let started = Instant::now();
        loop {
            let visits = self.visits.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(cookies) = &visits[number].cookies {
                return Ok(cookies.clone());
            }
            drop(visits);
            if started.elapsed() > PATIENCE {
                bail!("the browser never asked");
            }
            thread::sleep(Duration::from_millis(2));
        }
    }
}

fn certificate() -> Result<ServerConfig> {
    let made = rcgen::generate_simple_self_signed(["shop.test".to_owned()])?;
    let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    let config = ServerConfig::builder_with_provider(Arc::new(provider))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)?;
    Ok(config)
}

fn listen(serve: impl Fn(TcpStream) -> Result<()> + Send + Sync + 'static) -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = listener.local_addr()?.port();
    let serve = Arc::new(serve);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let serve = Arc::clone(&serve);
            // A browser opens connections that it never uses; what fails is seen as not heard.
            thread::spawn(move || serve(stream));
        }
    });
    Ok(port)
}

fn serve(mut stream: impl Read + Write, visits: &Visits) -> Result<()> {
    let (number, cookies) = read_head(&mut stream)?;
    let mut answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nCache-Control: no-store\r\n\
        Connection: close\r\n"
        .to_vec();
    let body = "<!doctype html><link rel=icon href=data:,><title>echo</title>";
    if let Some(number) = number {
        let mut visits = visits.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(visit) = visits.get_mut(number) {
            for line in &visit.lines {
                answer.extend_from_slice(b"Set-Cookie: ");
                answer.extend_from_slice(line);
                answer.extend_from_slice(b"\r\n");
            }
            visit.cookies = Some(cookies);
        }
    }
    write!(answer, "Content-Length: {}\r\n\r\n{body}", body.len())?;
    stream.write_all(&answer)?;
    stream.flush()?;
    Ok(())
}

/// The number in the query, and the octets of the `Cookie` field.
fn read_head(stream: &mut impl Read) -> Result<(Option<usize>, Vec<u8>)> {
    let mut reader = BufReader::new(stream.take(MAX_HEAD));
    let mut line = Vec::new();
    reader.read_until(b'\n', &mut line)?;
    let request = String::from_utf8_lossy(&line).into_owned();
    let target = request.split(' ').nth(1).unwrap_or_default();
    let number = target
        .rsplit_once("k=")
        .and_then(|(_, number)| number.parse().ok());
    let mut cookies = Vec::new();
    loop {
        line.clear();
        if reader.read_until(b'\n', &mut line)? == 0 {
            bail!("the request ended in its head");
        }
        let text = line.strip_suffix(b"\r\n").unwrap_or(&line);
        match text.iter().position(|&byte| byte == b':') {
            None => return Ok((number, cookies)),
            Some(at) if text[..at].eq_ignore_ascii_case(b"cookie") => {
                // The white space at the end may be a value's: the jar decides.
                let value = &text[at + 1..];
                cookies = value.strip_prefix(b" ").unwrap_or(value).to_vec();
            }
            Some(_) => {}
        }
    }
}
