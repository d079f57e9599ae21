//! Colours as designed (R'G'B') and as painted (YCbCr).

use backlot_media::Matrix;

/// A colour in R'G'B', 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rgb(pub [f32; 3]);

impl Rgb {
    /// A colour written as `0xrrggbb`.
    pub const fn hex(code: u32) -> Self {
        let [_, r, g, b] = code.to_be_bytes();
        Self([r as f32 / 255.0, g as f32 / 255.0, b as f32 / 255.0])
    }

    pub fn mix(self, other: Self, t: f32) -> Self {
        let [a, b] = [self.0, other.0];
        Self(std::array::from_fn(|i| a[i] + (b[i] - a[i]) * t))
    }

    /// Multiplies each component by its own factor.
    pub fn times(self, gain: [f32; 3]) -> Self {
        Self(std::array::from_fn(|i| (self.0[i] * gain[i]).min(1.0)))
    }

    pub fn darker(self, by: f32) -> Self {
        self.times([1.0 - by; 3])
    }

    pub fn lighter(self, by: f32) -> Self {
        self.mix(Self([1.0; 3]), by)
    }
}

/// A colour as it is painted: luma 0 to 1, chroma -0.5 to 0.5.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Ink {
    pub y: f32,
    pub u: f32,
    pub v: f32,
}

impl Ink {
    /// The colour under a matrix.
    pub fn new(Rgb([r, g, b]): Rgb, matrix: Matrix) -> Self {
        let (kr, kb) = matrix.weights();
        let (kr, kb) = (kr as f32, kb as f32);
        let y = kr * r + (1.0 - kr - kb) * g + kb * b;
        Self { y, u: (b - y) / (2.0 * (1.0 - kb)), v: (r - y) / (2.0 * (1.0 - kr)) }
    }
}
