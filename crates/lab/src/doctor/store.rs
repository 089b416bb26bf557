//! Which store a lab would take.

use store::private_redis;

use super::{Finding, State};
use crate::stores::{RedisServer, StoreChoice};

/// `GETEX` came with it, which renews a session in one round trip.
const OLDEST: (u32, u32) = (6, 2);

pub(super) async fn look(choice: &StoreChoice) -> Finding {
    match choice {
        StoreChoice::Embedded => finding(State::Fine, "in the lab's own process, as asked"),
        StoreChoice::Redis(url) => match RedisServer::named(url).await {
            Ok(server) => judged(server).await,
            Err(error) => finding(State::Trouble, error.to_string()),
        },
        StoreChoice::Auto => match RedisServer::private().await {
            Some(server) => judged(server).await,
            None => without(),
        },
    }
}

async fn judged(server: RedisServer) -> Finding {
    let label = server.label().to_owned();
    server.close().await;
    match version(&label) {
        Some(version) if version < OLDEST => finding(State::Trouble, label)
            .hint("The servers need Redis 6.2 or newer. Without REDIS_URL and with --embedded the lab needs none."),
        _ => finding(State::Fine, label),
    }
}

/// Of `Redis 7.0.15 at …`; a version that nobody can read is not judged.
fn version(label: &str) -> Option<(u32, u32)> {
    let mut numbers = label.strip_prefix("Redis ")?.split(['.', ' ', ',']);
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

fn without() -> Finding {
    let says = match private_redis::on_path() {
        None => "in the lab's own process: there is no redis-server on the PATH",
        Some(_) => "in the lab's own process: the redis-server on the PATH does not start",
    };
    finding(State::Note, says).hint(
        "Everything works, but no Redis commands are shown. Install redis-server, or name a Redis in REDIS_URL.",
    )
}

fn finding(state: State, says: impl Into<String>) -> Finding {
    Finding::new("store", state, says)
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn versions_are_read_off_the_label() {
        assert_eq!(version("Redis 7.0.15, started for this lab"), Some((7, 0)));
        assert_eq!(version("Redis 6.0.16 at 127.0.0.1:6379"), Some((6, 0)));
        assert_eq!(version("Redis of unknown version at x"), None);
        assert!(version("Redis 10.1 at x") > Some(super::OLDEST));
    }
}
