//! Whether somebody is in a camera's picture.

/// The least share of the picture that a person covers: less are specks.
const LEAST: f64 = 0.01;

/// How many looks in a row must agree: a network errs now and then.
const IN_A_ROW: u32 = 3;

/// Decides by what the network saw in one picture after the other.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Somebody {
    is_there: Option<bool>,
    last: Option<bool>,
    in_a_row: u32,
}

impl Somebody {
    /// Takes in the share of a picture that somebody covers; nothing where that isn't known.
    pub fn note(&mut self, coverage: Option<f64>) {
        let Some(seen) = coverage.map(|share| share >= LEAST) else { return };
        let before = if self.last == Some(seen) { self.in_a_row } else { 0 };
        (self.last, self.in_a_row) = (Some(seen), before.saturating_add(1));
        if self.in_a_row >= IN_A_ROW {
            self.is_there = Some(seen);
        }
    }

    /// Whether somebody is there, if that is known.
    pub const fn is_there(&self) -> Option<bool> {
        self.is_there
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_pictures_decide_nothing() {
        let mut somebody = Somebody::default();
        let mut after = |shares: &[f64]| {
            shares.iter().for_each(|share| somebody.note(Some(*share)));
            somebody.note(None);
            somebody.is_there()
        };
        assert_eq!(after(&[0.2, 0.2]), None);
        assert_eq!(after(&[0.2]), Some(true));
        assert_eq!(after(&[0.0, 0.009, 0.2, 0.0, 0.0, 0.2]), Some(true));
        assert_eq!(after(&[0.0, 0.0, 0.009]), Some(false));
        assert_eq!(after(&[1.0, 1.0, 0.0, 1.0]), Some(false));
        assert_eq!(after(&[0.01, 0.01]), Some(true));
    }
}
