//! The `main` that the three binaries share.

use std::{
    ffi::OsString,
    fmt::Display,
    io::{self, Write},
    process::ExitCode,
};

use clap::{Parser, parser::ValueSource};
use store::Source;

use crate::{Running, Services, StartError, settings::Common};

/// Reads the settings, starts the server, and stops it on Ctrl-C or SIGTERM.
///
/// Exit codes: 0 stopped as asked, 1 it did not start, 2 the settings are wrong, alone or together.
pub async fn main<S: Parser>(
    common: impl Fn(&S) -> &Common,
    start: impl Fn(&S, &Services) -> Result<Running, StartError>,
) -> ExitCode {
    env_logger::Builder::from_env(
        env_logger::Env::default()
            .default_filter_or("info,actix_http=off,actix_server=warn,actix_session=error"),
    )
    .init();
    let settings: S = match read(std::env::args_os()) {
        Ok(settings) => settings,
        Err(error) => error.exit(),
    };
    match run(&settings, common(&settings), start).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tell(format_args!("error: {error}"));
            ExitCode::from(error.exit_code())
        }
    }
}

async fn run<S: Parser>(
    settings: &S,
    common: &Common,
    start: impl Fn(&S, &Services) -> Result<Running, StartError>,
) -> Result<(), StartError> {
    let services = Services::open(common)?;
    let running = start(settings, &services)?;
    let store = if common.redis.is_some() || common.redis_url_file.is_some() {
        "Redis"
    } else {
        "this process"
    };
    let accounts = common
        .accounts
        .as_ref()
        .map_or("memory".to_owned(), |f| f.display().to_string());
    let stop = stop_asked();
    tokio::pin!(stop);
    line(
        io::stdout(),
        format_args!(
            "{} listens on http://{} (profile {}; state in {store}; accounts in {accounts}). Ctrl-C stops it.",
            S::command().get_name(),
            running.address,
            common.profile,
        ),
    );
    tokio::select! {
        () = &mut stop => {}
        () = look_for(&services.store) => stop.await,
    }
    running.stop().await;
    Ok(())
}

/// A server starts without its Redis, and answers 503 until it is there. Who has just started it
/// should not learn that from a 503.
async fn look_for(store: &Source) {
    let asked = async { store.open()?.ping().await };
    if let Err(error) = asked.await {
        tell(format_args!(
            "warning: {error} Until it answers, what needs the store is refused with 503; no restart is needed."
        ));
    }
}

/// A line on standard error. Where nobody reads it any more there is nobody to be told: a closed
/// pipe must neither end a server nor turn an exit code into that of a panic, as `eprintln!` does.
pub fn tell(what: impl Display) {
    line(io::stderr(), what);
}

fn line(mut out: impl Write, what: impl Display) {
    let written = out.write_all(format!("{what}\n").as_bytes());
    let _ = written.and_then(|()| out.flush());
}

fn read<S: Parser>(arguments: impl Iterator<Item = OsString>) -> Result<S, clap::Error> {
    let mut command = S::command();
    let matches = command.try_get_matches_from_mut(arguments)?;
    // Every user of the machine can read a command line.
    let on_command_line = matches.value_source("redis") == Some(ValueSource::CommandLine);
    let url = matches.get_one::<crate::settings::RedisUrl>("redis");
    if on_command_line && url.is_some_and(crate::settings::RedisUrl::has_password) {
        return Err(command.error(
            clap::error::ErrorKind::ArgumentConflict,
            "a password on the command line can be read by every user of this machine: \
             put the URL into the variable REDIS_URL or into a file for --redis-url-file",
        ));
    }
    S::from_arg_matches(&matches)
}

/// Ends at Ctrl-C or, where there is such a thing, SIGTERM. Both are caught from the call on, not
/// from the first poll: whoever reads that a server runs may stop it at once.
pub fn stop_asked() -> impl Future<Output = ()> {
    #[cfg(unix)]
    let caught = {
        use tokio::signal::unix::{SignalKind, signal};
        let interrupt = signal(SignalKind::interrupt());
        interrupt.and_then(|interrupt| Ok((interrupt, signal(SignalKind::terminate())?)))
    };
    async move {
        #[cfg(unix)]
        match caught {
            Ok((mut interrupt, mut terminate)) => {
                tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
                return;
            }
            Err(error) => log::warn!("signals cannot be caught: {error}"),
        }
        if let Err(error) = tokio::signal::ctrl_c().await {
            log::warn!("Ctrl-C cannot be caught: {error}");
        }
    }
}
