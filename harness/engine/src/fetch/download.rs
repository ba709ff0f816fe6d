//! Files with a public address.

use std::io::{self, Read};
use std::time::Duration;

use ureq::Agent;
use ureq::http::Uri;

use super::FetchError;
use crate::datasets::origin::{is_allowed, is_loopback};

/// How long to wait for a connection, and for the next bytes of a download.
const PATIENCE: Duration = Duration::from_mins(1);

/// Starts a download. A body that ends early gives an error, not a short file.
pub(super) fn open(name: &str, url: &str) -> Result<impl Read + use<>, FetchError> {
    let failed = |message: String| FetchError::Download {
        name: name.to_owned(),
        url: url.to_owned(),
        message,
    };
    // Already so when `meta.toml` was read; said again where it matters.
    let uri = url.parse::<Uri>().ok().filter(|_| is_allowed(url));
    let uri = uri.ok_or_else(|| failed("not an https:// address".to_owned()))?;
    let config = Agent::config_builder()
        .timeout_connect(Some(PATIENCE))
        .timeout_recv_response(Some(PATIENCE))
        .timeout_per_read(Some(PATIENCE))
        .accept_encoding("identity");
    let config = if is_loopback(&uri) {
        // Whoever listens on this machine may not send us elsewhere, nor may a proxy.
        config.max_redirects(0).proxy(None)
    } else {
        config.https_only(true).max_redirects(5)
    };
    let response = Agent::new_with_config(config.build())
        .get(uri)
        .call()
        .map_err(|error| failed(error.to_string()))?;
    let status = response.status();
    if !status.is_success() {
        return Err(failed(format!("the server answers {status}")));
    }
    let body = response.into_body();
    let expected = body.content_length();
    Ok(Whole {
        body: body.into_reader(),
        expected,
        received: 0,
    })
}

/// A body whose end is an error if bytes are missing.
struct Whole<R> {
    body: R,
    expected: Option<u64>,
    received: u64,
}

impl<R: Read> Read for Whole<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let received = self.received;
        let cut = |why: &str| {
            let expected = self
                .expected
                .map_or("?".to_owned(), |bytes| bytes.to_string());
            io::Error::other(format!("{why} after {received} of {expected} bytes"))
        };
        match self.body.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => Err(cut(&error.to_string())),
            Ok(0) if !buffer.is_empty() && self.expected.is_some_and(|bytes| received < bytes) => {
                Err(cut("the connection was closed"))
            }
            Ok(count) => {
                self.received += count as u64;
                Ok(count)
            }
        }
    }
}
