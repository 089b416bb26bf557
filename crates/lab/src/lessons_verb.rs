//! `lab run`: a lesson in the terminal, every verdict compared with what the lesson says.

use std::process::ExitCode;

use lab::lessons::{Lesson, Played, lessons, play};
use lab::running::RunningLab;
use lab::verdict::Word;
use lab::{LabError, Options};
use tokio::task::spawn_blocking;

use crate::cli::RunArgs;

pub(crate) async fn run(settings: RunArgs) -> ExitCode {
    let name = settings.name.clone();
    let chosen: Vec<&'static Lesson> = match lessons().iter().find(|one| one.name == name) {
        Some(lesson) => vec![lesson],
        None if name == "all" => lessons().iter().collect(),
        None => {
            let names: Vec<&str> = lessons().iter().map(|one| one.name.as_str()).collect();
            eprintln!(
                "error: there is no lesson `{name}`; there are: all, {}",
                names.join(", ")
            );
            return ExitCode::from(2);
        }
    };
    let options = settings.options().unwrap_or_else(|error| error.exit());
    match walk(chosen, options).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}

/// Starts a lab of its own for them; `false` when a verdict was not the expected one.
async fn walk(chosen: Vec<&'static Lesson>, options: Options) -> Result<bool, LabError> {
    let profile = options.profile;
    let lab = lab::start(options).await?;
    let (port, store) = (lab.port, lab.store.clone());
    println!("profile {}, {}", profile.name(), store.label);
    let played = spawn_blocking(move || {
        let lab = RunningLab::on(port).ok_or("the lab does not answer")?;
        let mut good = true;
        for lesson in chosen {
            println!(
                "\n{}: {}\n  {}",
                lesson.name, lesson.title.en, lesson.goal.en
            );
            if lesson.needs_redis && !store.is_redis() {
                println!("  not played: it breaks the line to Redis, and there is none here");
                continue;
            }
            let all = play(&lab, lesson, profile, tell).map_err(|error| error.to_string())?;
            println!("  what would change this: {}", lesson.change.en);
            good &= all;
        }
        Ok::<bool, String>(good)
    });
    let outcome = played.await;
    lab.stop().await;
    outcome
        .map_err(|error| LabError::Lesson(error.to_string()))?
        .map_err(LabError::Lesson)
}

fn tell(played: &Played<'_>) {
    let step = played.step;
    if let Some(ask) = &step.ask {
        println!("  ? {}", ask.en);
    }
    let account = step.account.as_deref().unwrap_or_default();
    let did = format!("{} {account}", step.act.name());
    match played.words {
        Some(words) => {
            let mark = if played.as_expected {
                "ok"
            } else {
                "OTHER THAN THE LESSON SAYS"
            };
            let [cookie, session, jwt] = words.map(Word::text);
            println!(
                "  > {did:<13} cookie {cookie:<12} session {session:<12} jwt {jwt:<12} {mark}"
            );
        }
        None => println!("  > {}", did.trim_end()),
    }
    if let Some(explain) = &step.explain {
        println!("    {}", explain.en);
    }
}
