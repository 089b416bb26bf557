//! What a URL names: one Redis, a cluster, or a primary that Sentinel knows.

use std::sync::Arc;

use redis::cluster::ClusterClient;
use redis::{
    Client, ConnectionAddr, ConnectionInfo, IntoConnectionInfo, RedisResult, TlsCertificates,
};

use crate::{RedisSettings, StoreError};

#[derive(Clone)]
pub(crate) enum Deployment {
    One(Box<Client>),
    Cluster {
        client: Arc<ClusterClient>,
        nodes: Arc<str>,
    },
    Sentinel(Arc<Sentinels>),
}

/// The watchers of one primary.
pub(crate) struct Sentinels {
    pub(crate) clients: Vec<Client>,
    /// The name under which they watch it.
    pub(crate) service: String,
    hosts: String,
    url: Several,
    ca: Option<Vec<u8>>,
}

impl Sentinels {
    /// The primary that one of them has named.
    pub(crate) fn primary(&self, host: &str, port: u16) -> RedisResult<Client> {
        let host = match host.contains(':') {
            true => format!("[{host}]:{port}"),
            false => format!("{host}:{port}"),
        };
        client(self.url.of(&host).as_str(), self.ca.as_deref())
    }
}

impl Deployment {
    /// Host and port, or the path of the socket; never the password.
    pub(crate) fn endpoint(&self) -> String {
        match self {
            Self::One(client) => client.get_connection_info().addr().to_string(),
            Self::Cluster { nodes, .. } => format!("the cluster {nodes}"),
            Self::Sentinel(sentinels) => {
                format!(
                    "{} (of the sentinels {})",
                    sentinels.service, sentinels.hosts
                )
            }
        }
    }

    /// Checks everything that can be checked without a connection.
    ///
    /// The library's own messages are not passed on: one of them could quote the URL, and the URL
    /// has the password in it.
    pub(crate) fn of(settings: &RedisSettings) -> Result<Self, StoreError> {
        let url = settings.url.as_str();
        let kind = url.split_once("://").map_or("", |(scheme, _)| scheme);
        let ca = match (&settings.ca_file, kind.starts_with("rediss")) {
            (None, _) => None,
            (Some(_), false) => {
                return Err(refused(
                    "a CA file is given, but the URL does not ask for TLS; write rediss://",
                ));
            }
            (Some(path), true) => {
                let path_shown = path.display();
                let pem = std::fs::read(path)
                    .map_err(|error| refused(&format!("the CA file {path_shown}: {error}")))?;
                Some((pem, format!("the CA file {path_shown} is not PEM")))
            }
        };
        match kind {
            "redis+cluster" | "rediss+cluster" => cluster(url, ca),
            "redis+sentinel" | "rediss+sentinel" => sentinel(url, ca),
            _ => one(url, ca),
        }
    }
}

type Authority = Option<(Vec<u8>, String)>;

fn one(url: &str, ca: Authority) -> Result<Deployment, StoreError> {
    let parsed: ConnectionInfo = url.into_connection_info().map_err(|_| {
        refused(
            "the URL is not understood; write redis://[user:password@]host[:port][/db], \
             rediss://… for TLS, redis+unix:///path for a socket, \
             redis+cluster://host:port,host:port or \
             redis+sentinel://host:port,host:port/name-of-the-primary",
        )
    })?;
    if let ConnectionAddr::TcpTls { insecure: true, .. } = parsed.addr() {
        return Err(refused(
            "#insecure would accept any certificate; give the certificate to trust as the CA \
             file instead",
        ));
    }
    let (ca, fault) = match ca {
        Some((pem, fault)) => (Some(pem), fault),
        None => (None, "the URL names no usable address".to_owned()),
    };
    let client = client(parsed, ca.as_deref()).map_err(|_| refused(&fault))?;
    Ok(Deployment::One(Box::new(client)))
}

