//! The program itself.

use crate::desk::Desk;
use crate::facts::video;
use crate::fields::Fields;
use crate::message::BatchMode;
use crate::status::{Failure, Outcome};
use serde_json::{Map, Value, json};
use std::time::Duration;

/// The version of obs-websocket that is spoken here.
pub(crate) const WEBSOCKET_VERSION: &str = "5.5.2";
/// The version of OBS that it came with: clients look at it.
const OBS_VERSION: &str = "30.2.3";
/// The longest sleep, in milliseconds and in pictures.
const LONGEST_MS: f64 = 50_000.0;
const LONGEST_FRAMES: f64 = 10_000.0;

pub(super) fn version(desk: &Desk, _: Fields<'_>) -> Outcome {
    Ok(json!({
        "obsVersion": OBS_VERSION,
        "obsWebSocketVersion": WEBSOCKET_VERSION,
        "rpcVersion": 1,
        "availableRequests": super::names(),
        "supportedImageFormats": super::picture::FORMATS,
        "platform": "linux",
        "platformDescription": format!("Backlot {}", desk.state()?.program),
    }))
}

pub(super) fn stats(desk: &Desk, _: Fields<'_>) -> Outcome {
    let state = desk.state()?;
    let figures = &state.figures;
    let written: u64 = figures.outputs.iter().map(|output| output.written).sum();
    let dropped: u64 = figures.outputs.iter().map(|output| output.dropped).sum();
    Ok(json!({
        "cpuUsage": figures.cpu_percent,
        "memoryUsage": figures.memory_mb,
        "availableDiskSpace": 0.0,
        "activeFps": figures.fps,
        "averageFrameRenderTime": figures.median_ms,
        "renderSkippedFrames": figures.dropped,
        "renderTotalFrames": figures.finished,
        "outputSkippedFrames": dropped,
        "outputTotalFrames": written + dropped,
        "webSocketSessionIncomingMessages": 0,
        "webSocketSessionOutgoingMessages": 0,
    }))
}

pub(super) fn video_settings(desk: &Desk, _: Fields<'_>) -> Outcome {
    let (width, height, rate) = video(&*desk.state()?);
    let (numerator, denominator) = match rate.fract() == 0.0 {
        true => (rate, 1),
        false => ((rate * 1000.0).round(), 1000),
    };
    Ok(json!({
        "baseWidth": width,
        "baseHeight": height,
        "outputWidth": width,
        "outputHeight": height,
        "fpsNumerator": numerator as u32,
        "fpsDenominator": denominator,
    }))
}

/// A list of nothing.
pub(super) fn no(name: &str) -> Value {
    json!({ name: [] })
}

/// A list of what there is one of.
pub(super) fn one(current: &str, all: &str) -> Value {
    json!({ current: "Backlot", all: ["Backlot"] })
}

/// A truth.
pub(super) fn flag(name: &str, value: bool) -> Value {
    json!({ name: value })
}

pub(super) fn no_studio() -> Failure {
    Failure::new(Failure::NO_STUDIO, "there is no studio mode")
}

/// Waits, in a batch.
pub(crate) fn sleep(desk: &Desk, data: Option<&Map<String, Value>>, mode: BatchMode) -> Outcome {
    let fields = Fields(data);
    let seconds = match mode {
        BatchMode::Realtime => fields.number("sleepMillis", 0.0, LONGEST_MS)? / 1000.0,
        BatchMode::Frame => {
            let (_, _, rate) = video(&*desk.state()?);
            fields.number("sleepFrames", 0.0, LONGEST_FRAMES)? / rate.max(1.0)
        }
        BatchMode::Parallel => {
            return Err(Failure::new(Failure::MODE, "`Sleep` is impossible in a parallel batch"));
        }
    };
    desk.shared.rest(Duration::from_secs_f64(seconds));
    Ok(Value::Null)
}
