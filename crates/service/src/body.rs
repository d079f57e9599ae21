//! What is sent with a request.

use crate::budget::Budget;
use crate::failure::{Failure, Kind};
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// How long, and how much, is still read of a body that isn't taken, so that its client hears why.
const LINGER: Duration = Duration::from_secs(5);
const LINGER_BYTES: u64 = 2 << 30;
/// How much memory is taken at once for a body that says how long it is.
const FIRST: u64 = 1 << 20;

/// A body of at most `most` bytes, which are counted as held.
///
/// # Errors
/// When it is longer, breaks off, or there is no room for it.
pub(crate) async fn arrived(
    body: &mut Incoming,
    most: u64,
    budget: &Arc<Budget>,
) -> Result<Bytes, Failure> {
    let said = body.size_hint().lower();
    if said > most {
        return Err(Failure::too_long(most));
    }
    let mut share = budget.share();
    let mut bytes = Vec::with_capacity(said.min(FIRST) as usize);
    while let Some(frame) = body.frame().await {
        let in_part = |_| Failure::new(Kind::Wrong, "what was sent arrived in part");
        // What isn't data follows the body, and is nothing to us.
        let Ok(data) = frame.map_err(in_part)?.into_data() else { continue };
        if bytes.len() + data.len() > most as usize {
            return Err(Failure::too_long(most));
        }
        if !share.grow(data.len() as u64) {
            return Err(Failure::busy());
        }
        bytes.extend_from_slice(&data);
    }
    Ok(share.around(bytes))
}

/// Reads on for a while without keeping anything: a client that still sends doesn't see an answer before the
/// connection breaks.
pub(crate) async fn linger(mut body: Incoming) {
    let mut left = LINGER_BYTES;
    let reading = async {
        while let Some(Ok(frame)) = body.frame().await {
            let bytes = frame.data_ref().map_or(0, Bytes::len) as u64;
            match left.checked_sub(bytes) {
                Some(fewer) => left = fewer,
                None => return,
            }
        }
    };
    // Whoever is slower has had its time.
    let _ = timeout(LINGER, reading).await;
}
