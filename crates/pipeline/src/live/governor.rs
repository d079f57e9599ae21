//! How the work is cut down on a machine that is too slow for it.

use backlot_media::Size;
use std::fmt;

/// How large pictures are made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// As asked for.
    #[default]
    Full,
    /// Three quarters of both sides.
    ThreeQuarters,
    /// Half of both sides.
    Half,
}

impl Scale {
    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Full => "full size",
            Self::ThreeQuarters => "3/4 size",
            Self::Half => "half size",
        }
    }

    /// A size at this scale, with even sides.
    pub fn of(self, size: Size) -> Size {
        let side = |length: u32| match self {
            Self::Full => length,
            Self::ThreeQuarters => (length * 3 / 4).max(2),
            Self::Half => (length / 2).max(2),
        };
        Size { width: side(size.width), height: side(size.height) }.rounded_to_even()
    }
}

/// How the work is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The network looks at every n-th picture; the matte is carried along in between.
    pub network_every: u32,
    /// How large pictures are made.
    pub scale: Scale,
}

impl Default for Plan {
    fn default() -> Self {
        Self { network_every: 1, scale: Scale::Full }
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let network = match self.network_every {
            0 | 1 => "network on every picture".to_owned(),
            2 => "network on every 2nd picture".to_owned(),
            3 => "network on every 3rd picture".to_owned(),
            n => format!("network on every {n}th picture"),
        };
        write!(f, "{network}, {}", self.scale.name())
    }
}
