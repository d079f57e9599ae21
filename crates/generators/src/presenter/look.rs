//! Colours of a person and of the light.

use super::spec::{Hair, Light, PresenterSpec, Room};
use crate::math::random;
use crate::paint::Rgb;

/// Tones of skin.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Skin {
    pub base: Rgb,
    pub shade: Rgb,
    pub light: Rgb,
    pub blush: Rgb,
    pub lips: Rgb,
}

const fn skin(base: u32, shade: u32, light: u32, blush: u32, lips: u32) -> Skin {
    Skin {
        base: Rgb::hex(base),
        shade: Rgb::hex(shade),
        light: Rgb::hex(light),
        blush: Rgb::hex(blush),
        lips: Rgb::hex(lips),
    }
}

const SKINS: [Skin; 6] = [
    skin(0xf2d3c0, 0xc9927c, 0xfff0e6, 0xec9c8c, 0xcc7670),
    skin(0xe9bd9c, 0xb27c5e, 0xfbdec6, 0xe08a70, 0xbf6b62),
    skin(0xd6a27a, 0x9c6846, 0xefc7a0, 0xcc785a, 0xac5f54),
    skin(0xb57c53, 0x79492c, 0xd6a27a, 0xaa593a, 0x944f46),
    skin(0x895739, 0x52301d, 0xb07b58, 0x86422c, 0x7b3f3a),
    skin(0x5d3a28, 0x301b12, 0x875b44, 0x683123, 0x643230),
];

/// Hair colours; the first three for dark skin too.
const HAIRS: [u32; 7] = [0x2b211f, 0x3d2a22, 0x523628, 0x6d4329, 0xb98d52, 0x86412a, 0x8f8a86];
const SHIRTS: [u32; 7] = [0x37527c, 0x4c7a62, 0xb9713f, 0x7c4257, 0x3c7880, 0xc2664f, 0x6b6a94];
const EYES: [u32; 5] = [0x5b3a22, 0x4a6b52, 0x4f7396, 0x6f5433, 0x3b2619];

/// The effect of the light.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mood {
    /// Factor of every colour of the person.
    pub person: [f32; 3],
    /// Factor of every colour of the room.
    pub room: [f32; 3],
    /// Colour of the light from the left.
    pub key: Rgb,
    /// Its strength, 0 to 1.
    pub key_strength: f32,
    /// Strength of the shadow side.
    pub shadow: f32,
    /// Strength of the light along the edges from behind.
    pub rim: f32,
    /// Factor of the camera's noise.
    pub noise: f32,
}

impl Mood {
    pub fn of(light: Light) -> Self {
        let mood = |person, room, key, key_strength, shadow, rim, noise| Self {
            person,
            room,
            key: Rgb::hex(key),
            key_strength,
            shadow,
            rim,
            noise,
        };
        match light {
            Light::Day => mood([1.0; 3], [1.0; 3], 0xfff6e8, 0.30, 0.42, 0.25, 1.0),
            Light::Evening => {
                mood([0.98, 0.84, 0.70], [0.74, 0.58, 0.46], 0xffd08a, 0.42, 0.62, 0.45, 1.5)
            }
            Light::Dim => {
                mood([0.46, 0.46, 0.52], [0.30, 0.31, 0.37], 0xaec4ff, 0.34, 0.66, 0.25, 3.2)
            }
            Light::Backlit => {
                mood([0.60, 0.58, 0.60], [0.92, 0.92, 0.95], 0xffffff, 0.12, 0.40, 0.85, 1.6)
            }
        }
    }
}

impl Mood {
    /// With the light that a screen throws back on the person.
    fn before(mut self, room: Room) -> Self {
        let spill = match room {
            Room::Green => [0.93, 1.05, 0.95],
            Room::Yellow => [1.03, 1.02, 0.90],
            Room::Office | Room::Living | Room::Plain => return self,
        };
        (0..3).for_each(|i| self.person[i] *= spill[i]);
        self
    }
}

/// Everything about one person that doesn't change with time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub hair: Hair,
    pub glasses: bool,
    pub skin: Skin,
    pub hair_color: Rgb,
    pub shirt: Rgb,
    pub iris: Rgb,
    /// Width of the jaw, around 1.
    pub jaw: f32,
    /// Whether the shirt has a collar.
    pub collar: bool,
    pub beard: bool,
    pub seed: u64,
    pub mood: Mood,
}

impl Look {
    pub fn new(spec: &PresenterSpec) -> Self {
        let seed = spec.seed;
        let pick = |index: u64, n: usize| (random(seed, index) * n as f32) as usize;
        let skin = usize::from(spec.skin.clamp(1, 6)) - 1;
        let hairs = if skin >= 3 { 3 } else { HAIRS.len() };
        let eyes = if skin >= 2 { [0, 3, 4][pick(4, 3)] } else { pick(4, 4) };
        let may_have_beard = matches!(spec.hair, Hair::None | Hair::Short);
        Self {
            hair: spec.hair,
            glasses: spec.glasses,
            skin: SKINS[skin],
            hair_color: Rgb::hex(HAIRS[pick(1, hairs)]),
            shirt: Rgb::hex(SHIRTS[pick(2, SHIRTS.len())]),
            iris: Rgb::hex(EYES[eyes]),
            jaw: if may_have_beard {
                1.0 + 0.05 * random(seed, 3)
            } else {
                0.9 + 0.05 * random(seed, 3)
            },
            collar: random(seed, 5) < 0.4,
            beard: may_have_beard && random(seed, 6) < 0.45,
            seed,
            mood: Mood::of(spec.light).before(spec.room),
        }
    }
}
