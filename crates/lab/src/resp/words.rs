//! Commands and replies as one types and reads them in redis-cli.

use super::Value;

const MAX_ARGUMENT: usize = 512;
const MAX_TEXT: usize = 4096;

/// A command in words; `None` for one that sets the connection up or asks Redis about itself.
/// Those belong to the connection and not to a request, and two of them carry the password.
pub fn command(value: &Value) -> Option<String> {
    const SET_UP: [&str; 7] = [
        "HELLO", "AUTH", "CLIENT", "SELECT", "PING", "COMMAND", "INFO",
    ];
    let Value::Array(arguments) = value else {
        return None;
    };
    let words: Vec<String> = arguments.iter().map(argument).collect();
    let name = words.first()?;
    if SET_UP
        .iter()
        .any(|set_up| name.eq_ignore_ascii_case(set_up))
    {
        return None;
    }
    Some(bounded(words.join(" "), MAX_TEXT))
}

/// Redis has not seen this script yet. The same call follows at once with the script's text,
/// and only that one did anything.
pub fn comes_again(reply: &Value) -> bool {
    matches!(reply, Value::Error(text) if text.starts_with("NOSCRIPT"))
}

/// A reply in words.
pub fn reply(value: &Value) -> String {
    bounded(lines(value), MAX_TEXT)
}

fn lines(value: &Value) -> String {
    match value {
        Value::Simple(text) => text.clone(),
        Value::Error(text) => format!("(error) {text}"),
        Value::Integer(number) => format!("(integer) {number}"),
        Value::Bulk(bytes) => printable(bytes),
        Value::Null => "(nil)".to_owned(),
        Value::Array(items) | Value::Push(items) if items.is_empty() => "(empty)".to_owned(),
        Value::Map(pairs) if pairs.is_empty() => "(empty)".to_owned(),
        Value::Array(items) | Value::Push(items) => {
            let numbered = items.iter().enumerate();
            let items: Vec<String> = numbered
                .map(|(at, item)| format!("{}) {}", at + 1, lines(item)))
                .collect();
            items.join("\n")
        }
        Value::Map(pairs) => {
            let pairs: Vec<String> = pairs
                .iter()
                .map(|(key, value)| format!("{} => {}", lines(key), lines(value)))
                .collect();
            pairs.join("\n")
        }
    }
}

fn argument(value: &Value) -> String {
    let text = match value {
        Value::Bulk(bytes) => printable(bytes),
        other => lines(other),
    };
    let text = bounded(text, MAX_ARGUMENT);
    let plain = !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || c == '"');
    if plain { text } else { format!("{text:?}") }
}

/// Text as it is; other bytes escaped.
pub(crate) fn printable(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains(|c: char| c.is_control() && !c.is_whitespace()) => {
            text.to_owned()
        }
        _ => bytes.escape_ascii().to_string(),
    }
}

/// So many bytes of a text, or a few less: whole characters.
pub(crate) fn beginning(text: &str, longest: usize) -> &str {
    let mut ends = (0..=longest.min(text.len())).rev();
    let end = ends.find(|at| text.is_char_boundary(*at));
    &text[..end.unwrap_or_default()]
}

fn bounded(text: String, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    fn value(wire: &[u8]) -> Value {
        parse(wire).unwrap().unwrap().0
    }

    #[test]
    fn commands_read_as_they_are_typed() {
        let get = value(b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$3\r\na b\r\n");
        assert_eq!(command(&get).as_deref(), Some("SET k \"a b\""));
        let binary = value(b"*2\r\n$3\r\nGET\r\n$2\r\n\x00\xff\r\n");
        assert_eq!(command(&binary).as_deref(), Some("GET \\x00\\xff"));
    }

    #[test]
    fn a_password_is_never_put_into_words() {
        let auth = value(b"*2\r\n$4\r\nauth\r\n$6\r\nsecret\r\n");
        assert_eq!(command(&auth), None);
        let hello = value(b"*5\r\n$5\r\nHELLO\r\n$1\r\n3\r\n$4\r\nAUTH\r\n$1\r\nu\r\n$1\r\np\r\n");
        assert_eq!(command(&hello), None);
    }

    #[test]
    fn housekeeping_is_no_look_up() {
        let info = value(b"*2\r\n$4\r\nINFO\r\n$6\r\nmemory\r\n");
        assert_eq!(command(&info), None);
        assert!(comes_again(&value(b"-NOSCRIPT No matching script.\r\n")));
        assert!(!comes_again(&value(b"-ERR NOSCRIPT\r\n")));
        assert!(!comes_again(&value(b"$8\r\nNOSCRIPT\r\n")));
    }

    #[test]
    fn replies_read_as_in_redis_cli() {
        assert_eq!(reply(&value(b"$-1\r\n")), "(nil)");
        assert_eq!(
            reply(&value(b"*2\r\n$1\r\na\r\n:2\r\n")),
            "1) a\n2) (integer) 2"
        );
        assert_eq!(reply(&value(b"%1\r\n+k\r\n+v\r\n")), "k => v");
        assert_eq!(
            reply(&Value::Bulk(vec![b'x'; 9000])).chars().count(),
            MAX_TEXT + 1
        );
    }
}
