//! The lab's own server: the page, the iframes' page, the stream of the view, the buttons.
//!
//! It listens on loopback behind the front. Reading order: [`guard`] is passed by every
//! request, [`page`] and [`columns`] are the answers by host, [`events`] is the stream.

mod assets;
mod attacks;
mod columns;
mod events;
mod export;
mod guard;
mod lures;
mod page;
mod planted;
mod scoreboard;
mod turns;

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;

use actix_web::dev::ServerHandle;
use actix_web::error::{InternalError, JsonPayloadError, QueryPayloadError};
use actix_web::middleware::from_fn;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, ResponseError, web};
use contract::accounts::Accounts;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use crate::attacker::Attacker;
use crate::board::Board;
use crate::class::Seat;
use crate::director::Orders;
use crate::error::LabError;
use crate::hosts::Hosts;
use crate::lure::Attempts;
use crate::start::Options;
use crate::stores::{StoreLabel, Stores};
use crate::view::{Sketch, View};

/// What `localStorage` may hold, as browsers bound it by default, is 5 MiB; ours holds two tokens.
const MAX_BODY: usize = 256 * 1024;
/// Open pages at once.
const MAX_STREAMS: usize = 16;

/// What the handlers share.
struct Shared {
    hosts: Hosts,
    board: Arc<Board>,
    orders: Orders,
    accounts: Accounts,
    store: StoreLabel,
    token: guard::Token,
    streams: Arc<Semaphore>,
    attacks: Arc<Semaphore>,
    attacker: Attacker,
    attempts: Attempts,
    turns: turns::Turns,
    stores: Arc<Stores>,
    rounds: scoreboard::Rounds,
    /// In the room of a class.
    seat: Option<Seat>,
}

impl Shared {
    fn view(&self) -> View {
        let sketch = |state: &_, revision| Sketch::of(state, revision, self.hosts, &self.store);
        self.board.read(sketch).draw()
    }
}

/// The server that runs.
pub(crate) struct Control {
    pub(crate) address: SocketAddr,
    handle: ServerHandle,
    task: JoinHandle<std::io::Result<()>>,
}

impl Control {
    /// Stops at once: its streams would never end by themselves.
    pub(crate) async fn stop(self) {
        self.handle.stop(false).await;
        if let Err(error) = self.task.await {
            log::error!("the page's server ended badly: {error}");
        }
    }
}

/// What cannot be read is said to be so, in words of our own: a parser's repeat what was sent.
fn no_order(error: JsonPayloadError, _: &HttpRequest) -> actix_web::Error {
    let status = error.status_code();
    let sentence = "This is no order that the lab knows: reload the page.\n";
    InternalError::from_response(error, HttpResponse::build(status).body(sentence)).into()
}

/// The same of an address that lacks something.
fn no_such_address(error: QueryPayloadError, _: &HttpRequest) -> actix_web::Error {
    let sentence = "This address lacks something: begin on the lab's page.\n";
    InternalError::from_response(error, HttpResponse::BadRequest().body(sentence)).into()
}

/// Starts it.
pub(crate) fn start(
    hosts: Hosts,
    board: Arc<Board>,
    orders: Orders,
    accounts: Accounts,
    attacker: Attacker,
    stores: Arc<Stores>,
    started_with: Options,
) -> Result<Control, LabError> {
    let streams = Arc::new(Semaphore::new(MAX_STREAMS));
    let shared = Shared {
        hosts,
        board,
        orders,
        accounts,
        store: stores.label.clone(),
        token: guard::Token::random(),
        streams,
        attacks: Arc::new(Semaphore::new(attacks::AT_ONCE)),
        attacker,
        attempts: Attempts::default(),
        turns: turns::Turns::free(),
        stores,
        seat: started_with.seat.clone(),
        // What it measures in a second lab is not reached by visitors.
        rounds: scoreboard::Rounds::of(Options {
            seat: None,
            ..started_with
        }),
    };
    let shared = web::Data::new(shared);
    let failed = |source| LabError::System {
        what: "the page's server cannot listen",
        source,
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let server = HttpServer::new(move || {
        App::new()
            .app_data(shared.clone())
            .app_data(
                web::JsonConfig::default()
                    .limit(MAX_BODY)
                    .error_handler(no_order),
            )
            .app_data(web::QueryConfig::default().error_handler(no_such_address))
            .service(
                web::scope("/__lab")
                    .configure(page::routes)
                    .configure(lures::orders)
                    .configure(columns::routes),
            )
            .service(lures::pages())
            .service(page::assets())
            .wrap(from_fn(guard::check))
    })
    .workers(1)
    // A page that is gone closes its connection; without this its stream would last until the
    // next write fails.
    .h1_allow_half_closed(false)
    .disable_signals()
    .listen(listener)
    .map_err(failed)?
    .run();
    let handle = server.handle();
    Ok(Control {
        address,
        handle,
        task: tokio::spawn(server),
    })
}
