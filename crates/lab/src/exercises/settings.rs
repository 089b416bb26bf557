//! What the learner writes, as a command line.

use toml::{Table, Value};

/// Chosen by the exercise.
const OURS: [&str; 2] = ["listen", "workers"];

/// `lifetime = "1h"` is `--lifetime=1h`; the server itself says what is wrong with that.
pub(super) fn arguments(text: &str) -> Result<Vec<String>, String> {
    let table: Table = text.parse().map_err(|error: toml::de::Error| {
        let before = error.span().map_or(0, |span| span.start);
        let line = 1 + text
            .bytes()
            .take(before)
            .filter(|byte| *byte == b'\n')
            .count();
        format!("line {line}: {}", error.message())
    })?;
    let mut arguments = Vec::new();
    for (name, value) in table {
        let name = name.replace('_', "-");
        if OURS.contains(&name.as_str()) {
            return Err(format!("`{name}` is chosen by the exercise: leave it out"));
        }
        match value {
            Value::Boolean(true) => arguments.push(format!("--{name}")),
            Value::Boolean(false) => {}
            Value::String(text) => arguments.push(format!("--{name}={text}")),
            Value::Integer(number) => arguments.push(format!("--{name}={number}")),
            _ => return Err(format!("`{name}` is a text, a whole number, true or false")),
        }
    }
    Ok(arguments)
}

#[cfg(test)]
mod tests {
    use super::arguments;

    #[test]
    fn a_line_is_a_setting() {
        let text =
            "# a remark\nlifetime = \"1h\"\nlogin_failures = 5\nseal-sessions = true\nx = false\n";
        let expected = ["--lifetime=1h", "--login-failures=5", "--seal-sessions"];
        assert_eq!(arguments(text).unwrap(), expected);
    }

    #[test]
    fn what_is_none_is_said_with_its_place() {
        for (text, said) in [
            ("a = 1\nb = ", "line 2"),
            ("listen = \"0.0.0.0:80\"", "`listen`"),
            ("a = [1]", "`a`"),
        ] {
            assert!(arguments(text).unwrap_err().contains(said), "{text}");
        }
    }
}
