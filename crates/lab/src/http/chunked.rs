//! The chunked transfer coding (RFC 9112, section 7.1), read byte by byte as it comes.

use super::body::BodyError;

const MAX_SIZE_LINE: usize = 256;
const MAX_TRAILERS: usize = 8 * 1024;

/// Where in a chunked body the reader stands.
#[derive(Debug)]
pub struct Chunked {
    state: State,
    /// Bytes of the size line or of the trailers so far.
    line: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Size {
        value: u64,
        digits: u8,
    },
    /// After the digits: an extension, or the carriage return.
    Extension {
        value: u64,
    },
    Data {
        left: u64,
    },
    AfterData,
    /// In the trailers; `empty` while the current line has no byte yet.
    Trailer {
        empty: bool,
    },
    Done,
}

impl Default for Chunked {
    fn default() -> Self {
        Self {
            state: State::Size {
                value: 0,
                digits: 0,
            },
            line: 0,
        }
    }
}

impl Chunked {
    /// Reads on; hands decoded data to `keep` and says how many bytes belonged to the body.
    pub fn feed(&mut self, input: &[u8], keep: &mut impl FnMut(&[u8])) -> Result<usize, BodyError> {
        let mut at = 0;
        while at < input.len() && self.state != State::Done {
            if let State::Data { left } = self.state {
                let here = usize::try_from(left)
                    .unwrap_or(usize::MAX)
                    .min(input.len() - at);
                keep(&input[at..at + here]);
                at += here;
                let left = left - here as u64;
                self.state = if left == 0 {
                    State::AfterData
                } else {
                    State::Data { left }
                };
            } else {
                self.state = self.step(input[at])?;
                at += 1;
            }
        }
        Ok(at)
    }

    /// The last chunk and the trailers have been read.
    pub fn is_done(&self) -> bool {
        self.state == State::Done
    }

    fn step(&mut self, byte: u8) -> Result<State, BodyError> {
        self.line += 1;
        let limit = if matches!(self.state, State::Trailer { .. }) {
            MAX_TRAILERS
        } else {
            MAX_SIZE_LINE
        };
        if self.line > limit {
            return Err(BodyError::Malformed);
        }
        match (self.state, byte) {
            (State::Size { value, digits }, digit) if digit.is_ascii_hexdigit() && digits < 15 => {
                let digit = char::from(digit).to_digit(16).unwrap_or_default();
                Ok(State::Size {
                    value: value * 16 + u64::from(digit),
                    digits: digits + 1,
                })
            }
            (State::Size { value, digits: 1.. }, b';' | b'\r' | b' ' | b'\t') => {
                Ok(State::Extension { value })
            }
            (State::Extension { value: 0 }, b'\n') => {
                Ok(self.line_ended(State::Trailer { empty: true }))
            }
            (State::Extension { value }, b'\n') => Ok(self.line_ended(State::Data { left: value })),
            (State::Extension { value }, _) => Ok(State::Extension { value }),
            (State::AfterData, b'\r') => Ok(State::AfterData),
            (State::AfterData, b'\n') => Ok(self.line_ended(State::Size {
                value: 0,
                digits: 0,
            })),
            (State::Trailer { empty: true }, b'\n') => Ok(State::Done),
            (State::Trailer { empty: true }, b'\r') => Ok(State::Trailer { empty: true }),
            (State::Trailer { .. }, b'\n') => Ok(State::Trailer { empty: true }),
            (State::Trailer { .. }, _) => Ok(State::Trailer { empty: false }),
            _ => Err(BodyError::Malformed),
        }
    }

    fn line_ended(&mut self, next: State) -> State {
        self.line = 0;
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(pieces: &[&[u8]]) -> Result<(Vec<u8>, usize, bool), BodyError> {
        let mut chunked = Chunked::default();
        let (mut data, mut used) = (Vec::new(), 0);
        for piece in pieces {
            used += chunked.feed(piece, &mut |part| data.extend_from_slice(part))?;
        }
        Ok((data, used, chunked.is_done()))
    }

    #[test]
    fn every_split_gives_the_same_body() {
        let wire = b"5;name=x\r\nhello\r\n1\r\n \r\nA\r\n0123456789\r\n0\r\nT: v\r\n\r\nNEXT";
        let body = b"hello 0123456789".to_vec();
        for at in 0..=wire.len() {
            let (data, used, done) = decode(&[&wire[..at], &wire[at..]]).unwrap();
            assert_eq!((data, done), (body.clone(), true), "split at {at}");
            assert_eq!(used, wire.len() - "NEXT".len(), "split at {at}");
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for wire in [
            "zz\r\n",
            "\r\n",
            "-1\r\n",
            "1\r\naXX",
            "fffffffffffffffff\r\n",
        ] {
            assert!(decode(&[wire.as_bytes()]).is_err(), "{wire:?}");
        }
        let endless = vec![b'0'; MAX_SIZE_LINE * 2];
        assert!(decode(&[&endless]).is_err());
    }

    #[test]
    fn an_unfinished_body_is_not_done() {
        assert!(!decode(&[b"5\r\nhel"]).unwrap().2);
        assert!(!decode(&[b"0\r\n"]).unwrap().2);
    }
}
