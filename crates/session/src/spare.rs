//! What could be better with the time that a machine has to spare.

use crate::asked::Asked;
use backlot_networks::Network;
use backlot_pipeline::Stage;
use backlot_pipeline::live::{Effort, LiveStatus};
use std::time::Duration;

/// The pictures after which it is known how quick a machine is: ten seconds.
const SETTLED: u64 = 300;
/// Up to this share of a core, and of the time between two pictures, there is time to spare.
const SPARE: f64 = 0.5;
/// The network that could look now and then.
const TEACHER: &str = "multiclass";

/// What to offer, in a sentence.
pub(crate) fn offer(asked: &Asked, status: &LiveStatus, cpu_percent: f64) -> Option<String> {
    let work = Stage::ALL.iter().map(|stage| status.stages.get(*stage)).sum();
    let share = cpu_percent / 100.0;
    let is_quick = is_quick((status.finished, work), status.plan, asked.wish().rate.fps(), share);
    let is_usual =
        asked.matting.model == "auto" && asked.matting.quality.as_deref() == Some("live");
    let has_more = || Network::named(TEACHER).is_some_and(|network| network.is_there());
    (is_quick && is_usual && has_more()).then(|| {
        "there is time to spare: 'matte.quality = \"teacher\"' takes out what is only taken for you"
            .to_owned()
    })
}

/// Whether everything is done as well as was asked for, in half of the time: by the number of pictures
/// and the work on them, the plan, the rate, and the share of a core that is used.
fn is_quick((finished, work): (u64, Duration), plan: Effort, fps: f64, used: f64) -> bool {
    let share = work.as_secs_f64() * fps / finished.max(1) as f64;
    finished >= SETTLED && plan == Effort::default() && share < SPARE && used < SPARE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_does_everything_in_half_of_the_time_has_some_to_spare() {
        let pictures = |finished: u64, ms: u64| (finished, Duration::from_millis(ms * finished));
        let full = Effort::default();
        assert!(is_quick(pictures(300, 10), full, 30.0, 0.4));
        assert!(!is_quick(pictures(299, 10), full, 30.0, 0.4), "it isn't known yet");
        assert!(!is_quick(pictures(300, 20), full, 30.0, 0.4), "the work is long");
        assert!(!is_quick(pictures(300, 10), full, 30.0, 0.6), "the processor is busy");
        let lowered = Effort { network_every: 2, ..full };
        assert!(!is_quick(pictures(300, 10), lowered, 30.0, 0.4), "it does less already");
    }
}
