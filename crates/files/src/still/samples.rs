//! Converts the samples of decoders, row by row, to R, G, B and alpha of 8 bits.

use crate::color::profile::{Model, ToSrgb};

/// The precision of samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Depth {
    /// Bytes.
    Eight,
    /// Two bytes, in native order.
    Sixteen,
    /// `f32`, of which 1 is white.
    Float,
}

impl Depth {
    const fn bytes(self) -> usize {
        match self {
            Self::Eight => 1,
            Self::Sixteen => 2,
            Self::Float => 4,
        }
    }
}

/// The channels of a decoded pixel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Samples {
    pub model: Model,
    pub alpha: bool,
    pub depth: Depth,
}

impl Samples {
    pub const GRAY8: Self = Self::new(Model::Gray, false, Depth::Eight);
    pub const RGB8: Self = Self::new(Model::Rgb, false, Depth::Eight);
    pub const RGBA8: Self = Self::new(Model::Rgb, true, Depth::Eight);
    pub const CMYK8: Self = Self::new(Model::Cmyk, false, Depth::Eight);

    pub const fn new(model: Model, alpha: bool, depth: Depth) -> Self {
        Self { model, alpha, depth }
    }

    /// Samples per pixel.
    pub const fn channels(self) -> usize {
        let colors = match self.model {
            Model::Gray => 1,
            Model::Rgb => 3,
            Model::Cmyk => 4,
        };
        colors + self.alpha as usize
    }

    /// Bytes per pixel.
    pub const fn bytes(self) -> usize {
        self.channels() * self.depth.bytes()
    }
}

/// Converts rows, with memory for a few of them.
#[derive(Debug)]
pub(super) struct RowConverter {
    samples: Samples,
    to_srgb: Option<ToSrgb>,
    wide: Vec<[u16; 4]>,
}

impl RowConverter {
    pub const fn new(samples: Samples, to_srgb: Option<ToSrgb>) -> Self {
        Self { samples, to_srgb, wide: Vec::new() }
    }

    /// Converts a row of as many pixels as `to` has.
    pub fn run(&mut self, from: &[u8], to: &mut [[u8; 4]]) {
        let pixels = from.chunks_exact(self.samples.bytes());
        if self.samples.depth == Depth::Eight {
            for (to, from) in to.iter_mut().zip(pixels) {
                *to = spread(self.samples, |channel| from[channel], u8::MAX);
            }
            self.finish8(to);
            return;
        }
        let mut wide = std::mem::take(&mut self.wide);
        wide.clear();
        match self.samples.depth {
            Depth::Float => {
                wide.extend(pixels.map(|p| spread(self.samples, |c| float(p, c), u16::MAX)));
            }
            _ => wide.extend(pixels.map(|p| spread(self.samples, |c| word(p, c), u16::MAX))),
        }
        match (&mut self.to_srgb, self.samples.model) {
            (Some(to_srgb), _) => to_srgb.run16(&mut wide),
            (None, Model::Cmyk) => wide.iter_mut().for_each(|pixel| *pixel = light16(*pixel)),
            _ => (),
        }
        for (to, from) in to.iter_mut().zip(&wide) {
            *to = from.map(|value| ((u32::from(value) * 255 + 32_767) / 65_535) as u8);
        }
        self.wide = wide;
    }

    fn finish8(&mut self, row: &mut [[u8; 4]]) {
        match (&mut self.to_srgb, self.samples.model) {
            (Some(to_srgb), _) => to_srgb.run8(row),
            (None, Model::Cmyk) => row.iter_mut().for_each(|pixel| *pixel = light8(*pixel)),
            _ => (),
        }
    }
}

/// R, G, B, A or C, M, Y, K of a pixel.
fn spread<T: Copy>(samples: Samples, channel: impl Fn(usize) -> T, opaque: T) -> [T; 4] {
    let alpha = |at| if samples.alpha { channel(at) } else { opaque };
    match samples.model {
        Model::Gray => [channel(0), channel(0), channel(0), alpha(1)],
        Model::Rgb => [channel(0), channel(1), channel(2), alpha(3)],
        Model::Cmyk => [channel(0), channel(1), channel(2), channel(3)],
    }
}

fn word(pixel: &[u8], channel: usize) -> u16 {
    u16::from_ne_bytes([pixel[2 * channel], pixel[2 * channel + 1]])
}

/// NaN is black.
fn float(pixel: &[u8], channel: usize) -> u16 {
    let [a, b, c, d] = [0, 1, 2, 3].map(|byte| pixel[4 * channel + byte]);
    (f32::from_ne_bytes([a, b, c, d]).clamp(0.0, 1.0) * 65_535.0).round() as u16
}

/// Inks without a profile: each takes its share of the light.
fn light8([c, m, y, k]: [u8; 4]) -> [u8; 4] {
    let left = |ink: u8| ((255 - u32::from(ink)) * (255 - u32::from(k)) + 127) / 255;
    [left(c) as u8, left(m) as u8, left(y) as u8, 255]
}

fn light16([c, m, y, k]: [u16; 4]) -> [u16; 4] {
    let left = |ink: u16| (65_535 - u64::from(ink)) * (65_535 - u64::from(k)) / 65_535;
    [left(c) as u16, left(m) as u16, left(y) as u16, u16::MAX]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn convert(samples: Samples, bytes: &[u8]) -> [u8; 4] {
        let mut row = [[7; 4]];
        RowConverter::new(samples, None).run(bytes, &mut row);
        row[0]
    }

    #[test]
    fn every_kind_of_number_becomes_a_byte() {
        let words = |words: &[u16]| words.iter().flat_map(|w| w.to_ne_bytes()).collect::<Vec<_>>();
        let floats =
            |floats: &[f32]| floats.iter().flat_map(|f| f.to_ne_bytes()).collect::<Vec<_>>();
        let kind = Samples::new;
        assert_eq!(convert(Samples::GRAY8, &[9]), [9, 9, 9, 255]);
        assert_eq!(convert(kind(Model::Gray, true, Depth::Eight), &[9, 3]), [9, 9, 9, 3]);
        assert_eq!(convert(Samples::RGB8, &[1, 2, 3]), [1, 2, 3, 255]);
        assert_eq!(convert(Samples::RGBA8, &[1, 2, 3, 4]), [1, 2, 3, 4]);
        assert_eq!(convert(Samples::CMYK8, &[255, 0, 51, 0]), [0, 255, 204, 255]);
        assert_eq!(convert(Samples::CMYK8, &[0, 0, 0, 255]), [0, 0, 0, 255]);
        let wide = kind(Model::Rgb, true, Depth::Sixteen);
        assert_eq!(convert(wide, &words(&[65_535, 32_896, 0, 32_896])), [255, 128, 0, 128]);
        let inks = kind(Model::Cmyk, false, Depth::Sixteen);
        assert_eq!(convert(inks, &words(&[0, 65_535, 0, 32_639])), [128, 0, 128, 255]);
        let float = kind(Model::Rgb, false, Depth::Float);
        assert_eq!(convert(float, &floats(&[0.5, f32::NAN, f32::INFINITY])), [128, 0, 255, 255]);
    }
}
