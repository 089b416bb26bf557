//! Forms of the type `multipart/form-data` (RFC 7578), as `FormData` in a browser sends them.

/// Parts of a form. Nobody needs more than two.
const MOST_PARTS: usize = 16;

/// The fields with their values; nothing when it is no such form. A file is no field.
pub(super) fn fields(content_type: &str, body: &[u8]) -> Option<Vec<(String, String)>> {
    let boundary = boundary(content_type)?;
    let mut fields = Vec::new();
    // The first delimiter may stand without a line before it.
    let whole = [b"\r\n", body].concat();
    let delimiter = [b"\r\n--", boundary.as_bytes()].concat();
    let mut rest = after(&whole, &delimiter)?;
    for _ in 0..MOST_PARTS {
        if rest.starts_with(b"--") {
            return Some(fields);
        }
        let part = rest.strip_prefix(b"\r\n")?;
        let end = position(part, &delimiter)?;
        let (part, next) = (&part[..end], &part[end + delimiter.len()..]);
        let head = position(part, b"\r\n\r\n")?;
        let (head, value) = (std::str::from_utf8(&part[..head]).ok()?, &part[head + 4..]);
        if let Some(name) = name(head)? {
            fields.push((name, std::str::from_utf8(value).ok()?.to_owned()));
        }
        rest = next;
    }
    None
}

/// 1 to 70 characters (RFC 2046 section 5.1.1).
fn boundary(content_type: &str) -> Option<String> {
    let boundary = parameter(content_type, "boundary")?;
    (1..=70).contains(&boundary.len()).then_some(boundary)
}

/// The name of a field; none for a file. A part that does not say is a fault.
fn name(head: &str) -> Option<Option<String>> {
    let disposition = head.split("\r\n").find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-disposition")
            .then_some(value)
    })?;
    let kind = disposition.split(';').next()?.trim();
    if !kind.eq_ignore_ascii_case("form-data") {
        return None;
    }
    let is_file = parameter(disposition, "filename").is_some();
    let name = parameter(disposition, "name")?;
    Some((!is_file).then_some(name))
}

/// A parameter of a header, quoted or not.
fn parameter(header: &str, name: &str) -> Option<String> {
    header.split(';').skip(1).find_map(|parameter| {
        let (found, value) = parameter.split_once('=')?;
        let value = value.trim();
        let bare = value.strip_prefix('"').and_then(|v| v.strip_suffix('"'));
        found
            .trim()
            .eq_ignore_ascii_case(name)
            .then(|| bare.unwrap_or(value).to_owned())
    })
}

fn after<'a>(bytes: &'a [u8], mark: &[u8]) -> Option<&'a [u8]> {
    position(bytes, mark).map(|at| &bytes[at + mark.len()..])
}

fn position(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    bytes.windows(mark.len()).position(|window| window == mark)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TYPE: &str = "multipart/form-data; boundary=\"a b\"";

    fn body(parts: &[(&str, &str)]) -> String {
        let part = |(head, value): &(&str, &str)| {
            format!("--a b\r\nContent-Disposition: form-data; {head}\r\n\r\n{value}\r\n")
        };
        let parts: String = parts.iter().map(part).collect();
        format!("{parts}--a b--\r\n")
    }

    #[test]
    fn fields_are_read_and_files_are_not() {
        let sent = body(&[
            ("name=\"username\"", "alice"),
            ("name=photo; filename=\"x.png\"", "\r\n--not a b"),
            ("name=password", " a\r\nb "),
        ]);
        let expected = [("username", "alice"), ("password", " a\r\nb ")];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(fields(TYPE, sent.as_bytes()), Some(expected.to_vec()));
        assert_eq!(fields(TYPE, b"--a b--"), Some(Vec::new()));
    }

    #[test]
    fn what_is_no_form_is_nothing() {
        let good = body(&[("name=a", "b")]);
        assert!(fields("multipart/form-data", good.as_bytes()).is_none());
        assert!(fields("multipart/form-data; boundary=", good.as_bytes()).is_none());
        for cut in 1..good.len() - 4 {
            assert!(fields(TYPE, &good.as_bytes()[..cut]).is_none(), "{cut}");
        }
        let many = body(&[("name=a", "b"); MOST_PARTS]);
        assert!(fields(TYPE, many.as_bytes()).is_none());
        for part in ["x=y", ""] {
            assert!(fields(TYPE, body(&[(part, "b")]).as_bytes()).is_none());
        }
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(kind in "\\PC{0,80}", sent in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = fields(&kind, &sent);
            let _ = fields(TYPE, &[b"--a b\r\n", &sent[..], b"\r\n--a b--"].concat());
        }
    }
}
