//! `lab run`: a lesson in the terminal, every verdict compared with what the lesson says.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use contract::command::tell;
use lab::column::Column;
use lab::lessons::drawn::{self, Drawing};
use lab::lessons::{Language, Lesson, Played, lessons, play};
use lab::running::RunningLab;
use lab::verdict::Word;
use lab::{LabError, Options, Profile};
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use crate::cli::RunArgs;
use crate::exit;
use crate::lesson_report::{LessonReport, Measured, Report, StepReport};
use crate::lesson_words::{self, padded};
use crate::screen::{Paint, Screen};

pub(crate) async fn run(settings: RunArgs) -> ExitCode {
    let name = settings.name.clone();
    let chosen: Vec<&'static Lesson> = match lessons().iter().find(|one| one.name == name) {
        Some(lesson) => vec![lesson],
        None if name == "all" => lessons().iter().collect(),
        None => {
            let names = lessons().iter().map(|one| one.name.as_str());
            let names: Vec<&str> = std::iter::once("all").chain(names).collect();
            return exit::unknown("lesson", &name, &names);
        }
    };
    let (language, json) = (settings.lang, settings.json);
    let diagrams = settings.diagrams.clone();
    if let Some(folder) = &diagrams
        && !folder.exists()
    {
        tell(format_args!(
            "{} is not there, and is made",
            folder.display()
        ));
    }
    if let Some(folder) = &diagrams
        && let Err(error) = fs::create_dir_all(folder.join(PICTURES))
            .and_then(|()| tempfile::tempfile_in(folder.join(PICTURES)).map(drop))
    {
        // Before, and not after all of them were played.
        let why = format!("cannot write into {}: {error}", folder.display());
        return exit::because(exit::USAGE, why);
    }
    let options = settings.options().unwrap_or_else(|error| error.exit());
    let profile = options.profile;
    let mut telling = Telling {
        screen: Screen::new(),
        language,
        json,
    };
    match walk(&chosen, options, &mut telling).await {
        Ok((report, drawings)) => {
            if let Some(folder) = diagrams
                && let Err(error) = keep(&folder, &drawings, profile)
            {
                let why = format!("cannot write into {}: {error}", folder.display());
                return exit::because(exit::UNEXPECTED, why);
            }
            if json {
                telling.screen.json(&report);
            }
            telling.screen.end(report.exit_code())
        }
        Err(error) => exit::because(error.exit_code(), error),
    }
}

/// The folder of the pictures, beside the page.
const PICTURES: &str = "lessons";

/// Starts a lab of its own for them.
async fn walk(
    chosen: &[&'static Lesson],
    options: Options,
    telling: &mut Telling,
) -> Result<(Report, Vec<Drawing>), LabError> {
    let profile = options.profile;
    let lab = lab::start(options).await?;
    let (port, store) = (lab.port, lab.store.clone());
    telling.say(&lesson_words::place(telling.language, profile, &store));
    let mut report = Report::new(profile, &store);
    let has_redis = store.is_redis();
    let mut drawings = Vec::new();
    for &lesson in chosen {
        telling.begin(lesson);
        let (told, mut steps) = mpsc::unbounded_channel();
        // It waits for answers, and must not do so on a thread that serves others.
        let playing = spawn_blocking(move || {
            let lab = RunningLab::on(port).ok_or("the lab does not answer")?;
            let mut drawing = Drawing::new(lesson);
            let tell = |played: &Played<'static>| {
                drawing.add(played);
                // Without a listener the program is ending.
                let _ = told.send(StepReport::of(played, profile));
            };
            let good = play(&lab, lesson, profile, tell).map_err(|error| error.to_string())?;
            Ok((good, drawing))
        });
        let mut played = LessonReport::begun(lesson);
        while let Some(step) = steps.recv().await {
            telling.step(&step);
            played.steps.push(step);
        }
        let ended = playing.await;
        let ended: Result<_, String> = ended.unwrap_or_else(|error| Err(error.to_string()));
        match ended {
            Ok((good, drawing)) => {
                played.as_expected = good;
                drawings.push(drawing);
            }
            Err(why) => {
                lab.stop().await;
                return Err(LabError::Lesson(why));
            }
        }
        played.left_out = lesson.steps.len() - lesson.possible(has_redis).len();
        telling.end(lesson, played.left_out);
        report.lessons.push(played);
    }
    lab.stop().await;
    Ok((report, drawings))
}

/// The page, and a picture for each lesson in a folder beside it.
fn keep(folder: &Path, drawings: &[Drawing], profile: Profile) -> std::io::Result<()> {
    let pictures = folder.join(PICTURES);
    for drawing in drawings {
        let name = format!("{}.svg", drawing.lesson.name);
        fs::write(pictures.join(name), drawn::picture(drawing))?;
    }
    fs::write(folder.join("lessons.md"), drawn::page(drawings, profile))
}

/// Words on standard output; with `--json` only the progress, on standard error.
struct Telling {
    screen: Screen,
    language: Language,
    json: bool,
}

impl Telling {
    fn say(&mut self, text: &str) {
        if !self.json {
            self.screen.line(text);
        }
    }

    fn begin(&mut self, lesson: &Lesson) {
        if self.json {
            tell(&lesson.name);
        }
        let (title, goal) = (
            lesson.title.of(self.language),
            lesson.goal.of(self.language),
        );
        let name = self.screen.paint(Paint::Strong, &lesson.name);
        self.say(&format!("\n{name}: {title}\n  {goal}"));
    }

    fn step(&mut self, step: &StepReport) {
        if let Some(ask) = step.ask {
            self.say(&format!("  ? {}", ask.of(self.language)));
        }
        let did = lesson_words::deed(self.language, step);
        match step.verdicts {
            Some(words) => {
                let paint = if step.as_expected {
                    Paint::Good
                } else {
                    Paint::Bad
                };
                let mark = lesson_words::mark(self.language, step.as_expected);
                let mark = self.screen.paint(paint, mark);
                let did = padded(&did, 13);
                let [cookie, session, jwt] =
                    [words.cookie, words.session, words.jwt].map(Word::text);
                self.say(&format!(
                    "  > {did} cookie {cookie:<12} session {session:<12} jwt {jwt:<12} {mark}"
                ));
            }
            None => self.say(&format!("  > {did}")),
        }
        if let Some(measured) = &step.measured {
            self.measured(measured);
        }
        if let Some(explain) = step.explain {
            self.say(&format!("    {}", explain.of(self.language)));
        }
    }

    /// In the order of the columns; the mark of the line above says whether that was expected.
    fn measured(&mut self, measured: &Measured) {
        let figures = [measured.cookie, measured.session, measured.jwt];
        let said = |(column, figure): (Column, Option<u64>)| {
            let mark = match measured.most.contains(&column) {
                true => lesson_words::most(self.language),
                false => "",
            };
            let figure = figure.map_or("?".to_owned(), |figure| figure.to_string());
            format!("{} {}", column.id(), padded(&format!("{figure}{mark}"), 13))
        };
        let figures = Column::ALL.into_iter().zip(figures).map(said);
        let figures: Vec<String> = figures.collect();
        let what = lesson_words::measure(self.language, measured.measure);
        self.say(&format!("    {}{what}", figures.join("")));
    }

    fn end(&mut self, lesson: &Lesson, left_out: usize) {
        if left_out > 0 {
            let left_out = lesson_words::left_out(self.language, left_out);
            self.say(&format!("  {left_out}"));
        }
        let change = lesson_words::change(self.language, lesson.change.of(self.language));
        self.say(&format!("  {change}"));
    }
}
