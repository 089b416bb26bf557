//! `lab`: what `cargo run` starts.

mod attack_verb;
mod attack_words;
mod bench_verb;
mod class_verb;
mod cli;
mod completions_verb;
mod doctor_verb;
mod exit;
mod keys_verb;
mod lesson_report;
mod lesson_words;
mod lessons_verb;
mod screen;
mod up;
mod watch_round;
mod watch_verb;
mod watch_words;

use std::process::ExitCode;

use clap::Parser;

use cli::{Cli, Verb};

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    // What people are told goes to standard output in plain words; the log is for trouble.
    // An attack is to make trouble, and a lesson cuts Redis off: they say what came of it.
    let level = match cli.verb {
        Some(Verb::Attack(_) | Verb::Run(_) | Verb::Watch(_)) => "error",
        _ => "warn,actix_session=error,cookie_state::settings=error",
    };
    env_logger::Builder::from_env(env_logger::Env::default().default_filter_or(level)).init();
    match cli.verb {
        None => up::run(cli.up).await,
        Some(Verb::Up(up)) => up::run(up).await,
        Some(Verb::Run(settings)) => lessons_verb::run(settings).await,
        Some(Verb::Watch(watch)) => watch_verb::run(watch).await,
        Some(Verb::Attack(attack)) => attack_verb::run(attack).await,
        Some(Verb::Doctor(doctor)) => doctor_verb::doctor(doctor).await,
        Some(Verb::Reset(reset)) => doctor_verb::reset(&reset),
        Some(Verb::Bench(bench)) => bench_verb::run(bench).await,
        Some(Verb::Keys(verb)) => keys_verb::run(verb),
        Some(Verb::Completions(wanted)) => completions_verb::run(&wanted),
        Some(Verb::ServeOne(what)) => match lab::bench::serve_one(what).await {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => exit::because(exit::UNEXPECTED, error),
        },
    }
}
