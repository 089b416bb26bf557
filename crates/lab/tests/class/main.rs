//! A class over the real wire: TLS, a room for each visitor, and who is kept out.
#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

mod shown;

use std::net::{Ipv4Addr, SocketAddrV4, TcpListener};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use harness::http::{Base, Client, Request};
use lab::class::{Class, ClassOptions};
use lab::{Options, StoreChoice};
use serde_json::json;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A port with as many free ones after it.
fn free_port(rooms: u16) -> u16 {
    let all_free = |first: u16| {
        let ports = first..=first + 4 * rooms;
        let taken: Vec<_> = ports
            .map(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)))
            .collect();
        taken.iter().all(Result::is_ok)
    };
    // Trials run at once, each in a range of its own.
    static RANGES: AtomicU16 = AtomicU16::new(0);
    let range = RANGES.fetch_add(100, Ordering::Relaxed);
    let begin = 20_000 + (std::process::id() as u16 % 10) * 1_000 + range;
    (0..10)
        .map(|step| begin + step * 10)
        .find(|port| all_free(*port))
        .unwrap()
}

fn options(rooms: u16) -> ClassOptions {
    ClassOptions {
        listen: SocketAddrV4::new(Ipv4Addr::LOCALHOST, free_port(rooms)),
        rooms,
        per_address: rooms,
        idle: Duration::from_secs(3600),
        lab: Options {
            store: StoreChoice::Embedded,
            ..Options::default()
        },
    }
}

/// What a visitor sends, who trusts the certificate of the class.
struct Visitor {
    certificate: tempfile::NamedTempFile,
}

impl Visitor {
    fn to(&self, url: &str) -> Client {
        Client::new(Base::parse(url).unwrap(), Some(self.certificate.path())).unwrap()
    }

    fn join(&self, class: &str) -> (u16, String) {
        let request = Request::new("POST", "/join").header("Origin", class);
        let answer = self.to(class).send(&request).unwrap().response;
        let body = String::from_utf8_lossy(&answer.body).into_owned();
        let room = body.split("<a href=\"").nth(1).unwrap_or_default();
        let room = room.split("/\"").next().unwrap_or_default();
        (answer.status, room.to_owned())
    }

    fn token(&self, room: &str) -> String {
        let page = self.to(room).send(&Request::new("GET", "/")).unwrap();
        let page = String::from_utf8_lossy(&page.response.body).into_owned();
        let (_, rest) = page.split_once("lab-token\" content=\"").unwrap();
        assert!(page.contains("lab-class\" content=\"yes\""));
        rest.split('"').next().unwrap().to_owned()
    }
}

fn class(options: ClassOptions, trial: impl FnOnce(&Class, &Visitor)) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let class = runtime.block_on(Class::open(options)).unwrap();
    let certificate = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(certificate.path(), &class.certificate_pem).unwrap();
    trial(&class, &Visitor { certificate });
    runtime.block_on(class.stop());
}

fn column(room: &str, at: u16) -> String {
    let (host, port) = room.rsplit_once(':').unwrap();
    format!("{host}:{}", port.parse::<u16>().unwrap() + at)
}

#[test]
fn each_visitor_has_a_room_with_accounts_and_keys_of_its_own() {
    class(options(2), |class, visitor| {
        let (status, first) = visitor.join(&class.address);
        let (_, second) = visitor.join(&class.address);
        assert_eq!(status, 200);
        assert!(first.starts_with("https://127.0.0.1:") && first != second);

        // A login of the first room says nothing in the second: another key, other accounts.
        let login = json!({ "username": "alice", "password": "wonderland" });
        for at in 1..=3 {
            let (here, there) = (column(&first, at), column(&second, at));
            let request = Request::new("POST", "/login")
                .header("Origin", &here)
                .json(&login);
            let answer = visitor.to(&here).send(&request).unwrap().response;
            assert_eq!(answer.status, 200, "column {at}");
            let mut me = Request::new("GET", "/me");
            if let Some(access) = answer.json().unwrap()["access"].as_str() {
                me = me.header("Authorization", format!("Bearer {access}"));
            }
            if let Some(cookie) = answer.all("set-cookie").next() {
                assert!(cookie.contains("Secure"), "{cookie}");
                me = me.header("Cookie", cookie.split(';').next().unwrap());
            }
            let asked = |url: &str| visitor.to(url).send(&me).unwrap().response.status;
            assert_eq!((asked(&here), asked(&there)), (200, 401), "column {at}");
        }
        // What needs host names for the attacker is not offered.
        for (path, absent) in [("attacks", "\"way\":\""), ("lessons", "\"foreign\"")] {
            let list = Request::new("GET", &format!("/__lab/{path}"));
            let list = visitor.to(&first).send(&list).unwrap().response;
            let list = String::from_utf8_lossy(&list.body).into_owned();
            assert!(list.contains("replay") && !list.contains(absent), "{list}");
        }
        // Time goes by in one room alone.
        let order = Request::new("POST", "/__lab/control")
            .header("Origin", &first)
            .header("X-Lab-Token", visitor.token(&first))
            .json(&json!({ "action": "ahead", "seconds": 86_400 }));
        assert_eq!(
            visitor.to(&first).send(&order).unwrap().response.status,
            200
        );
        let ends = [&first, &second].map(|room| {
            let column = column(room, 3);
            let request = Request::new("POST", "/login")
                .header("Origin", &column)
                .json(&login);
            let answer = visitor.to(&column).send(&request).unwrap().response;
            answer.json().unwrap()["expires_at"]
                .as_str()
                .unwrap()
                .to_owned()
        });
        let tomorrow = OffsetDateTime::now_utc() + Duration::from_secs(43_200);
        let ends = ends.map(|end| OffsetDateTime::parse(&end, &Rfc3339).unwrap());
        assert!(ends[0] > tomorrow && ends[1] < tomorrow, "{ends:?}");
        // Nor does one room's token order the other.
        let order = Request::new("POST", "/__lab/control")
            .header("Origin", &second)
            .header("X-Lab-Token", visitor.token(&first))
            .json(&json!({ "action": "reset" }));
        assert_eq!(
            visitor.to(&second).send(&order).unwrap().response.status,
            403
        );
    });
}

