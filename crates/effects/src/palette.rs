//! The palettes of *colormap*, under OpenCV's names.
//!
//! Each is a line through the colour cube from black's colour to white's, given by its corners:
//! `0xII_RRGGBB` is the colour at grey `II`, and colours in between run straight. There are just
//! enough corners to keep every component within 1 code value of the original's: Matlab's classics
//! (`autumn` to `hot`, most of which are made of straight lines anyway) and `parula`, matplotlib's
//! `magma`, `inferno`, `plasma`, `viridis`, `cividis` and `twilight` (CC0), Google's `turbo`
//! (Apache-2.0), and OpenCV's `ocean`, `rainbow` and `deepgreen`.

use backlot_schema::Words;

/// Every palette: its name and its corners, from grey `00` to `ff`.
const PALETTES: [(&str, &[u32]); 22] = [
    ("autumn", &[0x00_ff0000, 0xff_ffff00]),
    ("bone", &[0x00_000000, 0x61_555575, 0xc0_a9c8c8, 0xff_ffffff]),
    (
        "jet",
        &[
            0x00_000080,
            0x20_0000ff,
            0x5f_00fcff,
            0x61_06fffa,
            0x9f_feff01,
            0xdf_ff0000,
            0xff_800000,
        ],
    ),
    ("winter", &[0x00_0000ff, 0xff_00ff80]),
    (
        "rainbow",
        &[
            0x00_ff0000,
            0x65_fffc00,
            0x6a_ebff00,
            0x97_0bfe01,
            0x9a_00fa05,
            0xca_000af5,
            0xcf_0a00ff,
            0xff_aa00ff,
        ],
    ),
    ("ocean", &[0x00_000000, 0x55_000055, 0xaa_0080aa, 0xff_ffffff]),
    ("summer", &[0x00_008066, 0xff_ffff66]),
    ("spring", &[0x00_ff00ff, 0xff_ffff00]),
    ("cool", &[0x00_00ffff, 0xff_ff00ff]),
    (
        "hsv",
        &[
            0x00_ff0000,
            0x28_fff000,
            0x2d_f0ff00,
            0x55_00ff00,
            0x7d_00fff0,
            0x82_00f0ff,
            0xaa_0000ff,
            0xd2_f000ff,
            0xd7_ff00f0,
            0xff_ff0000,
        ],
    ),
    (
        "pink",
        &[
            0x00_000000,
            0x04_281a1a,
            0x0b_422b2b,
            0x15_5b3c3c,
            0x26_7b5050,
            0x42_a26a6a,
            0x60_c38180,
            0x81_d1ac94,
            0xae_e2daac,
            0xc0_e9e9b6,
            0xe8_f7f7e7,
            0xff_ffffff,
        ],
    ),
    ("hot", &[0x00_000000, 0x65_fc0000, 0x6d_ff1200, 0xca_fffa00, 0xcf_ffff0f, 0xff_ffffff]),
    (
        "parula",
        &[
            0x00_352a87,
            0x20_0363e1,
            0x40_1485d4,
            0x60_07a7c6,
            0x80_39b99d,
            0xa1_96bf72,
            0xc0_daba55,
            0xe0_fccf2d,
            0xff_f9fb0e,
        ],
    ),
    (
        "magma",
        &[
            0x00_000004,
            0x07_03030f,
            0x14_0e0b2b,
            0x26_251255,
            0x30_36106b,
            0x3a_471078,
            0x4b_621980,
            0x69_912b81,
            0x85_bf3a77,
            0x98_dc4869,
            0xa8_ef5d5e,
            0xb6_f8765c,
            0xc3_fc8e64,
            0xd5_feb078,
            0xef_fde0a1,
            0xff_fcfdbf,
        ],
    ),
    (
        "inferno",
        &[
            0x00_000004,
            0x07_030210,
            0x16_120a32,
            0x23_260c51,
            0x2d_380962,
            0x3a_4d0d6c,
            0x52_741a6e,
            0x6a_9a2865,
            0x80_bc3754,
            0x97_da4e3c,
            0xac_ef6c23,
            0xc2_fa9207,
            0xc9_fc9f07,
            0xd2_fcb014,
            0xe1_f8cd37,
            0xed_f3e55d,
            0xf4_f1f179,
            0xfb_f6fa96,
            0xff_fcffa4,
        ],
    ),
    (
        "plasma",
        &[
            0x00_0d0887,
            0x08_220690,
            0x1f_4b03a1,
            0x34_6c00a8,
            0x42_8104a7,
            0x52_9814a0,
            0x70_bc3587,
            0x95_de5f65,
            0xba_f68d45,
            0xd2_fdaf31,
            0xe3_fdca26,
            0xee_f9dc24,
            0xfb_f2f227,
            0xff_f0f921,
        ],
    ),
    (
        "viridis",
        &[
            0x00_440154,
            0x14_481d6f,
            0x23_46307e,
            0x3b_3d4d8a,
            0x5d_2d708e,
            0x84_1f948c,
            0x93_1fa287,
            0xa2_2ab07f,
            0xb3_44bf70,
            0xc6_6ccd5a,
            0xdf_aadc32,
            0xed_d0e11c,
            0xf4_e2e418,
            0xfd_f8e621,
            0xff_fde725,
        ],
    ),
    (
        "cividis",
        &[
            0x00_00224e,
            0x14_003070,
            0x17_013271,
            0x1d_143670,
            0x29_293f6e,
            0x41_444f6c,
            0x66_666970,
            0x82_7e7d78,
            0xa3_9e9676,
            0xc7_c3b369,
            0xe2_e0cb56,
            0xf4_f5dc41,
            0xfb_fde334,
            0xff_fee838,
        ],
    ),
    (
        "twilight",
        &[
            0x00_e2d9e2,
            0x08_d6d7dd,
            0x10_c2ced4,
            0x1d_9cb9c8,
            0x28_80a6c3,
            0x34_6c8ebf,
            0x3f_6277bb,
            0x4e_5e55af,
            0x5a_5c389c,
            0x64_562183,
            0x6d_491565,
            0x78_381144,
            0x7f_301338,
            0x80_301436,
            0x89_3d113b,
            0x94_561547,
            0xa2_7b2050,
            0xaf_973450,
            0xbd_af5151,
            0xc8_bc6a59,
            0xd1_c48065,
            0xdb_ca997c,
            0xe9_d3b9a8,
            0xf4_dccfcd,
            0xfc_e1d8de,
            0xff_e2d9e2,
        ],
    ),
    (
        "twilight_shifted",
        &[
            0x00_301437,
            0x05_351140,
            0x0c_3f1251,
            0x15_4e186e,
            0x1c_572385,
            0x26_5d399e,
            0x33_5f59b1,
            0x42_637bbc,
            0x4d_6e92c0,
            0x59_84a9c4,
            0x65_a4beca,
            0x74_cfd4d9,
            0x7b_ddd9e0,
            0x80_e2d9e2,
            0x88_ded3d4,
            0x91_d7c3b9,
            0xa0_cca287,
            0xaa_c6896d,
            0xb3_c0735d,
            0xbd_b55c53,
            0xca_a23f50,
            0xd9_842550,
            0xe5_65194c,
            0xf4_40123d,
            0xfd_321237,
            0xff_2f1436,
        ],
    ),
    (
        "turbo",
        &[
            0x00_30123b,
            0x08_392a73,
            0x10_4040a2,
            0x18_4456c7,
            0x20_466be3,
            0x28_4680f6,
            0x2e_448ffe,
            0x34_3d9efe,
            0x3d_2eb4f2,
            0x48_1ccdd8,
            0x4f_18dbc5,
            0x55_1ae4b6,
            0x5c_27eea4,
            0x64_3ff68a,
            0x74_7dff56,
            0x7d_9cfe40,
            0x85_b1f936,
            0x91_d0ea34,
            0x9f_ecd13a,
            0xa9_f9bc39,
            0xb4_fea130,
            0xc0_fb7e21,
            0xd0_eb500e,
            0xde_d43305,
            0xeb_b71d02,
            0xf8_920b01,
            0xff_7a0403,
        ],
    ),
    ("deepgreen", &[0x00_000000, 0x55_005500, 0xaa_00aa80, 0xff_ffffff]),
];

