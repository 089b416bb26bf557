//! What accounts cost: `cargo run --release -p contract --example accounts_cost`
//!
//! Prints the time of one look-up in memory and in a file, and the resident
//! memory before and after 1,000 logins, 64 at a time.

use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::time::Instant;

use contract::accounts::Accounts;

const LOOKUPS: u32 = 200_000;
const LOGINS: usize = 1_000;
const AT_ONCE: usize = 64;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::temp_dir().join(format!("accounts-cost-{}.sqlite", std::process::id()));
    let outcome = measure(&file).await;
    for side_file in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{side_file}", file.display()));
    }
    outcome
}

async fn measure(file: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let accounts = Accounts::in_memory()?;
    lookups("in memory", &accounts)?;
    lookups("in a file", &Accounts::at(file)?)?;

    let before = resident_kib();
    let (begun, mut logged_in) = (Instant::now(), 0);
    while logged_in < LOGINS {
        let at_once = AT_ONCE.min(LOGINS - logged_in);
        let logins: Vec<_> = (0..at_once)
            .map(|_| {
                let accounts = accounts.clone();
                let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
                tokio::spawn(async move {
                    accounts
                        .authenticate("alice", &"wonderland".into(), here)
                        .await
                })
            })
            .collect();
        for login in logins {
            login.await??;
        }
        logged_in += at_once;
    }
    println!(
        "{LOGINS} logins, {AT_ONCE} at once: {:.1} s",
        begun.elapsed().as_secs_f64()
    );
    match (before, resident_kib()) {
        (Some((before, _)), Some((after, peak))) => {
            println!("resident KiB: {before} before, {after} after, {peak} at most");
        }
        _ => println!("resident memory: only measured on Linux"),
    }
    Ok(())
}

fn lookups(place: &str, accounts: &Accounts) -> Result<(), Box<dyn std::error::Error>> {
    let begun = Instant::now();
    for n in 0..LOOKUPS {
        std::hint::black_box(accounts.by_id(i64::from(n % 3) + 1)?);
    }
    println!(
        "look-up {place}: {:.2} µs",
        begun.elapsed().as_secs_f64() * 1e6 / f64::from(LOOKUPS)
    );
    Ok(())
}

/// Resident now, and at most so far.
fn resident_kib() -> Option<(u64, u64)> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let field = |name| {
        let line = status.lines().find(|line| line.starts_with(name))?;
        line.split_whitespace().nth(1)?.parse().ok()
    };
    Some((field("VmRSS:")?, field("VmHWM:")?))
}
