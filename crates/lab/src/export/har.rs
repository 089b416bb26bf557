//! HTTP Archive 1.2 (<http://www.softwareishard.com/blog/har-12-spec/>).

use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{Export, simulated};
use crate::board::{By, Exchange};
use crate::http::Head;
use crate::jar::pairs;

pub(super) fn archive(export: &Export, exchanges: &[&Exchange]) -> String {
    let mut entries: Vec<Value> = exchanges.iter().map(|one| entry(export, one)).collect();
    for entry in &mut entries {
        for written in ["request", "response"] {
            hide(export, &mut entry[written]);
        }
    }
    let log = json!({
        "log": {
            "version": "1.2",
            "creator": { "name": "statelab", "version": env!("CARGO_PKG_VERSION") },
            "comment": if export.shown() { "credentials are in it" } else { "credentials are masked" },
            "entries": entries,
        }
    });
    format!("{log:#}\n")
}

/// Nothing is left out of what went over the wire: a name, a method or a type of content is what
/// the sender wrote there.
fn hide(export: &Export, value: &mut Value) {
    match value {
        Value::String(text) => *text = export.hide(text),
        Value::Array(values) => values.iter_mut().for_each(|value| hide(export, value)),
        Value::Object(members) => members.values_mut().for_each(|value| hide(export, value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn entry(export: &Export, exchange: &Exchange) -> Value {
    let record = &exchange.record;
    let milliseconds = record.duration.as_secs_f64() * 1000.0;
    json!({
        "startedDateTime": moment(exchange.at_ms),
        "time": milliseconds,
        "request": request(export, exchange),
        "response": response(export, exchange),
        "cache": {},
        "timings": { "send": 0, "wait": milliseconds, "receive": 0 },
        "comment": format!("{}{}", sender(exchange), simulated(exchange)),
    })
}

fn sender(exchange: &Exchange) -> &'static str {
    match exchange.by {
        By::Browser => "sent by the browser",
        By::Neighbour => "sent by the browser for a page of another origin",
        By::Attacker => "sent by the attacker, with a copy of the credential",
    }
}

fn request(export: &Export, exchange: &Exchange) -> Value {
    let record = &exchange.record;
    let head = &record.request.head;
    let target = export.target(&record.request.target);
    let query = target.split_once('?').map_or("", |(_, query)| query);
    let query = query.split('&').filter_map(|pair| pair.split_once('='));
    let fields: Vec<String> = head
        .texts("cookie")
        .map(|field| export.value("cookie", field))
        .collect();
    let mut value = json!({
        "method": record.request.method,
        "url": format!("{}{target}", export.origin),
        "httpVersion": format!("HTTP/1.{}", record.request.version),
        "cookies": named(fields.iter().flat_map(|field| pairs(field))),
        "headers": headers(export, head),
        "queryString": named(query),
        "headersSize": record.request_head.len(),
        "bodySize": rest(record.bytes_up, record.request_head.len()),
    });
    if !record.request_body.is_empty() {
        value["postData"] = json!({
            "mimeType": head.only("content-type").unwrap_or_default(),
            "text": export.body(&record.request_body),
        });
    }
    value
}

fn response(export: &Export, exchange: &Exchange) -> Value {
    let record = &exchange.record;
    let nothing = Head::default();
    let answer = record.response.as_ref();
    let head = answer.map_or(&nothing, |answer| &answer.head);
    let fields: Vec<String> = head
        .texts("set-cookie")
        .map(|field| export.value("set-cookie", field))
        .collect();
    let first = |field: &str| field.split(';').next().unwrap_or_default().to_owned();
    let set: Vec<String> = fields.iter().map(|field| first(field)).collect();
    json!({
        // 0: no answer came.
        "status": answer.map_or(0, |answer| answer.status),
        "statusText": "",
        "httpVersion": format!("HTTP/1.{}", answer.map_or(1, |answer| answer.version)),
        "cookies": named(set.iter().flat_map(|field| pairs(field))),
        "headers": headers(export, head),
        "content": {
            "size": record.response_body.len(),
            "mimeType": head.only("content-type").unwrap_or_default(),
            "text": export.body(&record.response_body),
        },
        "redirectURL": export.value("location", head.only("location").unwrap_or_default()),
        "headersSize": record.response_head.len(),
        "bodySize": rest(record.bytes_down, record.response_head.len()),
    })
}

fn headers(export: &Export, head: &Head) -> Vec<Value> {
    head.lines()
        .map(|(name, value)| json!({ "name": name, "value": export.value(name, &value) }))
        .collect()
}

fn named<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<Value> {
    pairs
        .map(|(name, value)| json!({ "name": name, "value": value }))
        .collect()
}

fn rest(all: u64, head: usize) -> u64 {
    all.saturating_sub(u64::try_from(head).unwrap_or(u64::MAX))
}

fn moment(unix_ms: u64) -> String {
    let moment = OffsetDateTime::from_unix_timestamp_nanos(i128::from(unix_ms) * 1_000_000);
    let moment = moment.unwrap_or(OffsetDateTime::UNIX_EPOCH);
    moment.format(&Rfc3339).unwrap_or_default()
}
