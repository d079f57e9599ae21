//! How the numbers in a picture mean colours: matrix and range.

use std::fmt;

/// The luma coefficients that turn R'G'B' into Y'CbCr.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Matrix {
    /// ITU-R BT.601: webcams, JPEG, standard definition.
    #[default]
    Bt601,
    /// ITU-R BT.709: high definition video.
    Bt709,
}

impl Matrix {
    /// The weights of red and blue in luma, `(Kr, Kb)`; green has the rest of 1.
    pub const fn weights(self) -> (f64, f64) {
        match self {
            Self::Bt601 => (0.299, 0.114),
            Self::Bt709 => (0.2126, 0.0722),
        }
    }
}

/// Which code values stand for black and white.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Range {
    /// Luma 16..=235, chroma 16..=240: video.
    #[default]
    Limited,
    /// All of 0..=255: JPEG and MJPEG.
    Full,
}

impl Range {
    /// The code value of black.
    pub const fn black(self) -> u8 {
        match self {
            Self::Limited => 16,
            Self::Full => 0,
        }
    }

    /// The code value of white.
    pub const fn white(self) -> u8 {
        match self {
            Self::Limited => 235,
            Self::Full => 255,
        }
    }

    /// Code values between black and white in luma.
    pub const fn luma_span(self) -> f64 {
        match self {
            Self::Limited => 219.0,
            Self::Full => 255.0,
        }
    }

    /// Code values between the extremes of a chroma component.
    pub const fn chroma_span(self) -> f64 {
        match self {
            Self::Limited => 224.0,
            Self::Full => 255.0,
        }
    }
}

/// Matrix and range of a frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ColorSpace {
    /// Luma coefficients.
    pub matrix: Matrix,
    /// Code value range.
    pub range: Range,
}

impl ColorSpace {
    /// BT.601, limited: what a viewer assumes for an untagged webcam.
    pub const BT601: Self = Self { matrix: Matrix::Bt601, range: Range::Limited };
    /// BT.709, limited: high definition video.
    pub const BT709: Self = Self { matrix: Matrix::Bt709, range: Range::Limited };
    /// BT.601, full range: JPEG (JFIF) and so MJPEG.
    pub const JPEG: Self = Self { matrix: Matrix::Bt601, range: Range::Full };

    /// Converts R'G'B' in `0.0..=1.0` to (unrounded) Y'CbCr code values.
    ///
    /// This is the definition (ITU-R BT.601-7 and BT.709-6, section 3) that kernels are tested
    /// against; it is not fast.
    pub fn encode(self, [r, g, b]: [f64; 3]) -> [f64; 3] {
        let (kr, kb) = self.matrix.weights();
        let y = kr * r + (1.0 - kr - kb) * g + kb * b;
        let cb = (b - y) / (2.0 * (1.0 - kb));
        let cr = (r - y) / (2.0 * (1.0 - kr));
        [
            f64::from(self.range.black()) + y * self.range.luma_span(),
            128.0 + cb * self.range.chroma_span(),
            128.0 + cr * self.range.chroma_span(),
        ]
    }

    /// Converts Y'CbCr code values to R'G'B', in `0.0..=1.0` for colours that exist.
    pub fn decode(self, [y, cb, cr]: [f64; 3]) -> [f64; 3] {
        let (kr, kb) = self.matrix.weights();
        let y = (y - f64::from(self.range.black())) / self.range.luma_span();
        let cb = (cb - 128.0) / self.range.chroma_span();
        let cr = (cr - 128.0) / self.range.chroma_span();
        let r = y + 2.0 * (1.0 - kr) * cr;
        let b = y + 2.0 * (1.0 - kb) * cb;
        [r, (y - kr * r - kb * b) / (1.0 - kr - kb), b]
    }

    /// Converts an 8-bit R'G'B' colour to rounded Y'CbCr code values.
    pub fn encode_rgb8(self, rgb: [u8; 3]) -> [u8; 3] {
        self.encode(rgb.map(|c| f64::from(c) / 255.0)).map(|v| v.round().clamp(0.0, 255.0) as u8)
    }
}

impl fmt::Display for ColorSpace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let matrix = match self.matrix {
            Matrix::Bt601 => "BT.601",
            Matrix::Bt709 => "BT.709",
        };
        let range = match self.range {
            Range::Limited => "limited",
            Range::Full => "full",
        };
        write!(f, "{matrix} {range}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [ColorSpace; 4] = [
        ColorSpace::BT601,
        ColorSpace::BT709,
        ColorSpace::JPEG,
        ColorSpace { matrix: Matrix::Bt709, range: Range::Full },
    ];

    #[test]
    fn black_and_white_take_the_ends_of_the_range() {
        for space in ALL {
            assert_eq!(space.encode_rgb8([0; 3]), [space.range.black(), 128, 128]);
            assert_eq!(space.encode_rgb8([255; 3]), [space.range.white(), 128, 128]);
        }
    }

    #[test]
    fn published_code_values_of_the_75_percent_bars() {
        // SMPTE RP 219 for BT.709, EBU Tech 3325 for BT.601: yellow and blue.
        assert_eq!(ColorSpace::BT709.encode_rgb8([191, 191, 0]), [168, 44, 136]);
        assert_eq!(ColorSpace::BT601.encode_rgb8([0, 0, 191]), [35, 212, 114]);
    }

    #[test]
    fn decode_undoes_encode() {
        for space in ALL {
            for rgb in [[0.0, 0.5, 1.0], [1.0, 0.0, 0.25], [0.3, 0.9, 0.1]] {
                let back = space.decode(space.encode(rgb));
                for (a, b) in rgb.iter().zip(back) {
                    assert!((a - b).abs() < 1e-12, "{space}: {rgb:?} came back as {back:?}");
                }
            }
        }
    }
}
