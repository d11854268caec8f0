//! Requests as bytes, for what no client library sends.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::Site;

/// Sends bytes as they are and reads what comes back, until the service closes or is silent.
pub async fn raw(site: &Site, bytes: &[u8]) -> Vec<u8> {
    raw_within(site, bytes, Duration::from_secs(5)).await
}

/// The same with more or less patience with a silent service.
pub async fn raw_within(site: &Site, bytes: &[u8], patience: Duration) -> Vec<u8> {
    let address = site.origin.strip_prefix("http://").unwrap();
    let (mut from, mut to) = TcpStream::connect(address).await.unwrap().into_split();
    let bytes = bytes.to_vec();
    // The service may answer, and close, before it was sent everything.
    let sending = tokio::spawn(async move {
        let _ = to.write_all(&bytes).await;
        to
    });
    let mut answer = Vec::new();
    let mut part = vec![0; 16_384];
    while let Ok(Ok(read)) = tokio::time::timeout(patience, from.read(&mut part)).await {
        if read == 0 {
            break;
        }
        answer.extend_from_slice(&part[..read]);
        if is_whole(&answer) {
            break;
        }
    }
    sending.abort();
    answer
}

/// Whether an answer with a `Content-Length` is all there.
fn is_whole(answer: &[u8]) -> bool {
    let text = String::from_utf8_lossy(answer).into_owned();
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let lower = head.to_lowercase();
    let length = lower.split("content-length: ").nth(1);
    let length = length.and_then(|rest| rest.lines().next()?.trim().parse::<usize>().ok());
    length.is_some_and(|length| body.len() >= length)
}

/// The status of an answer.
pub fn status(answer: &[u8]) -> u16 {
    let text = String::from_utf8_lossy(answer).into_owned();
    let status = text
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    status.unwrap_or_else(|| panic!("no answer: {text:?}"))
}
