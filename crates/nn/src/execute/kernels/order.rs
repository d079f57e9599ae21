//! The same values in another order.

use super::View;
use crate::graph::layout::{self, Digit};

/// Where runs of values begin that stay together.
#[derive(Debug)]
pub(crate) struct Order {
    starts: Vec<usize>,
    run: usize,
}

impl Order {
    /// The order of a move.
    pub(crate) fn new(digits: &[Digit]) -> Self {
        let mut starts = Vec::new();
        let run = layout::runs(digits, |place| starts.push(place));
        Self { starts, run }
    }

    /// Copies every value to its place.
    ///
    /// # Panics
    /// If the values are not as many, or a run lies outside them.
    pub(crate) fn run(&self, x: &View, out: &View) {
        let values = |view: &View| view.pixels() * view.channels;
        assert_eq!(self.starts.len() * self.run, values(out), "values");
        assert!(self.starts.iter().all(|start| start + self.run <= values(x)), "values");
        for (index, start) in self.starts.iter().enumerate() {
            let (mut from, mut to, mut left) = (*start, index * self.run, self.run);
            while left > 0 {
                let count = left.min(together(x, from)).min(together(out, to));
                // SAFETY: both places and the values after them lie inside the views, as checked above, and the
                // plan assigns different memory to both.
                unsafe { std::ptr::copy_nonoverlapping(place(x, from), place(out, to), count) };
                (from, to, left) = (from + count, to + count, left - count);
            }
        }
    }
}

/// How many values from one on lie side by side.
fn together(view: &View, value: usize) -> usize {
    if view.step == view.channels {
        let row = view.width * view.channels;
        if view.row == row { usize::MAX } else { row - value % row }
    } else {
        view.channels - value % view.channels
    }
}

/// Where a value lies.
fn place(view: &View, value: usize) -> *mut f32 {
    let (pixel, channel) = (value / view.channels, value % view.channels);
    let (y, x) = (pixel / view.width, pixel % view.width);
    view.at.wrapping_add(y * view.row + x * view.step + channel)
}
