//! What a person's matte looks like, told from what broken networks give.

use backlot_media::{Plane, Timestamp};

/// The largest share of the picture that a person may cover. A matte beyond it lets nearly the
/// whole room through.
const MOST_PERSON: f64 = 0.995;

/// Tells mattes of people from others.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plausibility;

impl Plausibility {
    pub const fn new() -> Self {
        Self
    }

    /// Whether the matte of a frame taken at that time may be one of a person.
    pub fn holds(&mut self, matte: Plane<'_>, _time: Timestamp) -> bool {
        coverage(matte) <= MOST_PERSON
    }
}

/// The share of the picture that is person, of every eighth row.
fn coverage(matte: Plane<'_>) -> f64 {
    let rows = matte.rows().step_by(8);
    let (sum, count) = rows.fold((0, 0), |(sum, count), row| {
        (sum + row.iter().map(|&v| u64::from(v)).sum::<u64>(), count + row.len())
    });
    sum as f64 / (255.0 * count as f64)
}
