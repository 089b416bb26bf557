//! The page: each lesson with its picture, and in words what the picture shows.

use std::fmt::Write as _;

use super::{Drawing, credential, deed, server};
use crate::column::Column;
use crate::lessons::cost::Measure;
use crate::lessons::script::Step;
use crate::lessons::traffic::{Hop, Sender};
use crate::profile::Profile;
use crate::verdict::Word;

const HEAD: &str = "\
# Lessons

Each lesson asks first what will happen, does it with the real servers, and shows what came of it.
They are on the page of the lab (`lab`, then Lessons), and in the terminal: `lab run NAME`. The
files that both read are in `demo-client/lessons`.

This page was written by a run of all of them, `lab run --diagrams docs/src`; a test fails where
another run comes out otherwise. It ran in the profile";

/// All of them, in their order.
pub fn page(drawings: &[Drawing], profile: Profile) -> String {
    let mut text = format!(
        "{HEAD} `{}`; where the other profile has other\nverdicts, they stand below the step.\n",
        profile.name()
    );
    for (index, drawing) in drawings.iter().enumerate() {
        section(&mut text, index + 1, drawing, profile);
    }
    text
}

fn section(text: &mut String, number: usize, drawing: &Drawing, profile: Profile) {
    let lesson = drawing.lesson;
    let (name, title) = (&lesson.name, &lesson.title.en);
    let _ = writeln!(text, "\n## {number}. {title}\n\n{}\n", lesson.goal.en);
    let _ = writeln!(text, "`lab run {name}`\n");
    let _ = writeln!(
        text,
        "![What went over the wire in the lesson {name}; the list below says the same](lessons/{name}.svg)\n"
    );
    for (index, (step, hops)) in drawing.steps.iter().enumerate() {
        taken(text, index + 1, step, hops, profile);
    }
    let _ = writeln!(text, "**What would change this?** {}", lesson.change.en);
}

fn taken(text: &mut String, number: usize, step: &Step, hops: &[Hop], profile: Profile) {
    let _ = write!(text, "{number}. **{}.**", deed(step));
    if let Some(ask) = &step.ask {
        let _ = write!(text, " *{}*", ask.en);
    }
    text.push('\n');
    for hop in hops {
        let _ = writeln!(text, "   - {}", sentence(hop));
    }
    if let Some(words) = step.expect.and_then(|expected| {
        let other = profile.other();
        let differs = expected.hardened != expected.stateless;
        differs.then(|| (other, expected.of(other)))
    }) {
        let (other, [cookie, session, jwt]) = (words.0, words.1.map(Word::text));
        let _ = writeln!(
            text,
            "   - In `{}`: cookie-state {cookie}, session-state {session}, jwt-state {jwt}.",
            other.name()
        );
    }
    if let Some((measure, most)) = step.measure.zip(step.most.as_ref()) {
        let (here, other) = (most.of(profile), most.of(profile.other()));
        let _ = write!(text, "   - {}: {}", heading(measure), named(here));
        if here != other {
            let _ = write!(text, ". In `{}`: {}", profile.other().name(), named(other));
        }
        text.push_str(".\n");
    }
    if let Some(explain) = &step.explain {
        let _ = writeln!(text, "\n   {}", explain.en);
    }
    text.push('\n');
}

/// Which are the most, and not how much: that is another figure in each run.
fn heading(measure: Measure) -> &'static str {
    match measure {
        Measure::Credential => "The heaviest credential",
        Measure::Asks => "Most commands to the store",
        Measure::Kept => "Most bytes in Redis",
    }
}

fn named(columns: &[Column]) -> String {
    match columns {
        [] => "nobody".to_owned(),
        some => some
            .iter()
            .copied()
            .map(server)
            .collect::<Vec<_>>()
            .join(", "),
    }
}

fn sentence(hop: &Hop) -> String {
    let Hop {
        column,
        sender,
        request,
        carries,
        status,
        commands,
        word,
    } = hop;
    let with = match (carries, sender) {
        (false, _) if request == "POST /login" => "with the password".to_owned(),
        (false, _) => "with nothing".to_owned(),
        (true, Sender::Thief) => format!("with a copied {}", credential(*column)),
        (true, _) => format!("with the {}", credential(*column)),
    };
    let by = match sender {
        Sender::Browser => "",
        Sender::Lured => ", for the attacker’s page",
        Sender::Thief => ", from the thief’s machine",
    };
    let asked = match (commands.as_slice(), status) {
        ([], Some(503)) => "; the store does not answer".to_owned(),
        ([], _) => String::new(),
        (commands, _) => format!("; asks the store: {}", commands.join(", ")),
    };
    let status = status.map_or("no answer".to_owned(), |status| status.to_string());
    let name = server(*column);
    format!(
        "{name}: `{request}` {with}{by}: {status}{asked}. **{}**",
        word.text()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_says_who_sent_what_with_what() {
        let hop = Hop {
            column: Column::Jwt,
            sender: Sender::Thief,
            request: "GET /me".to_owned(),
            carries: true,
            status: Some(401),
            commands: vec!["GET".to_owned()],
            word: Word::Revoked,
        };
        let said = "jwt-state: `GET /me` with a copied token, from the thief’s machine: 401; asks the store: GET. **REVOKED**";
        assert_eq!(sentence(&hop), said);
    }
}
