//! Figures with two digits behind the point.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A figure in hundredths: equal after it was written and read again, and to its neighbour that
/// differs by less than anyone would see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema)]
#[schemars(with = "f64", inline)]
pub struct Hundredths(i64);

impl Hundredths {
    /// The figure.
    pub fn get(self) -> f64 {
        self.0 as f64 / 100.0
    }
}

impl From<f64> for Hundredths {
    /// Rounds; what is no number becomes 0, and what is too large the largest.
    fn from(value: f64) -> Self {
        // Up to here a double tells each hundredth from the next.
        const MOST: f64 = 1e13;
        Self((value.clamp(-MOST, MOST) * 100.0).round() as i64)
    }
}

impl fmt::Display for Hundredths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

impl Serialize for Hundredths {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.get())
    }
}

impl<'de> Deserialize<'de> for Hundredths {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        f64::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(value in any::<f64>()) {
            let figure = Hundredths::from(value);
            let text = serde_json::to_string(&figure).unwrap();
            prop_assert_eq!(serde_json::from_str::<Hundredths>(&text).unwrap(), figure);
        }
    }

    #[test]
    fn figures_are_rounded() {
        let told = |value: f64| serde_json::to_string(&Hundredths::from(value)).unwrap();
        assert_eq!(told(29.966_666), "29.97");
        assert_eq!(told(0.004), "0.0");
        assert_eq!(told(f64::NAN), "0.0");
        assert_eq!(told(f64::INFINITY), "10000000000000.0");
        assert_eq!(format!("{:.1}", Hundredths::from(19.38)), "19.4");
    }
}
