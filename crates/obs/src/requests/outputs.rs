//! Outputs: the virtual camera, and what there is none of.

use crate::desk::Desk;
use crate::facts::is_active;
use crate::fields::Fields;
use crate::status::{Failure, Outcome};
use serde_json::{Value, json};

pub(super) fn camera(desk: &Desk, _: Fields<'_>) -> Outcome {
    Ok(json!({ "outputActive": is_active(&*desk.state()?) }))
}

pub(super) fn start(desk: &Desk, _: Fields<'_>) -> Outcome {
    if is_active(&*desk.state()?) {
        return Err(Failure::new(Failure::RUNNING, "the virtual camera runs already"));
    }
    desk.ask(json!({ "request": "resume" }))?;
    Ok(Value::Null)
}

pub(super) fn stop(desk: &Desk, _: Fields<'_>) -> Outcome {
    if !is_active(&*desk.state()?) {
        return Err(Failure::new(Failure::NOT_RUNNING, "the virtual camera is paused already"));
    }
    desk.ask(json!({ "request": "pause" }))?;
    Ok(Value::Null)
}

pub(super) fn toggle(desk: &Desk, fields: Fields<'_>) -> Outcome {
    let was_active = is_active(&*desk.state()?);
    if was_active {
        stop(desk, fields)?
    } else {
        start(desk, fields)?
    };
    Ok(json!({ "outputActive": !was_active }))
}

pub(super) fn record(_: &Desk, _: Fields<'_>) -> Outcome {
    Ok(json!({
        "outputActive": false,
        "outputPaused": false,
        "outputTimecode": "00:00:00.000",
        "outputDuration": 0,
        "outputBytes": 0,
    }))
}

pub(super) fn stream(_: &Desk, _: Fields<'_>) -> Outcome {
    Ok(json!({
        "outputActive": false,
        "outputReconnecting": false,
        "outputTimecode": "00:00:00.000",
        "outputDuration": 0,
        "outputCongestion": 0.0,
        "outputBytes": 0,
        "outputSkippedFrames": 0,
        "outputTotalFrames": 0,
    }))
}

pub(super) fn disabled(_: &Desk, _: Fields<'_>) -> Outcome {
    Err(Failure::new(Failure::DISABLED, "Backlot has no such output for programs that steer OBS"))
}

pub(super) fn not_running(_: &Desk, _: Fields<'_>) -> Outcome {
    Err(Failure::new(Failure::NOT_RUNNING, "this output doesn't run"))
}
