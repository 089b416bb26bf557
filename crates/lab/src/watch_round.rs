//! One exercise on the screen: its goal, its runs, its hints.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use contract::command::tell;
use harness::{Finding, Outcome};
use lab::exercises::{Asked, Exercise, Progress, Snapshot, Stand, Watched};
use lab::lessons::Language;
use tokio::time::sleep;

use crate::cli::WatchArgs;
use crate::screen::{Paint, Screen};
use crate::watch_words::{Words, words};

/// How often a server that does not answer is asked again.
const PAUSE: Duration = Duration::from_millis(500);

/// What a run came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Came {
    Solved,
    Unsolved,
    /// The server does not start with these settings.
    Unusable,
    /// The learner's own server does not answer.
    Unreachable,
    Left,
}

/// One exercise, tried again and again.
pub(crate) struct Round {
    exercise: &'static Exercise,
    language: Language,
    words: &'static Words,
    folder: PathBuf,
    own: Option<Asked>,
    watched: Watched,
    progress: Progress,
    screen: Screen,
    runs: u32,
    passed: BTreeMap<&'static str, bool>,
    /// Stays up until the next run, for the learner to try.
    stand: Option<Stand>,
}

impl Round {
    pub(crate) fn new(
        exercise: &'static Exercise,
        settings: &WatchArgs,
        watched: Watched,
        progress: Progress,
    ) -> Self {
        Self {
            exercise,
            language: settings.lang,
            words: words(settings.lang),
            folder: settings.dir.clone(),
            own: settings.own(),
            watched,
            progress,
            screen: Screen::new(),
            runs: 0,
            passed: BTreeMap::new(),
            stand: None,
        }
    }

    /// The goal first: what this is about.
    pub(crate) fn greet(&mut self) {
        let (exercise, words) = (self.exercise, self.words);
        let goal = exercise.goal.of(self.language);
        let goal = self.screen.paint(Paint::Strong, goal);
        self.screen.line(&format!("{}: {goal}", words.goal));
        let (name, title) = (&exercise.name, exercise.title.of(self.language));
        self.screen.line(&format!("{name}: {title}"));
        if let Watched::File(file) = &self.watched {
            let (file, program) = (file.display(), exercise.program());
            let of = words.settings_of;
            self.screen
                .line(&format!("{}: {file} ({of} {program})", words.file));
        }
        self.keys();
    }

    /// A folder that was mistyped should not stay behind unnoticed.
    pub(crate) fn made(&mut self, folder: &Path) {
        let line = format!("{} {}", self.words.made, folder.display());
        self.screen.line(&line);
    }

    pub(crate) fn keys(&mut self) {
        self.screen.line(self.words.keys);
    }

    /// All checks once.
    pub(crate) async fn run(&mut self) -> Came {
        if let Some(stand) = self.stand.take() {
            stand.stop().await;
        }
        self.runs += 1;
        self.screen
            .line(&format!("\n{} {}", self.words.run, self.runs));
        let stand = match self.start() {
            Ok(stand) => stand,
            Err(why) => {
                let sentence = format!("{} {why}", self.words.unusable);
                self.screen.line(&sentence);
                return Came::Unusable;
            }
        };
        if self.own.is_some() && !stand.answers().await {
            let sentence = format!("{} {}", self.words.waiting, stand.url());
            self.screen.line(&sentence);
            return Came::Unreachable;
        }
        let mut failed = 0;
        for case in self.exercise.cases() {
            match stand.ask(case).await {
                Ok(finding) => failed += u32::from(!self.show(&finding)),
                Err(error) => {
                    failed += 1;
                    self.screen.line(&format!("  {}  {error}", case.id));
                }
            }
        }
        let url = stand.url();
        self.stand = Some(stand);
        if failed == 0 {
            self.solved();
            return Came::Solved;
        }
        let left = match failed {
            1 => self.words.one_left,
            _ => self.words.left,
        };
        let line = format!("{failed} {left} {}: {url}", self.words.server);
        self.screen.line(&line);
        Came::Unsolved
    }

    /// Waits until the learner's own server answers.
    pub(crate) async fn reachable(&self) {
        loop {
            sleep(PAUSE).await;
            let Ok(stand) = self.start() else { continue };
            if stand.answers().await {
                return;
            }
        }
    }

    fn start(&self) -> Result<Stand, String> {
        match &self.own {
            Some(asked) => Stand::own(self.exercise, asked),
            None => {
                let text = match self.watched.look() {
                    Some(Snapshot::File(content)) => content,
                    _ => Vec::new(),
                };
                let text = String::from_utf8(text).map_err(|error| error.to_string())?;
                Stand::start(self.exercise, &text)
            }
        }
    }

    /// One line, and why not; says whether it passed.
    fn show(&mut self, finding: &Finding) -> bool {
        let (case, words) = (finding.case, self.words);
        let passes = matches!(finding.outcome, Outcome::Pass(_));
        let before = self.passed.insert(case.id, passes);
        let news = match (before, passes) {
            (Some(false), true) => format!(" ({})", words.now),
            (Some(true), false) => format!(" ({})", words.no_more),
            _ => String::new(),
        };
        let (word, paint) = match passes {
            true => (words.passes, Paint::Good),
            false => (words.fails, Paint::Bad),
        };
        let word = self.screen.paint(paint, word);
        let (id, claim) = (case.id, case.claim);
        self.screen.line(&format!("  {word}  {id}  {claim}{news}"));
        if let Outcome::Fail(failure) | Outcome::Broken(failure) = &finding.outcome {
            let (expected, seen) = (words.expected, words.seen);
            self.screen
                .line(&format!("        {expected}: {}", failure.expected));
            self.screen
                .line(&format!("        {seen}: {}", failure.actual));
        } else if !passes {
            self.screen
                .line(&format!("        {}", finding.outcome.name()));
        }
        passes
    }

    fn solved(&mut self) {
        let mut done = self.progress.of(&self.exercise.name);
        done.solved = true;
        self.keep(done);
        let word = self.screen.paint(Paint::Good, self.words.solved);
        let why = self.exercise.why.of(self.language);
        self.screen.line(&format!("{word} {why}"));
        let mut others = Exercise::all().iter();
        let next = others.find(|one| !self.progress.of(&one.name).solved);
        if let Some(next) = next {
            let line = format!("{} lab watch {}", self.words.next, next.name);
            self.screen.line(&line);
        }
    }

    /// The next of three; after the last it is said again.
    pub(crate) fn hint(&mut self) {
        let hints = &self.exercise.hints;
        let mut done = self.progress.of(&self.exercise.name);
        let is_again = done.hints >= hints.len();
        done.hints = (done.hints + 1).min(hints.len());
        self.keep(done);
        let Some(hint) = hints.get(done.hints - 1) else {
            return;
        };
        let (number, all) = (done.hints, hints.len());
        let text = hint.of(self.language);
        let line = format!("{} {number}/{all}: {text}", self.words.hint);
        if is_again {
            self.screen.line(self.words.again);
        }
        self.screen.line(&line);
        if number == all && !is_again {
            self.screen.line(self.words.all_hints);
        }
    }

    fn keep(&mut self, done: lab::exercises::Done) {
        // The exercise goes on; only the next start will not know.
        if let Err(why) = self.progress.set(&self.folder, &self.exercise.name, done) {
            tell(format_args!("warning: {why}"));
        }
    }

    pub(crate) fn leave(&mut self) {
        self.screen.line(&format!("\n{}", self.words.bye));
    }

    pub(crate) fn end(self, code: u8) -> ExitCode {
        self.screen.end(code)
    }
}