#[test]
fn rooms_are_limited_and_opened_by_the_button_alone() {
    let limited = ClassOptions {
        per_address: 1,
        ..options(1)
    };
    class(limited, |class, visitor| {
        let (_, first) = visitor.join(&class.address);
        assert_eq!(visitor.join(&class.address), (200, first), "his own again");
        let foreign = Request::new("POST", "/join").header("Origin", "https://evil.example");
        let answer = visitor.to(&class.address).send(&foreign).unwrap().response;
        assert_eq!(answer.status, 403);
        let rebound = Request::new("GET", "/")
            .without("Host")
            .header("Host", "evil.example");
        let answer = visitor.to(&class.address).send(&rebound).unwrap().response;
        assert_eq!(answer.status, 421);
    });
}

/// Sends this from another address of this machine; what came back, nothing where it was kept out.
#[cfg(target_os = "linux")]
fn from_elsewhere(to: &str, request: &str, certificate: &str) -> String {
    use rustls::pki_types::pem::PemObject;
    use rustls::pki_types::{CertificateDer, ServerName};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    let mut roots = rustls::RootCertStore::empty();
    let trusted = CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap();
    roots.add(trusted).unwrap();
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    let config = rustls::ClientConfig::builder_with_provider(provider.into())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let connector = tokio_rustls::TlsConnector::from(std::sync::Arc::new(config));
    let address = to.strip_prefix("https://").unwrap().parse().unwrap();
    let talk = async {
        let socket = tokio::net::TcpSocket::new_v4()?;
        socket.bind("127.0.0.2:0".parse().unwrap())?;
        let stream = socket.connect(address).await?;
        let name = ServerName::try_from("127.0.0.1").unwrap();
        let mut stream = connector.connect(name, stream).await?;
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        std::io::Result::Ok(String::from_utf8_lossy(&answer).into_owned())
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(talk).unwrap_or_default()
}

#[cfg(target_os = "linux")]
#[test]
fn a_neighbour_is_kept_out_of_rooms_and_of_the_teachers_page() {
    class(options(1), |class, visitor| {
        let (_, room) = visitor.join(&class.address);
        let ask = |url: &str, line: &str| {
            let host = url.strip_prefix("https://").unwrap();
            let origin = &class.address;
            let request = format!(
                "{line} HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\nConnection: close\r\n\r\n"
            );
            from_elsewhere(url, &request, &class.certificate_pem)
        };
        let door = ask(&class.address, "GET /");
        assert!(door.starts_with("HTTP/1.1 200"), "{door}");
        assert!(!door.contains(&room), "whose room it is");
        for at in 0..4 {
            assert_eq!(ask(&column(&room, at), "GET /healthz"), "", "port {at}");
        }
        assert!(ask(&class.address, "GET /teacher").starts_with("HTTP/1.1 403"));
        let full = ask(&class.address, "POST /join");
        assert!(
            full.starts_with("HTTP/1.1 503") && full.contains("taken"),
            "{full}"
        );
    });
}

#[test]
fn an_idle_room_ends_and_its_place_is_free() {
    let brief = ClassOptions {
        idle: Duration::from_millis(500),
        ..options(1)
    };
    class(brief, |class, visitor| {
        let (_, room) = visitor.join(&class.address);
        let deadline = Instant::now() + Duration::from_secs(60);
        while visitor.to(&room).send(&Request::new("GET", "/")).is_ok() {
            assert!(Instant::now() < deadline, "the room is still open");
            std::thread::sleep(Duration::from_millis(100));
        }
        assert_eq!(visitor.join(&class.address).0, 200);
    });
}

#[test]
fn predictions_are_counted_for_the_teacher_without_a_name() {
    class(options(1), |class, visitor| {
        let (_, room) = visitor.join(&class.address);
        let token = visitor.token(&room);
        let say = |lesson: &str| {
            let guess = json!({ "lesson": lesson, "step": 2, "lets_in": [true, false, true] });
            let request = Request::new("POST", "/__lab/predicted")
                .header("Origin", &room)
                .header("X-Lab-Token", &token)
                .json(&guess);
            visitor.to(&room).send(&request).unwrap().response.status
        };
        assert_eq!((say("replay"), say("replay"), say("<b>")), (204, 204, 404));
        let page = Request::new("GET", "/teacher");
        let page = visitor.to(&class.address).send(&page).unwrap().response;
        let page = String::from_utf8_lossy(&page.body).into_owned();
        assert!(
            page.contains("1 of 1 rooms") && page.contains("共 1 个"),
            "{page}"
        );
        let counts = "<td>1</td><td>1</td><td>0</td><td>1</td>";
        assert!(
            page.contains("<td>replay: ") && page.contains(counts),
            "{page}"
        );
    });
}
