//! What a server may answer while its store is away.

use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::credential::Credential;
use crate::http::{Exchange, Request};
use crate::outcome::Stop;
use crate::set_cookie::SetCookie;
use crate::target::Target;

const IN_TIME: Duration = Duration::from_secs(1);
/// The fastest of so many counts: a busy machine may be slow once.
const TRIES: usize = 3;

/// The answer, when it comes within a second.
pub(super) fn in_time(target: &Target, request: &Request, what: &str) -> Result<Exchange, Stop> {
    let expected = format!("an answer within 1 s: {what}");
    let mut fastest: Option<Exchange> = None;
    for _ in 0..TRIES {
        let exchange = target
            .try_send(request)
            .map_err(|error| Stop::failed_overall(expected.clone(), error.to_string()))?;
        if exchange.took <= IN_TIME {
            return Ok(exchange);
        }
        fastest = fastest
            .filter(|fastest| fastest.took <= exchange.took)
            .or(Some(exchange));
    }
    let slow = fastest.ok_or_else(|| Stop::broken("an answer", "none"))?;
    let actual = format!("{} after {} ms", slow.line(), slow.took.as_millis());
    Err(Stop::failed(expected, actual, &slow))
}

pub(super) fn unavailable(exchange: &Exchange, what: &str) -> Result<(), Stop> {
    let deletes = SetCookie::all(&exchange.response)
        .iter()
        .any(SetCookie::deletes);
    if exchange.response.status == 503 && !deletes {
        return Ok(());
    }
    let expected = format!("503, and the cookie left alone: {what}");
    let actual = format!(
        "{}{}",
        exchange.line(),
        if deletes {
            ", and the cookie deleted"
        } else {
            ""
        }
    );
    Err(Stop::failed(expected, actual, exchange))
}

pub(super) fn closed(target: &Target, exchange: &Exchange, what: &str) -> Result<(), Stop> {
    let refused = exchange.response.is_client_error() || exchange.response.status == 503;
    if refused && target.visitor(exchange).is_none() {
        return Ok(());
    }
    Err(Stop::failed(
        format!("{what} opens nothing"),
        target.told(exchange),
        exchange,
    ))
}

/// How long it took until the same credential worked again.
pub(super) fn back(target: &Target, held: &Credential, within: Duration) -> Result<Duration, Stop> {
    let me = held.attach(target.request(&target.routes.me));
    let since = Instant::now();
    loop {
        let exchange = target.try_send(&me);
        let visitor = exchange
            .as_ref()
            .ok()
            .and_then(|exchange| target.visitor(exchange));
        if visitor.as_deref() == Some(&target.user.username) {
            return Ok(since.elapsed());
        }
        if since.elapsed() > within {
            let expected = format!(
                "the same credential works within {} s of the store's return",
                within.as_secs()
            );
            let actual =
                exchange.map_or_else(|error| error.to_string(), |exchange| exchange.line());
            return Err(Stop::failed_overall(expected, actual));
        }
        sleep(Duration::from_millis(50));
    }
}

/// Set-up: logs out. A store that was away may be so for a moment longer than what
/// needs no store can tell.
pub(super) fn ended(target: &Target, held: &Credential) -> Result<(), Stop> {
    let logout = held.attach(target.request(&target.routes.logout));
    let exchange = target.send_patiently(&logout)?;
    if target.routes.logout.succeeded(exchange.response.status) {
        return Ok(());
    }
    let expected = "a logout with a live credential";
    Err(Stop::broken_by(expected, exchange.line(), &exchange))
}
