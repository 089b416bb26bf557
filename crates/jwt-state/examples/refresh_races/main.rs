//! Many refreshes of one token at once, again and again: never may two branches of one login
//! live.
//!
//! ```sh
//! cargo run --release -p jwt-state --example refresh_races -- --races 50000
//! ```
//!
//! Starts the server with the embedded store, then with a `redis-server` of its own, each without
//! and with a grace. In each race 16 connections send one refresh token at the same time; then
//! every token that was handed out is sent, and of these at most one may work. Exit code 1: two did,
//! or two were handed out without a grace.

mod race;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use clap::Parser;
use race::{CONNECTIONS, Stand, Tally};
use store::private_redis::{PrivateRedis, on_path};

#[derive(Parser)]
struct Arguments {
    /// Races on each store without a grace; with one it is a tenth, because all are answered then
    #[arg(long, default_value_t = 1000)]
    races: u64,

    /// On this one alone: embedded or redis
    #[arg(long)]
    store: Option<String>,
}

fn main() -> anyhow::Result<ExitCode> {
    let Arguments { races, store: only } = Arguments::parse();
    let folder = tempfile::tempdir()?;
    let binary = on_path().context("there is no redis-server on the PATH")?;
    let redis = PrivateRedis::start(&binary, folder.path())?;
    let settings = [
        ("embedded", None, None),
        ("embedded", None, Some("60s")),
        ("redis", Some(redis.url()), None),
        ("redis", Some(redis.url()), Some("60s")),
    ];
    let (mut live, mut raced, mut won_twice) = (0, 0, 0);
    for (store, url, grace) in settings {
        if only.as_deref().is_some_and(|only| only != store) {
            continue;
        }
        let races = grace.map_or(races, |_| races.div_ceil(10));
        let (tally, took) = run(races, url.as_deref(), grace)?;
        if grace.is_none() {
            won_twice += tally.handed_out.abs_diff(races);
        }
        let grace = grace.unwrap_or("none");
        println!(
            "{store}, grace {grace}: {races} races of {CONNECTIONS} refreshes in {} s: \
             {} tokens handed out; afterwards a login had no live branch {} times, one {} times, \
             more {} times; {} more races had no answer in time",
            took.as_secs(),
            tally.handed_out,
            tally.live[0],
            tally.live[1],
            tally.live[2],
            tally.void,
        );
        live += tally.live[2];
        raced += races;
    }
    redis.stop();
    println!(
        "{raced} races: two branches lived {live} times; without a grace, two refreshes won \
         {won_twice} times"
    );
    match live + won_twice {
        0 => Ok(ExitCode::SUCCESS),
        _ => Ok(ExitCode::FAILURE),
    }
}

fn run(races: u64, url: Option<&str>, grace: Option<&str>) -> anyhow::Result<(Tally, Duration)> {
    let mut stand = Stand::start(url, grace)?;
    let (mut tally, started) = (Tally::default(), Instant::now());
    while tally.races() < races {
        ensure!(tally.void <= races, "the store is too slow for a race");
        let token = stand.new_login()?;
        tally.add(&stand.race(&token)?);
    }
    stand.stop();
    Ok((tally, started.elapsed()))
}
