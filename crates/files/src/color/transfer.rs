//! Curves: how much light numbers stand for.

/// A curve between numbers (0 to 1) and light; 1 is the white of an ordinary screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transfer {
    /// What ordinary screens show: ITU-R BT.1886, gamma 2.4. Cameras' curves (BT.709, BT.601,
    /// BT.2020) are made for such screens.
    Screen,
    /// IEC 61966-2-1.
    Srgb,
    /// SMPTE ST 2084 (PQ): cd/m².
    Pq,
    /// ARIB STD-B67 (HLG), on a screen of 1000 cd/m².
    Hlg,
}

/// The light of a page of white paper, in cd/m² (ITU-R BT.2408): white on an ordinary screen.
const REFERENCE_WHITE: f64 = 203.0;

/// The brightest light that is distinguished, in cd/m².
const PEAK: f64 = 1000.0;

/// The curve by which screens show light, and by which tables are looked up.
const GAMMA: f64 = 2.4;

impl Transfer {
    /// The one of this name in ffmpeg; a screen's if unstated or unknown.
    pub fn named(name: &str) -> Self {
        match name {
            "iec61966-2-1" => Self::Srgb,
            "smpte2084" => Self::Pq,
            "arib-std-b67" => Self::Hlg,
            _ => Self::Screen,
        }
    }

    /// Whether it has light brighter than white.
    pub const fn is_high_range(self) -> bool {
        matches!(self, Self::Pq | Self::Hlg)
    }

    /// The nearest curve of an ordinary screen, which results have.
    pub const fn shown_as(self) -> Self {
        match self {
            Self::Srgb => Self::Srgb,
            _ => Self::Screen,
        }
    }

    /// The brightest light it has.
    pub const fn peak(self) -> f64 {
        if self.is_high_range() { PEAK / REFERENCE_WHITE } else { 1.0 }
    }

    /// What tables are looked up by, 0 to 1, for `ld(0)`, a number of the file, as an expression of
    /// ffmpeg; `None` where it is the number itself. Source: ITU-R BT.2100, tables 4 and 5.
    pub const fn shape(self) -> Option<&'static str> {
        match self {
            Self::Screen | Self::Srgb => None,
            Self::Pq => Some(
                "pow(min(10*pow(max(pow(ld(0),1/78.84375)-0.8359375,0)/(18.8515625-18.6875*pow(ld(0),1/78.84375)),1/0.1593017578125),1),1/2.4)",
            ),
            Self::Hlg => Some(
                "pow(if(lte(ld(0),0.5),ld(0)*ld(0)/3,(exp((ld(0)-0.55991073)/0.17883277)+0.28466892)/12),1/2.4)",
            ),
        }
    }

    /// The light of three shaped numbers.
    pub fn light(self, shaped: [f64; 3]) -> [f64; 3] {
        match self {
            Self::Screen => shaped.map(|v| v.powf(GAMMA)),
            Self::Srgb => shaped.map(srgb_light),
            Self::Pq => shaped.map(|v| self.peak() * v.powf(GAMMA)),
            Self::Hlg => {
                let scene = shaped.map(|v| v.powf(GAMMA));
                // ITU-R BT.2100: the system gamma of a screen of 1000 cd/m².
                let luminance = 0.2627 * scene[0] + 0.6780 * scene[1] + 0.0593 * scene[2];
                scene.map(|v| self.peak() * luminance.powf(0.2) * v)
            }
        }
    }

    /// The number of a light, `ld(0)`, as an expression of ffmpeg; for the curves of ordinary
    /// screens.
    pub const fn expression(self) -> &'static str {
        match self {
            Self::Srgb => "if(lte(ld(0),0.0031308),12.92*ld(0),1.055*pow(ld(0),1/2.4)-0.055)",
            _ => "pow(ld(0),1/2.4)",
        }
    }
}

