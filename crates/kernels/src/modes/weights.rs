//! The modes, and the weights between colour spaces.

use backlot_media::ColorSpace;

/// How the colours of a layer and of what is below make new ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// `b * t`: what is dark stays dark.
    Multiply,
    /// `b + t - b * t`: what is bright stays bright.
    Screen,
    /// `b + t`, at most white: light on light.
    Add,
}

/// The weights between Y'CbCr and R'G'B'.
#[derive(Clone, Copy, Debug)]
pub struct Weights {
    /// Of `luma << 7`, in 15 bits: 5 bits after the point remain.
    pub luma: i16,
    /// What black adds, and a half to round by.
    pub offset: i16,
    /// Of `(cb - 128) << 7` in red, green and blue.
    pub cb: [i16; 3],
    /// Of `(cr - 128) << 7`.
    pub cr: [i16; 3],
    /// Of red, green and blue in luma, cb and cr, in 15 bits.
    pub back: [[i16; 3]; 3],
}

impl Weights {
    pub fn new(space: ColorSpace) -> Self {
        let fixed = |value: f64| (value * 32768.0).round() as i16;
        // 5 of 7 bits remain, and a code value is a 255th.
        let part = |of: [f64; 3]| {
            let (there, zero) = (space.decode(of), space.decode([0.0; 3]));
            [0, 1, 2].map(|i| (there[i] - zero[i]) * 255.0 / 4.0)
        };
        let origin = space.decode([0.0, 128.0, 128.0])[0] * 255.0 * 32.0 + 16.0;
        let to = |rgb: [f64; 3]| {
            let (there, black) = (space.encode(rgb), space.encode([0.0; 3]));
            [0, 1, 2].map(|i| (there[i] - black[i]) / 255.0)
        };
        let columns = [to([1.0, 0.0, 0.0]), to([0.0, 1.0, 0.0]), to([0.0, 0.0, 1.0])];
        Self {
            luma: fixed(part([1.0, 0.0, 0.0])[0]),
            offset: origin.round() as i16,
            cb: part([0.0, 1.0, 0.0]).map(fixed),
            cr: part([0.0, 0.0, 1.0]).map(fixed),
            back: [0, 1, 2].map(|row| columns.map(|column| fixed(column[row]))),
        }
    }
}
