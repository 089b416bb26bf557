//! The picture: a lane for each who takes part, an arrow for each request.

use std::fmt::Write as _;

use super::{Drawing, credential, deed, server};
use crate::column::Column;
use crate::lessons::traffic::{Hop, Sender};
use crate::verdict::Word;

const WIDTH: usize = 1040;
/// Where the words stand.
const WORDS: usize = 868;
const HEAD: usize = 44;
const BAND: usize = 30;
const ROW: usize = 34;

const STYLE: &str = "\
text{font:13px -apple-system,'Segoe UI',Roboto,'Liberation Sans',Arial,sans-serif;fill:#1d2330}\
.paper{fill:#fffefb;stroke:#dedad0}.lane{stroke:#b9b4a6;stroke-dasharray:3 4}\
.who{font-weight:650;text-anchor:middle}.band{fill:#f1eee6}.step{font-weight:650}\
.arrow{stroke:#2c43ad;stroke-width:1.5;marker-end:url(#tip)}.thief{stroke:#a01f1a}\
.asks{stroke:#575d69;stroke-dasharray:4 3;marker-end:url(#tip)}\
.on{paint-order:stroke;stroke:#fffefb;stroke-width:4px}.small{font-size:11px;fill:#464d5b}\
.word{font-weight:700}.good{fill:#0d6239}.bad{fill:#a01f1a}.warn{fill:#7a4700}";

/// Who takes part, from left to right, and where.
struct Lanes {
    has_thief: bool,
    has_store: bool,
}

impl Lanes {
    fn of(drawing: &Drawing) -> Self {
        let mut hops = drawing.steps.iter().flat_map(|(_, hops)| hops);
        Self {
            has_thief: hops.clone().any(|hop| hop.sender == Sender::Thief),
            has_store: hops.any(|hop| !hop.commands.is_empty() || hop.status == Some(503)),
        }
    }

    fn sender(&self, sender: Sender) -> usize {
        match sender {
            Sender::Thief => 190,
            _ if self.has_thief => 60,
            _ => 90,
        }
    }

    fn server(column: Column) -> usize {
        match column {
            Column::Cookie => 370,
            Column::Session => 520,
            Column::Jwt => 660,
        }
    }

    const STORE: usize = 800;

    /// The name of each and where it stands.
    fn all(&self) -> Vec<(String, usize)> {
        let mut lanes = vec![("Browser".to_owned(), self.sender(Sender::Browser))];
        if self.has_thief {
            lanes.push(("Thief".to_owned(), self.sender(Sender::Thief)));
        }
        let servers = Column::ALL.into_iter();
        lanes.extend(servers.map(|column| (server(column), Self::server(column))));
        if self.has_store {
            lanes.push(("Store".to_owned(), Self::STORE));
        }
        lanes
    }
}

/// As a file of its own.
pub fn picture(drawing: &Drawing) -> String {
    let lanes = Lanes::of(drawing);
    let rows: usize = drawing.steps.iter().map(|(_, hops)| hops.len()).sum();
    let height = HEAD + drawing.steps.len() * BAND + rows * ROW + 12;
    let title = escaped(&drawing.lesson.title.en);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n\
         <defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" \
         markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" fill=\"context-stroke\"/></marker></defs>\n\
         <rect class=\"paper\" x=\".5\" y=\".5\" width=\"{}\" height=\"{}\" rx=\"8\"/>\n",
        WIDTH - 1,
        height - 1
    );
    for (name, x) in lanes.all() {
        let _ = writeln!(
            svg,
            "<line class=\"lane\" x1=\"{x}\" y1=\"{HEAD}\" x2=\"{x}\" y2=\"{}\"/>\n\
             <text class=\"who\" x=\"{x}\" y=\"28\">{name}</text>",
            height - 8
        );
    }
    let mut y = HEAD;
    for (index, (step, hops)) in drawing.steps.iter().enumerate() {
        let _ = writeln!(
            svg,
            "<rect class=\"band\" x=\"1\" y=\"{y}\" width=\"{}\" height=\"22\"/>\n\
             <text class=\"step\" x=\"14\" y=\"{}\">{}. {}</text>",
            WIDTH - 2,
            y + 16,
            index + 1,
            escaped(&deed(step))
        );
        y += BAND;
        for hop in hops {
            row(&mut svg, &lanes, hop, y + 20);
            y += ROW;
        }
    }
    svg.push_str("</svg>\n");
    svg
}

fn row(svg: &mut String, lanes: &Lanes, hop: &Hop, y: usize) {
    let (from, to) = (lanes.sender(hop.sender), Lanes::server(hop.column));
    let with = match hop.carries {
        true => format!(" + {}", credential(hop.column)),
        false => String::new(),
    };
    let status = hop
        .status
        .map_or("?".to_owned(), |status| status.to_string());
    let is_bad = hop.sender != Sender::Browser;
    let _ = writeln!(
        svg,
        "<line class=\"arrow{}\" x1=\"{from}\" y1=\"{y}\" x2=\"{}\" y2=\"{y}\"/>\n\
         <text class=\"on\" x=\"{}\" y=\"{}\">{}{with} → {status}</text>",
        if is_bad { " thief" } else { "" },
        to - 3,
        from + 8,
        y - 6,
        escaped(&hop.request),
    );
    let asked = match (hop.commands.as_slice(), hop.status) {
        ([], Some(503)) => "no answer".to_owned(),
        (commands, _) => commands.join(", "),
    };
    if !asked.is_empty() {
        let _ = writeln!(
            svg,
            "<line class=\"asks\" x1=\"{to}\" y1=\"{y}\" x2=\"{}\" y2=\"{y}\"/>\n\
             <text class=\"on small\" x=\"{}\" y=\"{}\" text-anchor=\"end\">{asked}</text>",
            Lanes::STORE - 3,
            Lanes::STORE - 10,
            y - 5,
        );
    }
    let _ = writeln!(
        svg,
        "<text class=\"word {}\" x=\"{WORDS}\" y=\"{}\">{}</text>",
        tone(hop),
        y + 4,
        hop.word.text()
    );
}

/// Good or bad for the owner of the account; a word stands beside each colour.
fn tone(hop: &Hop) -> &'static str {
    let is_let_in = matches!(hop.word, Word::Allowed | Word::Stale | Word::Forged);
    match (hop.sender, is_let_in) {
        (_, false) if hop.word == Word::Unavailable => "bad",
        (Sender::Browser, false) => "plain",
        (Sender::Browser, true) if hop.word == Word::Stale => "warn",
        (Sender::Lured, true) => "warn",
        (Sender::Thief, true) => "bad",
        _ => "good",
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
