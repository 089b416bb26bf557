//! The reading half of a connection, with what was read ahead.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::time::timeout;

const READ_SIZE: usize = 16 * 1024;

/// Bytes that have come and are not consumed yet, and where more come from.
#[derive(Debug)]
pub(crate) struct Incoming<R> {
    source: R,
    pending: Vec<u8>,
}

impl<R: AsyncRead + Unpin> Incoming<R> {
    pub(crate) fn new(source: R) -> Self {
        Self {
            source,
            pending: Vec::new(),
        }
    }

    /// What has come and was not consumed.
    pub(crate) fn pending(&self) -> &[u8] {
        &self.pending
    }

    /// Takes the first `length` bytes out.
    pub(crate) fn take(&mut self, length: usize) -> Vec<u8> {
        self.pending.drain(..length).collect()
    }

    /// Waits for more; 0 means that the other side closed.
    pub(crate) async fn fill(&mut self, patience: Duration) -> io::Result<usize> {
        let mut piece = [0; READ_SIZE];
        let count = timeout(patience, self.source.read(&mut piece))
            .await
            .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        self.pending.extend_from_slice(&piece[..count]);
        Ok(count)
    }
}
