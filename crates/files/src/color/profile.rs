//! Converts from the colours of a picture's profile to sRGB.
//!
//! The crate `moxcms` does the arithmetic of ICC profiles. This module decides which profile
//! counts, whether it fits the picture, and whether it changes anything.

use moxcms::{
    Chromaticity, CicpColorPrimaries, CicpProfile, ColorPrimaries, ColorProfile, DataColorSpace,
    Layout, MatrixCoefficients, ToneReprCurve, TransferCharacteristics, Transform8BitExecutor,
    Transform16BitExecutor, TransformOptions, XyY,
};
use std::fmt;
use std::sync::Arc;

/// What a picture's samples measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Model {
    /// Light.
    Gray,
    /// Red, green and blue light.
    Rgb,
    /// Cyan, magenta, yellow and black ink: 0 is none.
    Cmyk,
}

/// What a picture states about its colours.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Described {
    /// An ICC profile.
    Icc(Vec<u8>),
    /// Numbers are light to the power of one divided by this.
    Gamma(f64),
    /// The same, and x and y of white, red, green and blue.
    Primaries(f64, [[f64; 2]; 4]),
    /// Primaries and transfer function by their numbers in ITU-T H.273.
    Cicp(u8, u8),
}

/// If a conversion changes pixels by no more than this, it is skipped: the profile is sRGB's own,
/// as most are.
const SAME: u8 = 1;

/// The ICC profile of sRGB, for what is written: the same bytes each time.
pub(crate) fn srgb_profile() -> Option<Vec<u8>> {
    tidied(&ColorProfile::new_srgb().encode().ok()?)
}

/// Where the table of tags begins: their number, then 12 bytes for each.
const TAGS: usize = 128;

/// A date for the header (year, month, day, and a time), so that results don't depend on the clock.
const DATE: [u16; 6] = [2026, 1, 1, 0, 0, 0];

/// The white of the profile connection space as ICC.1:2010, 7.2.16 gives it.
const D50: [u32; 3] = [0xF6D6, 0x1_0000, 0xD32D];

/// A profile as strict readers such as libpng want it: the exact white, and each tag at a multiple
/// of four bytes.
fn tidied(profile: &[u8]) -> Option<Vec<u8>> {
    let number = |at: usize| {
        let bytes = profile.get(at..at + 4)?.try_into().ok()?;
        usize::try_from(u32::from_be_bytes(bytes)).ok()
    };
    let entries = (0..number(TAGS)?).map(|tag| TAGS + 4 + 12 * tag);
    let mut tidy = profile.get(..TAGS + 4 + 12 * entries.len())?.to_vec();
    tidy[24..36].copy_from_slice(&DATE.map(u16::to_be_bytes).concat());
    tidy[68..80].copy_from_slice(&D50.map(u32::to_be_bytes).concat());
    for entry in entries {
        let (from, length) = (number(entry + 4)?, number(entry + 8)?);
        let to = u32::try_from(tidy.len()).ok()?;
        tidy[entry + 4..entry + 8].copy_from_slice(&to.to_be_bytes());
        tidy.extend_from_slice(profile.get(from..from + length)?);
        tidy.resize(tidy.len().next_multiple_of(4), 0);
    }
    let length = u32::try_from(tidy.len()).ok()?;
    tidy[..4].copy_from_slice(&length.to_be_bytes());
    Some(tidy)
}

/// Brings rows of pixels to sRGB.
pub(crate) struct ToSrgb {
    from: DataColorSpace,
    eight: Arc<Transform8BitExecutor>,
    sixteen: Arc<Transform16BitExecutor>,
    scratch8: Vec<u8>,
    scratch16: Vec<u16>,
}

impl fmt::Debug for ToSrgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToSrgb").field("from", &self.from).finish_non_exhaustive()
    }
}

