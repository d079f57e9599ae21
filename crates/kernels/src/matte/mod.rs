//! The parts of a live matte: the luma of a small grid, its motion, and edges led by luma.
//!
//! All grids are tightly packed rows; beyond an edge the nearest value applies. Luma on a grid is
//! 8.4 fixed point ([`LUMA_ONE`] is one code value).

mod band;
mod guide;
mod luma;
mod resample;
mod search;
mod steady;

pub use band::{Band, Edge, RowFields};
pub use guide::{Guide, GuideRows};
pub use luma::{luma_means, luma_means_of_small};
pub use resample::{Axis, lerp_row, mix_rows};
pub use search::{Found, REACH, SAMPLES, Search, Shift, WINDOW, search};
pub use steady::{Threshold, blur, difference, spread, update};

/// One code value of luma on a grid.
pub const LUMA_ONE: u16 = 16;

#[cfg(test)]
mod testing {
    /// Pseudo-random bytes, always the same.
    pub fn noise(seed: u32) -> impl FnMut() -> u8 {
        let mut state = seed;
        move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        }
    }

    /// Grid sizes with every kind of remainder.
    pub fn sizes() -> impl Iterator<Item = (usize, usize)> {
        (1..=130).map(|w| (w, 1 + w % 11))
    }
}
