//! Lessons on paper: a page of text and a picture for each, from a run.
//!
//! A picture is a file of SVG: a book shows it without script, and so do the places where code is
//! kept. The text under it says the same, for whoever does not see pictures.

mod page;
mod picture;

pub use page::page;
pub use picture::picture;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::traffic::Hop;
use super::{Lesson, Played};
use crate::column::Column;
use crate::lessons::script::Step;

/// The page's own words for what is done.
static TEXTS: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let english = include_str!("../../../../../demo-client/i18n/en.json");
    serde_json::from_str(english).expect("a test reads the catalogue")
});

/// A lesson that was played.
#[derive(Debug)]
pub struct Drawing {
    /// Which.
    pub lesson: &'static Lesson,
    /// Each step with its requests.
    pub steps: Vec<(&'static Step, Vec<Hop>)>,
}

impl Drawing {
    /// Nothing of it has been played yet.
    pub fn new(lesson: &'static Lesson) -> Self {
        Self {
            lesson,
            steps: Vec::new(),
        }
    }

    /// A step was played.
    pub fn add(&mut self, played: &Played<'static>) {
        self.steps.push((played.step, played.hops.clone()));
    }
}

/// What a step does, in the page's words.
fn deed(step: &Step) -> String {
    let key = format!("do.{}", step.act.name());
    let text = TEXTS.get(&key).map_or(step.act.name(), String::as_str);
    let switch = step.switch.as_ref();
    let column = switch.map_or("", |switch| switch.column.title());
    let choice = switch.map_or("", |switch| &*switch.choice);
    let account = step.account.as_deref().unwrap_or_default();
    let exercise = step.exercise.as_deref().unwrap_or_default();
    let span = step.span.map(|span| span.to_string()).unwrap_or_default();
    text.replace("{account}", account)
        .replace("{column}", column)
        .replace("{choice}", choice)
        .replace("{exercise}", exercise)
        .replace("{span}", &span)
}

/// What goes along by way of a column.
fn credential(column: Column) -> &'static str {
    match column {
        Column::Cookie | Column::Session => "cookie",
        Column::Jwt => "token",
    }
}

/// The name of a column's server.
fn server(column: Column) -> String {
    format!("{}-state", column.id())
}
