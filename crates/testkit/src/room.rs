//! The room: a pattern unlike anything else, and a person in its middle.
//!
//! Cells of 1/160 of the picture's width form blocks of two by two, in which one diagonal, chosen
//! at random, is brighter and the other darker. A block is neither brighter nor darker than the
//! others as a whole, so blurring leaves nothing, while any hole of a few blocks shows. The pattern
//! is fixed at the picture's middle and scales with its width, so that a scaled picture, or one cut
//! above and below, still has it.

use backlot_media::{Frame, PixelFormat, PlaneMut};

/// Cells across the picture.
pub(crate) const CELLS: usize = 160;
/// Blocks across the picture, and down a square one.
pub(crate) const BLOCKS: usize = CELLS / 2;
/// How much the cells of luma differ from its middle.
pub(crate) const LUMA_STEP: f64 = 50.0;
/// How much the cells of chroma differ from grey.
pub(crate) const CHROMA_STEP: f64 = 40.0;

/// Luma in the middle between the room's cells.
const ROOM: f64 = 120.0;
/// Luma of the person.
const SOMEBODY: u8 = 90;

/// Where a pixel is in the pattern: the cell's number across or down.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cell {
    pub column: usize,
    pub row: usize,
}

impl Cell {
    /// The cell of a pixel, or of a sample of chroma, in a plane of that size.
    pub fn of(x: usize, y: usize, width: usize, height: usize, squeeze: usize) -> Self {
        // Planes of packed formats have fewer samples across than down: `squeeze` times.
        let down = (2 * y + 1) as isize - height as isize;
        let row = (down * CELLS as isize).div_euclid(2 * (width * squeeze) as isize);
        Self { column: x * CELLS / width, row: (row + (CELLS / 2) as isize) as usize }
    }

    /// Whether the cell is brighter, for a block that is or is not turned.
    pub fn is_bright(self, turned: bool) -> bool {
        (((self.column ^ self.row) & 1) == 0) ^ turned
    }
}

/// Whether a block is turned in luma (`plane` 0), blue and red chroma.
pub(crate) fn is_turned(column: usize, row: usize, plane: usize) -> bool {
    let seed = (column + 1000 * row + 1_000_000 * plane) as u64 ^ 0x51ed_270b;
    let mixed = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 31)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (mixed >> 40) & 1 == 1
}

/// Whether a pixel of a picture is the person: a head and shoulders in its middle.
pub fn is_somebody(x: usize, y: usize, width: usize, height: usize) -> bool {
    let across = (x as f64 + 0.5) / width as f64 - 0.5;
    let down = ((y as f64 + 0.5) - height as f64 / 2.0) / width as f64;
    let head = (across / 0.07).hypot((down + 0.08) / 0.09) < 1.0;
    let body = down > 0.0 && (across / 0.18).hypot((down - 0.2) / 0.2) < 1.0;
    head || body || (down > 0.2 && across.abs() < 0.18)
}

/// Draws the room with a person in it, whose brightness varies with the frame's sequence number.
///
/// # Panics
/// Unless the frame is I420.
pub fn draw_room(frame: &mut Frame) {
    assert_eq!(frame.format(), PixelFormat::I420, "the room is drawn in I420");
    let (width, height) = (frame.size().width as usize, frame.size().height as usize);
    let luma = SOMEBODY + (frame.sequence % 16) as u8;
    let [y, u, v] = frame.yuv_mut();
    draw(y, 0, (width, height), (ROOM, LUMA_STEP), luma);
    draw(u, 1, (width, height), (128.0, CHROMA_STEP), 110);
    draw(v, 2, (width, height), (128.0, CHROMA_STEP), 150);
}

fn draw(
    mut plane: PlaneMut<'_>,
    index: usize,
    picture: (usize, usize),
    (middle, step): (f64, f64),
    somebody: u8,
) {
    let (width, height) = (plane.width(), plane.height());
    let scale = picture.0.div_ceil(width);
    for (y, row) in plane.rows_mut().enumerate() {
        for (x, value) in row.iter_mut().enumerate() {
            let cell = Cell::of(x, y, width, height, 1);
            let turned = is_turned(cell.column / 2, cell.row / 2, index);
            let room = if cell.is_bright(turned) { middle + step } else { middle - step };
            let is_body = is_somebody(x * scale, y * scale, picture.0, picture.1);
            *value = if is_body { somebody } else { room as u8 };
        }
    }
}
