//! One value from the beginning of a buffer that may hold half of it.

use thiserror::Error;

/// The largest value that is read; the tap stops reading along when one is larger.
pub const MAX_FRAME: usize = 1024 * 1024;
/// Arrays in arrays in arrays: the servers here use two levels.
const MAX_DEPTH: u8 = 8;

/// The bytes are not RESP, or beyond what is read.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum RespError {
    /// A byte that has no place there.
    #[error("not RESP")]
    Malformed,
    /// Over [`MAX_FRAME`] bytes, or nested too deeply.
    #[error("a value of Redis is too large to be shown")]
    TooLarge,
}

/// A value of the protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `+OK`; also numbers and booleans of RESP3 that need no more than their text.
    Simple(String),
    /// `-ERR …`, in both forms.
    Error(String),
    /// `:1`.
    Integer(i64),
    /// `$3\r\nabc`: any bytes.
    Bulk(Vec<u8>),
    /// Nothing there, in any of its three spellings.
    Null,
    /// `*` and `~` (a set).
    Array(Vec<Self>),
    /// `%`.
    Map(Vec<(Self, Self)>),
    /// `>`: not the reply to any command.
    Push(Vec<Self>),
}

/// Reads one value: the value and its length, or `None` when the rest is still to come.
pub fn parse(input: &[u8]) -> Result<Option<(Value, usize)>, RespError> {
    let mut reader = Reader { input, at: 0 };
    let value = match reader.value(0) {
        Ok(value) => value,
        Err(Stop::Partial) if input.len() < MAX_FRAME => return Ok(None),
        Err(Stop::Partial) => return Err(RespError::TooLarge),
        Err(Stop::Error(error)) => return Err(error),
    };
    Ok(Some((value, reader.at)))
}

enum Stop {
    Partial,
    Error(RespError),
}

const MALFORMED: Stop = Stop::Error(RespError::Malformed);
const TOO_LARGE: Stop = Stop::Error(RespError::TooLarge);

struct Reader<'a> {
    input: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn value(&mut self, depth: u8) -> Result<Value, Stop> {
        if depth > MAX_DEPTH {
            return Err(TOO_LARGE);
        }
        let kind = *self.input.get(self.at).ok_or(Stop::Partial)?;
        self.at += 1;
        let line = self.line()?;
        match kind {
            b'+' | b',' | b'#' | b'(' => Ok(Value::Simple(text(line))),
            b'-' => Ok(Value::Error(text(line))),
            b':' => Ok(Value::Integer(number(line)?)),
            b'_' => Ok(Value::Null),
            b'$' | b'!' | b'=' => self.blob(kind, line),
            b'*' | b'~' => Ok(self.items(line, depth)?.map_or(Value::Null, Value::Array)),
            b'>' => Ok(self.items(line, depth)?.map_or(Value::Null, Value::Push)),
            b'%' => self.map(line, depth),
            // An attribute describes the value that follows it; what counts is the value.
            b'|' => {
                self.map(line, depth)?;
                self.value(depth + 1)
            }
            _ => Err(MALFORMED),
        }
    }

    fn line(&mut self) -> Result<&'a [u8], Stop> {
        let rest = &self.input[self.at..];
        let end = rest
            .iter()
            .position(|&byte| byte == b'\r')
            .ok_or(Stop::Partial)?;
        match rest.get(end + 1) {
            None => Err(Stop::Partial),
            Some(b'\n') => {
                self.at += end + 2;
                Ok(&rest[..end])
            }
            Some(_) => Err(MALFORMED),
        }
    }

    fn blob(&mut self, kind: u8, line: &[u8]) -> Result<Value, Stop> {
        let length = number(line)?;
        if length == -1 {
            return Ok(Value::Null);
        }
        let length = bounded(length)?;
        let rest = &self.input[self.at..];
        let bytes = rest.get(..length).ok_or(Stop::Partial)?;
        match rest.get(length..length + 2) {
            None => return Err(Stop::Partial),
            Some(b"\r\n") => self.at += length + 2,
            Some(_) => return Err(MALFORMED),
        }
        match kind {
            b'!' => Ok(Value::Error(text(bytes))),
            // A verbatim string begins with its format, "txt:".
            b'=' => Ok(Value::Bulk(bytes.get(4..).unwrap_or_default().to_vec())),
            _ => Ok(Value::Bulk(bytes.to_vec())),
        }
    }

    fn items(&mut self, line: &[u8], depth: u8) -> Result<Option<Vec<Value>>, Stop> {
        match number(line)? {
            -1 => Ok(None),
            // Each item is read before the next one gets a place: a length alone reserves nothing.
            count => (0..bounded(count)?)
                .map(|_| self.value(depth + 1))
                .collect::<Result<_, _>>()
                .map(Some),
        }
    }

    fn map(&mut self, line: &[u8], depth: u8) -> Result<Value, Stop> {
        let count = bounded(number(line)?)?;
        let pair = |_| Ok((self.value(depth + 1)?, self.value(depth + 1)?));
        (0..count)
            .map(pair)
            .collect::<Result<_, _>>()
            .map(Value::Map)
    }
}

