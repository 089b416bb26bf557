//! An application of one's own on the library, beside the server: the same store, the same key,
//! the same accounts. So a cookie of one is good at the other, as with two instances. Its handlers
//! can be held up after they have read the session.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::web::{self, Data, Path};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, dev::ServerHandle};
use contract::{Problem, wire::Expiry};
use serde_json::{Map, Value};
use session_state::{Reader, SessionsFactory, Visitor};
use tokio::sync::Semaphore;

use crate::http::{Answer, send_with};
use crate::library;
use crate::server::Server;

/// Holds handlers up that were sent with `X-Gate`.
struct Gate {
    entered: Semaphore,
    open: Semaphore,
}

pub(crate) struct Shop {
    address: SocketAddr,
    handle: ServerHandle,
    gate: Arc<Gate>,
}

/// A request whose handler has read the session and waits.
pub(crate) struct Slow<'a> {
    gate: &'a Gate,
    answer: std::thread::JoinHandle<Answer>,
}

impl Shop {
    pub(crate) fn beside(server: &Server) -> Self {
        let factory = SessionsFactory::new(&server.settings, server.accounts.clone(), &server.key);
        let gate = Arc::new(Gate {
            entered: Semaphore::new(0),
            open: Semaphore::new(0),
        });
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (source, accounts, at_gate) = (
            server.source.clone(),
            server.accounts.clone(),
            Arc::clone(&gate),
        );
        let handle = server.run(async move {
            let app = move || {
                let sessions = factory.sessions(source.open().unwrap());
                let on = |path, handler| sessions.behind(web::resource(path).route(handler));
                let read = web::resource("/read/{key}").route(web::to(read));
                App::new()
                    .app_data(Data::from(Arc::clone(&at_gate)))
                    .app_data(Data::new(accounts.clone()))
                    .service(on("/untouched", web::get().to(HttpResponse::Ok)))
                    .service(on("/do/{what:.*}", web::to(work)))
                    .service(sessions.reading(read))
            };
            let server = HttpServer::new(app).workers(2).disable_signals();
            let running = server.listen(listener).unwrap().run();
            let handle = running.handle();
            tokio::spawn(running);
            handle
        });
        Self {
            address,
            handle,
            gate,
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn send(&self, path: &str, cookie: Option<&str>) -> Answer {
        send_with(self.address, "POST", path, cookie, None, "")
    }

    /// Sends a request and comes back when its handler has read the session.
    pub(crate) fn begin(&self, server: &Server, path: &str, cookie: &str) -> Slow<'_> {
        let (address, path, cookie) = (self.address, path.to_owned(), cookie.to_owned());
        let answer = std::thread::spawn(move || {
            send_with(address, "POST", &path, Some(&cookie), None, "X-Gate: 1\r\n")
        });
        server.run(async { self.gate.entered.acquire().await.unwrap().forget() });
        Slow {
            gate: &self.gate,
            answer,
        }
    }
}

impl Slow<'_> {
    pub(crate) fn finish(self) -> Answer {
        self.gate.open.add_permits(1);
        self.answer.join().unwrap()
    }

    /// Lets all of them go on at the same moment.
    pub(crate) fn finish_all(all: Vec<Self>) -> Vec<Answer> {
        for slow in &all {
            slow.gate.open.add_permits(1);
        }
        all.into_iter()
            .map(|slow| slow.answer.join().unwrap())
            .collect()
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

impl Gate {
    async fn pass(&self, request: &HttpRequest) {
        if request.headers().contains_key("x-gate") {
            self.entered.add_permits(1);
            self.open.acquire().await.unwrap().forget();
        }
    }
}

/// The value of a key, as a handler on the short way sees it.
async fn read(
    request: HttpRequest,
    reader: Reader,
    key: Path<String>,
    gate: Data<Gate>,
) -> Result<HttpResponse, Problem> {
    gate.pass(&request).await;
    let mut answer = HttpResponse::build(match key.as_str() {
        "fail" => StatusCode::BAD_GATEWAY,
        _ => StatusCode::OK,
    });
    let name = reader.login().map(|account| account.username.clone()).ok();
    Ok(answer.json((name, reader.get::<Value>(&key)?)))
}

type Accounts = Data<contract::accounts::Accounts>;

async fn work(
    request: HttpRequest,
    visitor: Visitor,
    what: Path<String>,
    gate: Data<Gate>,
    accounts: Accounts,
) -> Result<HttpResponse, Problem> {
    gate.pass(&request).await;
    if let Some(pause) = request.headers().get("x-pause") {
        let pause = pause.to_str().unwrap().parse().unwrap();
        tokio::time::sleep(Duration::from_millis(pause)).await;
    }
    let mut answer = HttpResponse::build(StatusCode::OK);
    match what.split('/').collect::<Vec<_>>()[..] {
        ["login", id] => {
            let account = accounts.by_id(id.parse().unwrap())?.unwrap();
            visitor.log_in(&account, false)?;
        }
        ["read"] => {
            visitor.login()?;
        }
        ["look"] => {}
        ["script"] => library::script(&visitor)?,
        ["set", key, value] => visitor.set(key, value)?,
        ["add", key] => return Ok(answer.json(visitor.increment(key, 1)?)),
        ["clear"] => visitor.clear(),
        ["cycle"] => {
            visitor.login()?;
            visitor.cycle_key();
        }
        ["hour"] => visitor.set_expiry(Expiry::After(Duration::from_secs(3600))),
        ["past"] => visitor.set_expiry(Expiry::At(contract::wire::Timestamp::from_unix(1))),
        ["flush"] => visitor.flush(),
        ["everywhere"] => {
            let id = visitor.login()?.id;
            accounts.end_all_logins(id).await?;
            visitor.flush();
        }
        ["test-cookie", "set"] => visitor.set_test_cookie()?,
        ["test-cookie", "worked"] => return Ok(answer.json(visitor.test_cookie_worked())),
        ["test-cookie", "delete"] => return Ok(answer.json(visitor.delete_test_cookie())),
        ["fail"] => {
            visitor.set("a", 1)?;
            visitor.cycle_key();
            answer.status(StatusCode::BAD_GATEWAY);
        }
        _ => panic!("{what}"),
    }
    Ok(answer.json(visitor.items::<Value, Map<String, Value>>()?))
}
