//! `lab watch`: an exercise, checked again each time the learner saves.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use contract::command::stop_asked;
use lab::exercises::{Exercise, Progress, Watched};
use tokio::sync::mpsc;
use tokio::time::sleep;

use crate::cli::WatchArgs;
use crate::exit;
use crate::screen::Screen;
use crate::watch_round::{Came, Round};

/// How often is looked whether something was saved. Two looks have to agree: an editor may be in
/// the middle of it.
const PAUSE: Duration = Duration::from_millis(200);

pub(crate) async fn run(settings: WatchArgs) -> ExitCode {
    let progress = match Progress::read(&settings.dir) {
        Ok(progress) => progress,
        Err(why) => return exit::because(exit::USAGE, why),
    };
    if settings.list {
        return list(&settings, &progress);
    }
    let unsolved = Exercise::all()
        .iter()
        .find(|one| !progress.of(&one.name).solved);
    let chosen = settings.exercise.or(unsolved);
    let Some(exercise) = chosen.or(Exercise::all().first()) else {
        return exit::because(exit::UNEXPECTED, "there is no exercise");
    };
    let is_new = !settings.dir.exists();
    let watched = match settings.own() {
        Some(_) => Watched::Folder(settings.dir.clone()),
        None => match settings_file(&settings, exercise) {
            Ok(file) => Watched::File(file),
            Err(why) => return exit::because(exit::USAGE, why),
        },
    };
    let mut round = Round::new(exercise, &settings, watched.clone(), progress);
    let stop = stop_asked();
    round.greet();
    if is_new && settings.dir.exists() {
        round.made(&settings.dir);
    }
    let ended = tokio::select! {
        ended = walk(&mut round, &watched, settings.once) => Some(ended),
        () = stop => None,
    };
    let Some(came) = ended else {
        round.leave();
        // A check that is under way is not waited for.
        std::process::exit(0);
    };
    match came {
        Came::Solved | Came::Left => round.end(0),
        Came::Unsolved => round.end(exit::UNEXPECTED),
        Came::Unreachable => round.end(exit::NOT_THERE),
        Came::Unusable => round.end(exit::USAGE),
    }
}

/// Until it is solved or the learner leaves; with `once` the first time round.
async fn walk(round: &mut Round, watched: &Watched, once: bool) -> Came {
    let (mut keys, mut somebody_types) = (keys(), true);
    let mut seen = watched.look();
    let mut came = round.run().await;
    loop {
        if once || matches!(came, Came::Solved) {
            return came;
        }
        tokio::select! {
            key = keys.recv(), if somebody_types => match key.as_deref().map(str::trim) {
                Some("h") => round.hint(),
                Some("r") => came = round.run().await,
                Some("q") => {
                    round.leave();
                    return Came::Left;
                }
                Some(_) => round.keys(),
                // What is saved still counts.
                None => somebody_types = false,
            },
            () = round.reachable(), if came == Came::Unreachable => came = round.run().await,
            changed = change(watched, &seen) => {
                seen = changed;
                came = round.run().await;
            }
        }
    }
}

/// Waits until something else stands there, and stands still.
async fn change(
    watched: &Watched,
    seen: &Option<lab::exercises::Snapshot>,
) -> Option<lab::exercises::Snapshot> {
    loop {
        sleep(PAUSE).await;
        let now = watched.look();
        if now.is_none() || now == *seen {
            continue;
        }
        sleep(PAUSE).await;
        if watched.look() == now {
            return now;
        }
    }
}

/// What is typed, line by line. A thread of its own, because reading cannot be given up: one of
/// the runtime's would keep the program from ending.
fn keys() -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel(8);
    std::thread::spawn(move || {
        for line in std::io::stdin().lines().map_while(Result::ok) {
            if sender.blocking_send(line).is_err() {
                break;
            }
        }
    });
    receiver
}

/// The file with the settings; one that is there stays as it is.
fn settings_file(settings: &WatchArgs, exercise: &Exercise) -> Result<PathBuf, String> {
    let file = settings.dir.join(format!("{}.toml", exercise.name));
    let made = std::fs::create_dir_all(&settings.dir).and_then(|()| {
        if file.exists() {
            return Ok(());
        }
        std::fs::write(&file, exercise.begin.trim_start())
    });
    made.map_err(|error| format!("{} cannot be made: {error}", file.display()))?;
    Ok(file)
}

fn list(settings: &WatchArgs, progress: &Progress) -> ExitCode {
    let mut screen = Screen::new();
    for exercise in Exercise::all() {
        let mark = match progress.of(&exercise.name).solved {
            true => "x",
            false => " ",
        };
        let title = exercise.title.of(settings.lang);
        let goal = exercise.goal.of(settings.lang);
        screen.line(&format!("[{mark}] {:<10}{title}: {goal}", exercise.name));
    }
    screen.end(0)
}