fn cluster(url: &str, ca: Authority) -> Result<Deployment, StoreError> {
    const FORM: &str =
        "the URL is not understood; write redis+cluster://[user:password@]host:port,host:port";
    let (several, hosts, rest) = Several::parse(url, 6379).ok_or_else(|| refused(FORM))?;
    if !rest.path.is_empty() || !rest.query.is_empty() {
        return Err(refused(FORM));
    }
    let nodes: Vec<String> = hosts.iter().map(|host| several.of(host)).collect();
    let mut builder = ClusterClient::builder(nodes)
        .retries(2)
        .min_retry_wait(20)
        .max_retry_wait(100)
        .overall_response_timeout(None);
    let mut fault = FORM.to_owned();
    if let Some((pem, not_pem)) = ca {
        fault = not_pem;
        builder = builder.certs(authority(&pem));
    }
    let client = builder.build().map_err(|_| refused(&fault))?;
    Ok(Deployment::Cluster {
        client: Arc::new(client),
        nodes: hosts.join(",").into(),
    })
}

fn sentinel(url: &str, ca: Authority) -> Result<Deployment, StoreError> {
    const FORM: &str = "the URL is not understood; write \
         redis+sentinel://[user:password@]host:port,host:port/name-of-the-primary\
         [?sentinel_user=…&sentinel_pass=…]";
    let (mut several, hosts, rest) = Several::parse(url, 26379).ok_or_else(|| refused(FORM))?;
    let (service, db) = match rest.path.split_once('/') {
        Some((service, db)) => (service, format!("/{db}")),
        None => (rest.path, String::new()),
    };
    if service.is_empty() {
        return Err(refused(FORM));
    }
    // The sentinels have users of their own: the primary's password is none of their business.
    let (mut user, mut password) = ("", "");
    for pair in rest.query.split('&').filter(|pair| !pair.is_empty()) {
        match pair.split_once('=') {
            Some(("sentinel_user", value)) => user = value,
            Some(("sentinel_pass", value)) => password = value,
            _ => return Err(refused(FORM)),
        }
    }
    let asking = Several {
        login: match (user, password) {
            ("", "") => String::new(),
            _ => format!("{user}:{password}@"),
        },
        path: String::new(),
        scheme: several.scheme,
    };
    several.path = db;
    let (pem, fault) = match ca {
        Some((pem, fault)) => (Some(pem), fault),
        None => (None, FORM.to_owned()),
    };
    let ask = |url: &str| client(url, pem.as_deref()).map_err(|_| refused(&fault));
    // The database, checked now with a host that stands for the primary.
    ask(&several.of(&hosts[0]))?;
    Ok(Deployment::Sentinel(Arc::new(Sentinels {
        clients: hosts
            .iter()
            .map(|host| ask(&asking.of(host)))
            .collect::<Result<_, _>>()?,
        service: service.to_owned(),
        hosts: hosts.join(","),
        url: several,
        ca: pem,
    })))
}

/// A URL with several hosts, as a pattern for URLs with one.
struct Several {
    scheme: &'static str,
    /// User and password as they stand in the URL, with the `@`.
    login: String,
    path: String,
}

/// What stands behind the hosts.
struct Rest<'a> {
    path: &'a str,
    query: &'a str,
}

impl Several {
    fn parse(url: &str, port: u16) -> Option<(Self, Vec<String>, Rest<'_>)> {
        let (scheme, rest) = url.split_once("://")?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (hosts, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (login, hosts) = match hosts.rsplit_once('@') {
            Some((login, hosts)) => (format!("{login}@"), hosts),
            None => (String::new(), hosts),
        };
        if url.contains('#') {
            return None;
        }
        let with_port = |host: &str| match host.rsplit_once(':') {
            Some((_, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host.to_owned(),
            _ => format!("{host}:{port}"),
        };
        let hosts: Vec<String> = hosts.split(',').map(with_port).collect();
        if hosts.iter().any(|host| host.starts_with(':')) {
            return None;
        }
        let pattern = Self {
            scheme: if scheme.starts_with("rediss") {
                "rediss"
            } else {
                "redis"
            },
            login,
            path: String::new(),
        };
        Some((pattern, hosts, Rest { path, query }))
    }

    fn of(&self, host: &str) -> String {
        format!("{}://{}{host}{}", self.scheme, self.login, self.path)
    }
}

fn client(url: impl IntoConnectionInfo, ca: Option<&[u8]>) -> RedisResult<Client> {
    match ca {
        Some(pem) => Client::build_with_tls(url, authority(pem)),
        None => Client::open(url),
    }
}

fn authority(pem: &[u8]) -> TlsCertificates {
    TlsCertificates {
        client_tls: None,
        root_cert: Some(pem.to_owned()),
    }
}

pub(crate) fn refused(reason: &str) -> StoreError {
    StoreError::Settings(reason.to_owned())
}