/// Only the names.
const NAMES: [&str; PALETTES.len()] = {
    let mut names = [""; PALETTES.len()];
    let mut index = 0;
    while index < names.len() {
        names[index] = PALETTES[index].0;
        index += 1;
    }
    names
};

/// One of [`PALETTES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Palette(usize);

impl Palette {
    pub const WINTER: Self = Self(3);
    pub const INFERNO: Self = Self(14);
}

impl Words for Palette {
    const ALL: &'static [Self] = &{
        let mut all = [Self(0); PALETTES.len()];
        let mut index = 0;
        while index < all.len() {
            all[index] = Self(index);
            index += 1;
        }
        all
    };
    const WORDS: &'static [&'static str] = &NAMES;
}

/// R'G'B', `0.0..=1.0`, of a palette at a grey `0.0..=1.0`.
pub(crate) fn color_at(Palette(index): Palette, grey: f64) -> [f64; 3] {
    let corners = PALETTES[index].1;
    let grey = grey.clamp(0.0, 1.0) * 255.0;
    let next = corners.iter().position(|&c| place(c) >= grey).unwrap_or(corners.len() - 1).max(1);
    let (from, to) = (corners[next - 1], corners[next]);
    let share = (grey - place(from)) / (place(to) - place(from));
    std::array::from_fn(|i| {
        let (a, b) = (component(from, i), component(to, i));
        (a + (b - a) * share) / 255.0
    })
}

fn place(corner: u32) -> f64 {
    f64::from(corner >> 24)
}