fn number(line: &[u8]) -> Result<i64, Stop> {
    std::str::from_utf8(line)
        .ok()
        .and_then(|digits| digits.parse().ok())
        .ok_or(MALFORMED)
}

fn bounded(length: i64) -> Result<usize, Stop> {
    let length = usize::try_from(length).map_err(|_| MALFORMED)?;
    if length > MAX_FRAME {
        Err(TOO_LARGE)
    } else {
        Ok(length)
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bulk(text: &str) -> Value {
        Value::Bulk(text.into())
    }

    #[test]
    fn nested_values_come_whole_from_any_split() {
        let wire = b"*3\r\n$3\r\nGET\r\n*2\r\n:-7\r\n$-1\r\n%1\r\n+k\r\n~1\r\n#t\r\n$1\r\n";
        let length = wire.len() - 4;
        for end in 0..length {
            assert_eq!(parse(&wire[..end]), Ok(None), "{end}");
        }
        let simple = |text: &str| Value::Simple(text.into());
        let expected = Value::Array(vec![
            bulk("GET"),
            Value::Array(vec![Value::Integer(-7), Value::Null]),
            Value::Map(vec![(simple("k"), Value::Array(vec![simple("t")]))]),
        ]);
        assert_eq!(parse(wire), Ok(Some((expected, length))));
    }

    #[test]
    fn every_kind_is_read() {
        let kinds: [(&[u8], Value); 9] = [
            (b"-ERR no\r\n", Value::Error("ERR no".into())),
            (b"!6\r\nERR no\r\n", Value::Error("ERR no".into())),
            (b"_\r\n", Value::Null),
            (b"*-1\r\n", Value::Null),
            (b",1.5\r\n", Value::Simple("1.5".into())),
            (b"=7\r\ntxt:abc\r\n", bulk("abc")),
            (b"$2\r\n\r\n\r\n", bulk("\r\n")),
            (
                b">1\r\n+x\r\n",
                Value::Push(vec![Value::Simple("x".into())]),
            ),
            (b"|1\r\n+a\r\n+b\r\n:1\r\n", Value::Integer(1)),
        ];
        for (wire, value) in kinds {
            assert_eq!(parse(wire), Ok(Some((value, wire.len()))), "{wire:?}");
        }
    }

    #[test]
    fn nonsense_and_excess_are_refused() {
        for wire in [
            &b"GET x\r\n"[..],
            b"$x\r\n",
            b"$-2\r\n",
            b"+a\rb\r\n",
            b"$1\r\nabc",
        ] {
            assert_eq!(parse(wire), Err(RespError::Malformed), "{wire:?}");
        }
        let deep = b"*1\r\n".repeat(20);
        assert_eq!(parse(&deep), Err(RespError::TooLarge));
        assert_eq!(parse(b"$99999999\r\n"), Err(RespError::TooLarge));
        assert_eq!(parse(&[b'+'; MAX_FRAME]), Err(RespError::TooLarge));
    }
}