impl ToSrgb {
    /// Prepares a conversion; `None` if the colours are sRGB already.
    ///
    /// # Errors
    /// What is wrong with the profile, as the end of a sentence.
    pub fn new(described: &Described, model: Model) -> Result<Option<Self>, &'static str> {
        let profile = profile(described)?;
        let from = profile.color_space;
        let layout = match (from, model) {
            (DataColorSpace::Rgb, Model::Rgb | Model::Gray) => Layout::Rgba,
            (DataColorSpace::Gray, Model::Gray) => Layout::GrayAlpha,
            (DataColorSpace::Cmyk, Model::Cmyk) => Layout::Rgba,
            _ => return Err("its colour profile is for another kind of picture"),
        };
        // The exact of the library's two ways: the quicker one is off by up to three.
        let options = TransformOptions { prefer_fixed_point: false, ..TransformOptions::default() };
        let srgb = ColorProfile::new_srgb();
        let unusable = |_| "its colour profile can't be used";
        let eight = profile.create_transform_8bit(layout, &srgb, Layout::Rgba, options);
        let sixteen = profile.create_transform_16bit(layout, &srgb, Layout::Rgba, options);
        let mut to_srgb = Self {
            from,
            eight: eight.map_err(unusable)?,
            sixteen: sixteen.map_err(unusable)?,
            scratch8: Vec::new(),
            scratch16: Vec::new(),
        };
        let changes = model == Model::Cmyk || to_srgb.changes_colors();
        Ok(changes.then_some(to_srgb))
    }

    fn changes_colors(&mut self) -> bool {
        let steps = || (0..=8_u8).map(|step| step.saturating_mul(32));
        let grid = steps().flat_map(|r| steps().flat_map(move |g| steps().map(move |b| [r, g, b])));
        let is_gray = self.from == DataColorSpace::Gray;
        let grid = grid.filter(|[r, g, b]| !is_gray || (r == g && g == b));
        let before: Vec<[u8; 4]> = grid.map(|[r, g, b]| [r, g, b, 255]).collect();
        let mut after = before.clone();
        self.run8(&mut after);
        let pairs = before.as_flattened().iter().zip(after.as_flattened());
        pairs.into_iter().any(|(a, b)| a.abs_diff(*b) > SAME)
    }

    /// Converts R, G, B, A, or C, M, Y, K, which become R, G, B, A.
    pub fn run8(&mut self, row: &mut [[u8; 4]]) {
        if self.from == DataColorSpace::Gray {
            self.scratch8.clear();
            self.scratch8.extend(row.iter().flat_map(|p| [p[0], p[3]]));
        } else {
            self.scratch8.clear();
            self.scratch8.extend_from_slice(row.as_flattened());
        }
        // The lengths fit, so this can't fail; if it does, the colours stay as they were.
        let _ = self.eight.transform(&self.scratch8, row.as_flattened_mut());
        if self.from == DataColorSpace::Cmyk {
            row.iter_mut().for_each(|pixel| pixel[3] = 255);
        }
    }

    /// Converts R, G, B, A.
    pub fn run16(&mut self, row: &mut [[u16; 4]]) {
        self.scratch16.clear();
        if self.from == DataColorSpace::Gray {
            self.scratch16.extend(row.iter().flat_map(|p| [p[0], p[3]]));
        } else {
            self.scratch16.extend_from_slice(row.as_flattened());
        }
        let _ = self.sixteen.transform(&self.scratch16, row.as_flattened_mut());
        if self.from == DataColorSpace::Cmyk {
            row.iter_mut().for_each(|pixel| pixel[3] = u16::MAX);
        }
    }
}

fn profile(described: &Described) -> Result<ColorProfile, &'static str> {
    match described {
        Described::Icc(bytes) => {
            ColorProfile::new_from_slice(bytes).map_err(|_| "its colour profile is broken")
        }
        Described::Gamma(gamma) => with_gamma(*gamma),
        Described::Primaries(gamma, [white, red, green, blue]) => {
            let mut profile = with_gamma(*gamma)?;
            if [white, red, green, blue].iter().any(|[x, y]| *x < 0.0 || *y < 1e-3 || x + y > 1.01)
            {
                return Err("its primary colours are invalid");
            }
            let point = |[x, y]: &[f64; 2]| Chromaticity { x: *x as f32, y: *y as f32 };
            let [red, green, blue] = [red, green, blue].map(point);
            let white = XyY::new(white[0], white[1], 1.0);
            profile.update_rgb_colorimetry(white, ColorPrimaries { red, green, blue });
            Ok(profile)
        }
        Described::Cicp(primaries, transfer) => {
            let unknown = |_| "its colour space is unknown";
            let cicp = CicpProfile {
                color_primaries: CicpColorPrimaries::try_from(*primaries).map_err(unknown)?,
                transfer_characteristics: TransferCharacteristics::try_from(*transfer)
                    .map_err(unknown)?,
                matrix_coefficients: MatrixCoefficients::Identity,
                full_range: true,
            };
            Ok(ColorProfile::new_from_cicp(cicp))
        }
    }
}

fn with_gamma(gamma: f64) -> Result<ColorProfile, &'static str> {
    if !(0.1..=10.0).contains(&gamma) {
        return Err("its gamma is invalid");
    }
    let mut profile = ColorProfile::new_srgb();
    let curve = || Some(ToneReprCurve::Parametric(vec![gamma as f32]));
    (profile.red_trc, profile.green_trc, profile.blue_trc) = (curve(), curve(), curve());
    profile.cicp = None;
    Ok(profile)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profile_of_results_satisfies_strict_readers_and_is_srgb() {
        let profile = srgb_profile().unwrap();
        let number = |at: usize| u32::from_be_bytes(profile[at..at + 4].try_into().unwrap());
        assert_eq!(number(0) as usize, profile.len());
        assert_eq!([68, 72, 76].map(number), D50);
        assert_eq!(profile[24..28], [0x07, 0xEA, 0, 1], "the same whenever it is made");
        for entry in (0..number(128) as usize).map(|tag| 132 + 12 * tag) {
            let (from, length) = (number(entry + 4), number(entry + 8));
            assert!(from % 4 == 0 && (from + length) as usize <= profile.len());
        }
        assert!(ToSrgb::new(&Described::Icc(profile), Model::Rgb).unwrap().is_none());
    }
}