fn component(corner: u32, index: usize) -> f64 {
    f64::from((corner >> (16 - 8 * index)) & 0xff)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// OpenCV 4's colours for the greys [`GREYS`], as `0xRRGGBB`.
    const OPENCV: [(&str, [u32; 7]); 22] = [
        ("autumn", [0xff0000, 0xff1500, 0xff4000, 0xff6e00, 0xff9600, 0xffc900, 0xffff00]),
        ("bone", [0x000000, 0x121219, 0x38384d, 0x606580, 0x8395a3, 0xb5d0d0, 0xffffff]),
        ("jet", [0x000080, 0x0000d4, 0x0080ff, 0x3affc6, 0xdaff26, 0xff5800, 0x800000]),
        ("winter", [0x0000ff, 0x0015f4, 0x0040df, 0x006ec8, 0x0096b4, 0x00c99a, 0x00ff80]),
        ("rainbow", [0xff0000, 0xff3400, 0xffa000, 0xd7ff00, 0x0fff00, 0x000ff0, 0xaa00ff]),
        ("ocean", [0x000000, 0x000015, 0x000040, 0x00266e, 0x006296, 0x5daec9, 0xffffff]),
        ("summer", [0x008066, 0x158a66, 0x40a066, 0x6eb666, 0x96ca66, 0xc9e466, 0xffff66]),
        ("spring", [0xff00ff, 0xff15ea, 0xff40bf, 0xff6e91, 0xff9669, 0xffc936, 0xffff00]),
        ("cool", [0x00ffff, 0x15eaff, 0x40bfff, 0x6e91ff, 0x9669ff, 0xc936ff, 0xff00ff]),
        ("hsv", [0xff0000, 0xff7e00, 0x7eff00, 0x00ff96, 0x0078ff, 0xba00ff, 0xff0000]),
        ("pink", [0x000000, 0x5b3c3c, 0x9f6868, 0xc99489, 0xd9c2a0, 0xececc2, 0xffffff]),
        ("hot", [0x000000, 0x340000, 0xa00000, 0xff1400, 0xff7800, 0xfff800, 0xffffff]),
        ("parula", [0x352a87, 0x1450c2, 0x1485d4, 0x1dafb4, 0x78bd80, 0xe4c04a, 0xf9fb0e]),
        ("magma", [0x000004, 0x100b2d, 0x51127c, 0x992d80, 0xd9466b, 0xfd9a6a, 0xfcfdbf]),
        ("inferno", [0x000004, 0x110a30, 0x57106e, 0xa02a63, 0xd94d3d, 0xfc9f07, 0xfcffa4]),
        ("plasma", [0x0d0887, 0x3a049a, 0x7e03a8, 0xba3388, 0xde6164, 0xfba238, 0xf0f921]),
        ("viridis", [0x440154, 0x481f70, 0x3b528b, 0x27808e, 0x21a585, 0x73d056, 0xfde725]),
        ("cividis", [0x00224e, 0x003170, 0x434e6c, 0x6d6f72, 0x928c78, 0xc5b568, 0xfee838]),
        ("twilight", [0xe2d9e2, 0xb3c7ce, 0x6275ba, 0x481462, 0x5b1749, 0xbd6d5a, 0xe2d9e2]),
        (
            "twilight_shifted",
            [0x301437, 0x4e186e, 0x6276bb, 0xbfccd2, 0xd2b9a8, 0xa44150, 0x2f1436],
        ),
        ("turbo", [0x30123b, 0x434eba, 0x28bceb, 0x65fd69, 0xdbe236, 0xf36315, 0x7a0403]),
        ("deepgreen", [0x000000, 0x001500, 0x004000, 0x006e26, 0x009662, 0x5dc9ae, 0xffffff]),
    ];

    const GREYS: [u32; 7] = [0, 21, 64, 110, 150, 201, 255];

    #[test]
    fn every_palette_is_opencvs_within_one_code_value() {
        for (name, colors) in OPENCV {
            let palette = Palette(NAMES.iter().position(|known| *known == name).unwrap());
            for (grey, color) in GREYS.into_iter().zip(colors) {
                let found = color_at(palette, f64::from(grey) / 255.0);
                for (index, value) in found.into_iter().enumerate() {
                    let error = (value * 255.0 - component(color, index)).abs();
                    assert!(error <= 1.5, "{name} at {grey}: {value} in place {index}");
                }
            }
        }
    }

    #[test]
    fn those_with_a_name_of_their_own_are_called_so() {
        let named = [(Palette::WINTER, "winter"), (Palette::INFERNO, "inferno")];
        assert!(named.into_iter().all(|(Palette(index), name)| NAMES[index] == name));
    }

    #[test]
    fn corners_run_from_black_to_white() {
        for (name, corners) in PALETTES {
            let places: Vec<_> = corners.iter().map(|&c| c >> 24).collect();
            assert!(places.is_sorted_by(|a, b| a < b), "{name}: {places:?}");
            assert_eq!((places[0], places[places.len() - 1]), (0, 255), "{name}");
        }
    }
}
