//! A lean HTTP client: one kept-alive connection, no allocation beyond the answer.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A connection to the service.
pub(crate) struct Connection {
    address: SocketAddr,
    stream: TcpStream,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Everything that was sent: head and body.
    bytes: Vec<u8>,
    head: usize,
}

impl Answer {
    /// The body as it was sent: in chunks where its length was not known before.
    pub(crate) fn body(&self) -> &[u8] {
        &self.bytes[self.head..]
    }

    /// Bytes on the wire, the head included.
    pub(crate) fn weight(&self) -> usize {
        self.bytes.len()
    }
}

/// The head of a request without its end, to which the length of the body is added.
pub(crate) fn head(method: &str, path: &str, media_type: &str) -> String {
    format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {media_type}\r\n")
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { address, stream })
    }

    /// Opens the connection anew after a fault.
    pub(crate) async fn renew(&mut self) -> io::Result<()> {
        *self = Self::open(self.address).await?;
        Ok(())
    }

    pub(crate) async fn get(&mut self, path: &str) -> io::Result<Answer> {
        let head = format!(
            "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n\r\n"
        );
        self.stream.write_all(head.as_bytes()).await?;
        self.answer().await
    }

    pub(crate) async fn send(&mut self, head: &str, body: &[u8]) -> io::Result<Answer> {
        let head = format!("{head}Content-Length: {}\r\n\r\n", body.len());
        self.stream.write_all(head.as_bytes()).await?;
        self.stream.write_all(body).await?;
        self.answer().await
    }

    async fn answer(&mut self) -> io::Result<Answer> {
        let mut bytes = Vec::with_capacity(4_096);
        let head = loop {
            if self.stream.read_buf(&mut bytes).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
        };
        let text = std::str::from_utf8(&bytes[..head]).map_err(|_| io::ErrorKind::InvalidData)?;
        let status = text.get(9..12).and_then(|status| status.parse().ok());
        let length = text.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            let named = name.eq_ignore_ascii_case("content-length");
            named.then(|| value.trim().parse::<usize>().ok()).flatten()
        });
        let chunked = text
            .to_ascii_lowercase()
            .contains("transfer-encoding: chunked");
        let Some(status) = status else {
            return Err(io::ErrorKind::InvalidData.into());
        };
        let Some(length) = length else {
            if !chunked {
                return Err(io::ErrorKind::InvalidData.into());
            }
            // The last chunk is empty. No body here has line breaks, so that nothing in one looks like it.
            while !bytes[head..].ends_with(b"\r\n0\r\n\r\n") {
                if self.stream.read_buf(&mut bytes).await? == 0 {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
            }
            return Ok(Answer {
                status,
                bytes,
                head,
            });
        };
        bytes.reserve((head + length).saturating_sub(bytes.len()));
        while bytes.len() < head + length {
            if self.stream.read_buf(&mut bytes).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(Answer {
            status,
            bytes,
            head,
        })
    }
}
