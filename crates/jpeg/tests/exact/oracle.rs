//! libjpeg-turbo's planes, and ours.

use backlot_jpeg::{Decoder, Level, McuMask, Picture, PlaneMut, Refused, Scale};
use turbojpeg::{Decompressor, YuvImage};

/// A plane without padding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plane {
    pub width: usize,
    pub height: usize,
    pub bytes: Vec<u8>,
}

impl Plane {
    /// The means of each so many by so many pixels that are whole.
    pub fn means(&self, side: usize) -> Vec<(usize, usize, f64)> {
        let mut means = Vec::new();
        for y in 0..self.height / side {
            for x in 0..self.width / side {
                let sum: usize = (0..side * side)
                    .map(|i| (y * side + i / side) * self.width + x * side + i % side)
                    .map(|at| usize::from(self.bytes[at]))
                    .sum();
                means.push((x, y, sum as f64 / (side * side) as f64));
            }
        }
        means
    }
}

/// What libjpeg-turbo makes of a picture: as many columns and rows as it has, and whether it warned.
pub fn turbo(jpeg: &[u8]) -> Result<(Vec<Plane>, Option<String>), String> {
    let mut codec = Decompressor::new().unwrap();
    let header = codec.read_header(jpeg).map_err(|error| error.to_string())?;
    let sub = header.subsamp;
    if matches!(sub, turbojpeg::Subsamp::Unknown) {
        return Err("unknown subsampling".to_owned());
    }
    let (across, down) = if sub == turbojpeg::Subsamp::Gray { (1, 1) } else { sub.size() };
    let (width, height) = (header.width, header.height);
    let padded = (width.next_multiple_of(across), height.next_multiple_of(down));
    let chroma = (padded.0 / across, padded.1 / down);
    let count = if sub == turbojpeg::Subsamp::Gray { 1 } else { 3 };
    let bytes = padded.0 * padded.1 + (count - 1) * chroma.0 * chroma.1;
    let mut pixels = vec![0; bytes];
    let image = YuvImage { pixels: &mut pixels[..], width, align: 1, height, subsamp: sub };
    let warning = codec.decompress_to_yuv(jpeg, image).err().map(|error| error.to_string());
    let mut at = 0;
    let planes = (0..count).map(|index| {
        let (stride, rows) = if index == 0 { padded } else { chroma };
        let (wide, high) = if index == 0 {
            (width, height)
        } else {
            (width.div_ceil(across), height.div_ceil(down))
        };
        let plane = &pixels[at..at + stride * rows];
        at += stride * rows;
        let bytes = (0..high).flat_map(|y| &plane[y * stride..][..wide]).copied().collect();
        Plane { width: wide, height: high, bytes }
    });
    Ok((planes.collect(), warning))
}

/// Planes of the size that a picture asks for, filled with a value.
pub fn blank(picture: &Picture<'_>, divisor: usize, value: u8) -> Vec<Plane> {
    let plane = |index| {
        let (width, height) = picture.plane_size(index, divisor);
        Plane { width, height, bytes: vec![value; width * height] }
    };
    (0..picture.planes()).map(plane).collect()
}

pub fn lend(planes: &mut [Plane]) -> Vec<PlaneMut<'_>> {
    planes.iter_mut().map(|p| PlaneMut { stride: p.width, bytes: &mut p.bytes }).collect()
}

/// The wanted units at a scale; the rest has the value 99.
pub fn masked(picture: &Picture<'_>, mask: &McuMask, scale: Scale) -> Vec<Plane> {
    let mut planes = blank(picture, scale.divisor(), 99);
    picture.blocks(mask, scale, &mut lend(&mut planes)).unwrap();
    planes
}

/// All units at a scale.
pub fn whole(picture: &Picture<'_>, scale: Scale) -> Vec<Plane> {
    let (across, down) = picture.units();
    let mut mask = McuMask::new(across, down);
    mask.fill();
    masked(picture, &mask, scale)
}

pub fn quarter(picture: &Picture<'_>) -> Vec<Plane> {
    let mut planes = blank(picture, 4, 99);
    picture.quarter(&mut lend(&mut planes)).unwrap();
    planes
}

pub fn eighth(picture: &Picture<'_>) -> Vec<Plane> {
    let mut planes = blank(picture, 8, 99);
    picture.eighth(&mut lend(&mut planes)).unwrap();
    planes
}

/// Everything that can be asked of a picture.
pub fn everything(level: Level, jpeg: &[u8]) -> Result<[Vec<Plane>; 4], Refused> {
    let mut decoder = Decoder::new(level);
    let picture = decoder.read(jpeg)?;
    let (full, half) = (whole(&picture, Scale::Full), whole(&picture, Scale::Half));
    Ok([full, half, quarter(&picture), eighth(&picture)])
}
