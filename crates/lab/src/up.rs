//! `lab up`: starts everything, says where it is, and stops it on Ctrl-C.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use lab::{Lab, Options};

use crate::cli::Up;

pub(crate) async fn run(up: Up) -> ExitCode {
    let options = up.options().unwrap_or_else(|error| error.exit());
    let lab = match lab::start(options.clone()).await {
        Ok(lab) => lab,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::from(error.exit_code());
        }
    };
    // A closed pipe on the other side is no reason to stop serving.
    let _ = greet(&lab, &options);
    stop_asked().await;
    eprintln!("stopping");
    lab.stop().await;
    ExitCode::SUCCESS
}

fn greet(lab: &Lab, options: &Options) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    let address = lab.address();
    // https://no-color.org: any value that is not empty turns colour off.
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let (on, off) = if out.is_terminal() && !plain {
        ("\x1b[1m", "\x1b[0m")
    } else {
        ("", "")
    };
    if lab.moved {
        writeln!(
            out,
            "Port 8000 is occupied; this lab uses {} instead.\n",
            lab.port
        )?;
    }
    writeln!(
        out,
        "statelab runs. Open this page:\n\n    {on}{address}{off}\n"
    )?;
    writeln!(out, "  Store    {}", lab.store.label)?;
    writeln!(
        out,
        "  Profile  {}: {}",
        options.profile.name(),
        options.profile.meaning()
    )?;
    writeln!(
        out,
        "  Accounts alice / wonderland, bob / builder, root / toor-toor (admin)\n"
    )?;
    writeln!(
        out,
        "If the page does not open: Firefox and Chrome know that *.localhost is this machine.\n\
         For another browser, add this line to /etc/hosts:\n\n    \
         127.0.0.1 lab.localhost cookie.lab.localhost session.lab.localhost jwt.lab.localhost\n"
    )?;
    writeln!(out, "Ctrl-C stops everything.")?;
    out.flush()
}

/// Waits for Ctrl-C or, where there is such a thing, SIGTERM.
async fn stop_asked() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    if let Err(error) = tokio::signal::ctrl_c().await {
        log::warn!("Ctrl-C cannot be caught: {error}");
    }
}