fn srgb_light(v: f64) -> f64 {
    if v <= 0.040_45 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Transfer {
        /// What tables are looked up by, 0 to 1, for a number of the file.
        pub fn shaped(self, number: f64) -> f64 {
            match self {
                Self::Screen | Self::Srgb => number,
                Self::Pq => (pq_light(number) / PEAK).min(1.0).powf(1.0 / GAMMA),
                Self::Hlg => hlg_light(number).powf(1.0 / GAMMA),
            }
        }

        /// The number of a light, for the curves of ordinary screens.
        pub fn number(self, light: f64) -> f64 {
            let light = light.clamp(0.0, 1.0);
            match self {
                Self::Srgb if light <= 0.003_130_8 => 12.92 * light,
                Self::Srgb => 1.055 * light.powf(1.0 / 2.4) - 0.055,
                _ => light.powf(1.0 / GAMMA),
            }
        }

        /// The file's numbers for light: the inverse of the whole conversion.
        pub fn coded(self, light: [f64; 3]) -> [f64; 3] {
            match self {
                Self::Pq => light.map(|v| pq_number(v * REFERENCE_WHITE)),
                Self::Hlg => hlg_numbers(light.map(|v| v / self.peak())),
                _ => light.map(|v| self.number(v)),
            }
        }
    }

    /// In cd/m². Source: ITU-R BT.2100, table 4.
    fn pq_light(v: f64) -> f64 {
        const M1: f64 = 2610.0 / 16_384.0;
        const M2: f64 = 2523.0 / 32.0;
        const C1: f64 = 3424.0 / 4096.0;
        const C2: f64 = 2413.0 / 128.0;
        const C3: f64 = 2392.0 / 128.0;
        let root = v.powf(1.0 / M2);
        10_000.0 * ((root - C1).max(0.0) / (C2 - C3 * root)).powf(1.0 / M1)
    }

    /// Light of the scene, 0 to 1. Source: ITU-R BT.2100, table 5.
    fn hlg_light(v: f64) -> f64 {
        const A: f64 = 0.178_832_77;
        const B: f64 = 1.0 - 4.0 * A;
        const C: f64 = 0.559_910_73;
        if v <= 0.5 { v * v / 3.0 } else { (((v - C) / A).exp() + B) / 12.0 }
    }

    fn pq_number(light: f64) -> f64 {
        let root = (light.max(0.0) / 10_000.0).powf(2610.0 / 16_384.0);
        ((3424.0 / 4096.0 + 2413.0 / 128.0 * root) / (1.0 + 2392.0 / 128.0 * root))
            .powf(2523.0 / 32.0)
    }

    fn hlg_numbers(light: [f64; 3]) -> [f64; 3] {
        let luminance = 0.2627 * light[0] + 0.6780 * light[1] + 0.0593 * light[2];
        light.map(|v| {
            let scene = v.max(0.0) * luminance.max(1e-12).powf(1.0 / 1.2 - 1.0);
            match scene <= 1.0 / 12.0 {
                true => (3.0 * scene).sqrt(),
                false => 0.178_832_77 * (12.0 * scene - 0.284_668_92).ln() + 0.559_910_73,
            }
        })
    }

    /// ITU-R BT.2408, table 1: reference white is 58 % of PQ and 75 % of HLG.
    #[test]
    fn reference_white_is_white() {
        for (curve, number) in [(Transfer::Pq, 0.58), (Transfer::Hlg, 0.75)] {
            let white = curve.light([curve.shaped(number); 3])[0];
            assert!((white - 1.0).abs() < 0.02, "{curve:?} {white}");
            let brightest = curve.light([curve.shaped(1.0); 3])[0];
            assert!((brightest - PEAK / REFERENCE_WHITE).abs() < 1e-4, "{curve:?} {brightest}");
        }
    }

    #[test]
    fn every_curve_comes_back() {
        for curve in [Transfer::Screen, Transfer::Srgb, Transfer::Pq, Transfer::Hlg] {
            for step in 1..=180 {
                let v = f64::from(step) / 255.0;
                let light = curve.light([curve.shaped(v); 3]);
                assert!((curve.coded(light)[0] - v).abs() < 1e-5, "{curve:?} {v}");
            }
        }
    }
}
