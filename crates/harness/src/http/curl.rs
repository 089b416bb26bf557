//! A request as a command of the shell.

use std::fmt::Write as _;

use super::mask::{mask_header, mask_known, mask_members, mask_query};
use super::message::Request;
use super::record::{cut, readable};

impl Request {
    /// A command that sends this request again. Where a secret stood it reads a
    /// variable, which the reader sets: `$CREDENTIAL`, or one named as the member of the
    /// JSON, such as `$PASSWORD`.
    #[must_use]
    pub fn curl(&self, origin: &str, secrets: &[Vec<u8>]) -> String {
        let mut line = format!("curl -i --path-as-is -X {}", self.method);
        for (name, value) in &self.headers {
            let value = readable(&mask_known(value, secrets));
            let header = mask_header(&format!("{name}: {value}"));
            let _ = write!(line, " -H {}", variables(&quoted(&header)));
        }
        if let Some(body) = &self.body {
            let body = mask_members(&readable(&mask_known(body, secrets)));
            let _ = write!(line, " --data-raw {}", variables(&quoted(&cut(&body))));
        }
        let path = readable(&mask_known(self.path.as_bytes(), secrets));
        let _ = write!(
            line,
            " {}",
            variables(&quoted(&format!("{origin}{}", mask_query(&path))))
        );
        line
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Marks in a word of the shell become its variables: `[masked 32]` is no
/// credential, and a command that sends it proves nothing.
fn variables(word: &str) -> String {
    let mut out = word.to_owned();
    while let Some(start) = out.find("[masked") {
        let Some(length) = out[start..].find(']') else {
            break;
        };
        let name = member(&out[..start]).unwrap_or_else(|| "CREDENTIAL".to_owned());
        out.replace_range(start..=start + length, &format!("'\"${name}\"'"));
    }
    out
}

/// The name of the JSON member whose value would come next, as a variable's.
fn member(before: &str) -> Option<String> {
    let key = before.strip_suffix('"')?.trim_end().strip_suffix(':')?;
    let (_, name) = key.trim_end().strip_suffix('"')?.rsplit_once('"')?;
    let letters = name.chars().map(|letter| match letter {
        'a'..='z' | 'A'..='Z' | '0'..='9' => letter.to_ascii_uppercase(),
        _ => '_',
    });
    let begins = name.starts_with(|first: char| first.is_ascii_alphabetic());
    begins.then(|| letters.collect())
}

#[cfg(test)]
mod tests {
    use crate::http::record::tests::exchange;

    #[test]
    fn a_known_secret_is_named_as_its_member() {
        let body = serde_json::json!({"pass": "analytical-engine", "user": "ada"});
        let request = exchange().request.json(&body);
        let line = request.curl("http://localhost", &[b"analytical-engine".to_vec()]);
        let body = r#"{"pass":"'"$PASS"'","user":"ada"}"#;
        assert!(line.contains(body), "{line}");
    }

    #[test]
    fn a_secret_is_a_variable_of_the_shell() {
        let line = exchange()
            .request
            .curl("http://localhost", &[b"tok-en-tok-en".to_vec()]);
        for part in [
            r#"-H 'Authorization: Bearer '"$CREDENTIAL"''"#,
            r#"-H 'Cookie: a='"$CREDENTIAL"'; b="#,
            r#""password":"'"$PASSWORD"'""#,
            r#"/login?token='"$CREDENTIAL"''"#,
        ] {
            assert!(line.contains(part), "{part} is not in {line}");
        }
        assert!(!line.contains("[masked"), "{line}");
    }
}
