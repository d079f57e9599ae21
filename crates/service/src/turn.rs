//! A request's way from its body to what was made of it, within its deadline.

use crate::body::arrived;
use crate::desk::Desk;
use crate::failure::{Failure, Kind};
use crate::form::{Form, Made};
use crate::queue::Client;
use crate::task::Task;
use backlot_oip::framing::message;
use bytes::Bytes;
use hyper::body::Incoming;
use std::sync::Arc;
use std::time::Instant;
use tokio::time::timeout;

/// Takes a body and has the work done, within the deadline.
///
/// # Errors
/// Why there is no answer.
pub(crate) async fn within(
    desk: &Arc<Desk>,
    client: Client,
    form: Form,
    model: usize,
    body: &mut Option<Incoming>,
) -> Result<Made, Failure> {
    let limits = &desk.house.limits;
    let taken = async {
        let arriving = body.as_mut().ok_or_else(Failure::internal)?;
        let bytes = arrived(arriving, limits.body_bytes, &desk.house.budget).await?;
        *body = None;
        Ok::<Bytes, Failure>(bytes)
    };
    let start = Instant::now();
    let seconds = limits.deadline.as_secs_f64();
    let bytes = timeout(limits.deadline, taken).await.map_err(|_| {
        let sentence = format!("the request took longer than {seconds} seconds to arrive");
        Failure::new(Kind::Slow, sentence)
    })??;
    let left = limits.deadline.saturating_sub(start.elapsed());
    let bytes = match form {
        Form::Rpc => message(bytes)?,
        _ => bytes,
    };
    timeout(left, desk.work(client, Task::new(form, model, bytes))).await.map_err(|_| {
        let sentence = format!("it wasn't done in {seconds} seconds: ask for less, or later");
        Failure::new(Kind::Late, sentence)
    })?
}
