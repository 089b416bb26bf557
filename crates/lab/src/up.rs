//! `lab up`: starts everything, says where it is, and stops it on Ctrl-C.

use std::process::ExitCode;

use contract::command::{stop_asked, tell};
use lab::running::RunningLab;
use lab::{Lab, LabError, Options};
use tokio::task::spawn_blocking;

use crate::class_verb;
use crate::cli::Up;
use crate::exit;
use crate::screen::{Paint, Screen};

pub(crate) async fn run(up: Up) -> ExitCode {
    let class = up.class.clone();
    let options = up.options().unwrap_or_else(|error| error.exit());
    if class.class {
        let class = class.options(options).unwrap_or_else(|error| error.exit());
        return class_verb::run(class).await;
    }
    let lab = match lab::start(options.clone()).await {
        Ok(lab) => lab,
        Err(error) => return exit::because(error.exit_code(), told(error).await),
    };
    let stop = stop_asked();
    greet(&lab, &options);
    stop.await;
    tell("stopping");
    lab.stop().await;
    ExitCode::SUCCESS
}

/// Who has the port that was asked for, where it is a lab: that need not be stopped.
async fn told(error: LabError) -> String {
    let LabError::PortTaken { port, .. } = error else {
        return error.to_string();
    };
    match spawn_blocking(move || RunningLab::on(port)).await {
        Ok(Some(lab)) => format!(
            "port {port} is taken: {}. Open that one, give another --port, or leave --port out: then the next free one is taken",
            lab.runs_already()
        ),
        _ => error.to_string(),
    }
}

/// A closed pipe on the other side is no reason to stop serving.
fn greet(lab: &Lab, options: &Options) {
    let mut screen = Screen::new();
    if lab.moved {
        screen.line(&format!(
            "Port 8000 is occupied; this lab uses {} instead.\n",
            lab.port
        ));
    }
    let address = screen.paint(Paint::Strong, &lab.address());
    screen.line(&format!(
        "statelab runs. Open this page:\n\n    {address}\n\n"
    ));
    screen.line(&format!(
        "  Store    {}\n  Profile  {}: {}\n  \
         Accounts alice / wonderland, bob / builder, root / toor-toor (admin)",
        lab.store.label,
        options.profile.name(),
        options.profile.meaning()
    ));
    if !options.variants.is_empty() {
        let named = options.variants.iter();
        let named: Vec<String> = named
            .map(|(column, word)| format!("{} {word}", column.id()))
            .collect();
        screen.line(&format!("  Variants {}", named.join(", ")));
    }
    if !lab.store.is_redis() {
        screen.line(
            "\nWithout Redis the page shows what is stored, but no Redis commands, and its line cannot \
             be cut.\nFor all of it: install redis-server, or name a Redis in REDIS_URL. `lab doctor` \
             looks what is there.",
        );
    }
    screen.line(
        "\nIf the page does not open: Firefox and Chrome know that *.localhost is this machine.\n\
         For another browser, add this line to /etc/hosts:\n\n    \
         127.0.0.1 lab.localhost cookie.lab.localhost session.lab.localhost jwt.lab.localhost \
         evil.lab.localhost evil.localhost\n\n\
         Ctrl-C stops everything.",
    );
}
