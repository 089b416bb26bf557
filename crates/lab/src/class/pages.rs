//! The pages of the door: no script, and nothing from elsewhere.

use std::fmt::Write as _;

use super::PORTS;
use super::tally::Count;
use crate::lessons::lessons;

const HEAD: &str = "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
    <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
    <title>statelab: class</title>\n<style>body{font:1.1rem/1.5 system-ui,sans-serif;max-width:50rem;\
    margin:2rem auto;padding:0 1rem;color-scheme:light dark}button{font:inherit;padding:.6rem 1.2rem}\
    table{border-collapse:collapse}td,th{padding:.3rem .8rem;text-align:left;border-bottom:1px solid}\
    </style>\n";

/// The first page. `rooms` are those that this visitor has.
pub(super) fn welcome(rooms: &[String]) -> Vec<u8> {
    let mut body = String::from("<h1>statelab</h1>\n");
    for room in rooms {
        let _ = writeln!(body, "<p>Your room: <a href=\"{room}/\">{room}</a></p>");
    }
    body.push_str(
        "<p>Three servers of your own, three ways to remember a login. What you do there nobody \
         else sees; your predictions are counted without your name.</p>\n\
         <form method=\"post\" action=\"/join\"><button>Open my room · 打开我的房间</button></form>\n",
    );
    answer("200 OK", &body)
}

/// A room is open.
pub(super) fn opened(room: &str) -> Vec<u8> {
    let mut body = format!(
        "<h1>Your room is open · <span lang=\"zh\">你的房间已打开</span></h1>\n<p><a href=\"{room}/\">{room}</a></p>\n\
         <p>Firefox asks about the certificate for each port by itself. If a column stays empty, open \
         each of these once, accept, and go back:</p>\n\
         <p lang=\"zh\">Firefox 会对每个端口分别询问证书。如果某一栏是空的，请把下面的地址各打开一次，接受后再返回：</p>\n<ul>\n"
    );
    if let Some((host, port)) = room.rsplit_once(':') {
        let port: u16 = port.parse().unwrap_or_default();
        for column in 1..PORTS {
            let url = format!("{host}:{}/healthz", port + column);
            let _ = writeln!(body, "<li><a href=\"{url}\">{url}</a></li>");
        }
    }
    body.push_str("</ul>\n");
    answer("200 OK", &body)
}

/// What the class predicts.
pub(super) fn teacher(taken: usize, all: usize, counts: &[(String, usize, Count)]) -> Vec<u8> {
    let mut body = format!(
        "<meta http-equiv=\"refresh\" content=\"3\">\n<h1>The class · <span lang=\"zh\">课堂</span></h1>\n\
         <p>{taken} of {all} rooms are open. <span lang=\"zh\">已打开 {taken} 个房间，共 {all} 个。</span></p>\n"
    );
    if counts.is_empty() {
        body.push_str("<p>Nobody has predicted anything yet. <span lang=\"zh\">还没有人作出预测。</span></p>\n");
        return answer("200 OK", &body);
    }
    body.push_str(
        "<table>\n<tr><th>question</th><th>answers</th><th>cookie</th><th>session</th>\
         <th>JWT</th></tr>\n",
    );
    for (name, step, count) in counts {
        let asked = lessons().iter().find(|lesson| lesson.name == *name);
        let step = asked.and_then(|lesson| lesson.steps.get(*step));
        let ask = step.and_then(|step| step.ask.as_ref());
        let ask = escaped(ask.map_or("", |ask| &ask.en));
        let [cookie, session, jwt] = count.lets_in;
        let answers = count.answers;
        let _ = writeln!(
            body,
            "<tr><td>{name}: {ask}</td><td>{answers}</td><td>{cookie}</td><td>{session}</td><td>{jwt}</td></tr>"
        );
    }
    body.push_str("</table>\n");
    answer("200 OK", &body)
}

/// One sentence.
pub(super) fn page(status: &str, sentence: &str) -> Vec<u8> {
    let sentence = escaped(sentence);
    answer(
        status,
        &format!("<p>{sentence}</p>\n<p><a href=\"/\">statelab</a></p>\n"),
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

fn answer(status: &str, body: &str) -> Vec<u8> {
    let length = HEAD.len() + body.len();
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {length}\r\n\
         Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nReferrer-Policy: same-origin\r\n\
         Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; \
         frame-ancestors 'none'; base-uri 'none'\r\nConnection: close\r\n\r\n{HEAD}{body}"
    )
    .into_bytes()
}
