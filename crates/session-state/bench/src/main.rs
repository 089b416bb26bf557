//! What `GET /me` costs, side by side in one run: session-state; a hand-written handler that does
//! one `GETEX` on a multiplexed connection per worker; and actix-session with its own Redis store,
//! in two settings. `actix-sliding` does what session-state does: each use begins the idle time
//! anew. `actix-default` does less: it reads.
//!
//! Each is a process of its own with one worker, beside a private `redis-server`. They take many
//! short turns, so that what else the machine does hits all of them alike. Read the ratios: each is
//! of two turns of one round. The rates depend on the machine, and on two cores the load and Redis
//! take a good part of it.
//!
//! ```sh
//! cargo run --release --manifest-path crates/session-state/bench/Cargo.toml
//! ```

mod load;
mod rigs;

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context, bail};
use clap::Parser;
use rigs::Rig;
use store::private_redis::{self, PrivateRedis};

/// What `GET /me` costs.
#[derive(Parser)]
struct Arguments {
    /// Rounds; in each, every rig has its turn
    #[arg(long, default_value_t = 41)]
    rounds: usize,
    /// How long a turn is, in milliseconds
    #[arg(long, default_value_t = 300)]
    turn: u64,
    /// Be one of the rigs, with the Redis at REDIS_URL
    #[arg(long, hide = true)]
    rig: Option<Rig>,
}

/// A rig that runs.
struct Running {
    rig: Rig,
    child: Child,
    request: Vec<u8>,
    address: std::net::SocketAddr,
    rounds: Vec<Round>,
}

/// What one turn showed.
struct Round {
    per_second: f64,
    micros: f64,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    if let Some(rig) = arguments.rig {
        return rigs::serve(rig);
    }
    let directory = tempfile::tempdir()?;
    let binary = private_redis::on_path().context("redis-server is not on the PATH")?;
    // On a port: actix-session's store takes no socket.
    let port = std::net::TcpListener::bind("127.0.0.1:0")?
        .local_addr()?
        .port();
    let settings = format!("port {port}\nbind 127.0.0.1");
    let redis = PrivateRedis::start_with(&binary, directory.path(), &settings)?;
    let mut rigs = Vec::new();
    for rig in Rig::ALL {
        rigs.push(Running::start(rig, port)?);
    }
    let turn = Duration::from_millis(arguments.turn);
    for round in 0..=arguments.rounds {
        for rig in &mut rigs {
            let seen = rig.turn(turn)?;
            // The first warms up.
            if round > 0 {
                rig.rounds.push(seen);
            }
        }
        eprintln!("round {round} of {}", arguments.rounds);
    }
    print(&rigs);
    drop(redis);
    Ok(())
}

impl Running {
    fn start(rig: Rig, port: u16) -> anyhow::Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["--rig", rig.name()])
            .env("REDIS_URL", format!("redis://127.0.0.1:{port}"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        let output = child.stdout.take().context("its output")?;
        BufReader::new(output).read_line(&mut line)?;
        let address = line
            .trim()
            .parse()
            .context("it did not say where it listens")?;
        let cookie = load::log_in(address)?;
        let request = format!(
            "GET /me HTTP/1.1\r\nHost: {address}\r\nAccept: application/json\r\nCookie: {cookie}\r\n\r\n"
        );
        let running = Self {
            rig,
            child,
            request: request.into_bytes(),
            address,
            rounds: Vec::new(),
        };
        let answer = load::once(address, &running.request)?;
        if !answer.starts_with("HTTP/1.1 200") {
            bail!("{} answered {answer}", rig.name());
        }
        eprintln!(
            "{}: {}",
            rig.name(),
            answer.rsplit("\r\n").next().unwrap_or_default()
        );
        Ok(running)
    }

    fn turn(&self, lasts: Duration) -> anyhow::Result<Round> {
        let before = load::cpu(self.child.id())?;
        let (count, took) = load::steadily(self.address, &self.request, lasts)?;
        let used = load::cpu(self.child.id())? - before;
        Ok(Round {
            per_second: count as f64 / took.as_secs_f64(),
            micros: used.as_secs_f64() * 1e6 / count as f64,
        })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn print(rigs: &[Running]) {
    println!(
        "GET /me, one worker, {} connections; median (lower to upper quartile) of {} rounds",
        load::CONNECTIONS,
        rigs[0].rounds.len()
    );
    println!();
    println!(
        "| rig | requests/s | CPU µs a request | CPU of by-hand | requests/s of actix-sliding | of actix-default |"
    );
    println!("|---|---|---|---|---|---|");
    let rounds_of = |which| {
        let found = rigs.iter().find(|running| running.rig == which);
        &found.expect("all rigs run").rounds
    };
    for Running { rig, rounds, .. } in rigs {
        let against = |other: &[Round], of: fn(&Round) -> f64| {
            spread(
                rounds
                    .iter()
                    .zip(other)
                    .map(|(own, other)| of(own) / of(other)),
                2,
            )
        };
        println!(
            "| {} | {} | {} | × {} | × {} | × {} |",
            rig.name(),
            spread(rounds.iter().map(|round| round.per_second), 0),
            spread(rounds.iter().map(|round| round.micros), 1),
            against(rounds_of(Rig::ByHand), |round| round.micros),
            against(rounds_of(Rig::ActixSliding), |round| round.per_second),
            against(rounds_of(Rig::ActixDefault), |round| round.per_second),
        );
    }
}

fn spread(figures: impl Iterator<Item = f64>, places: usize) -> String {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_by(f64::total_cmp);
    let at = |quarter| figures.get(figures.len().saturating_sub(1) * quarter / 4);
    let [Some(lower), Some(median), Some(upper)] = [1, 2, 3].map(at) else {
        return String::new();
    };
    format!("{median:.places$} ({lower:.places$} to {upper:.places$})")
}
