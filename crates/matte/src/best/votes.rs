//! Many looks of the network at one picture, averaged on one grid.

use super::axis::Axis;
use crate::geometry::Geometry;
use backlot_media::Window;

/// How a look counts.
#[derive(Clone, Copy, Debug)]
pub struct Vote {
    /// The part that the network looked at, in the picture's pixels.
    pub window: Window,
    /// How much it counts.
    pub weight: f32,
    /// The outer share of the window that counts less, because the network saw it without its
    /// surroundings.
    pub taper: f32,
}

/// A look is alone when it is this much above the mean of at least two others.
const ALONE: f32 = 0.4;

/// Weighted sums of the network's results for each cell of a grid.
#[derive(Clone, Debug)]
pub struct Votes {
    columns: Axis,
    rows: Axis,
    width: usize,
    map_width: usize,
    line: Vec<f32>,
    sums: Vec<f32>,
    weights: Vec<f32>,
}

impl Votes {
    /// On a picture's grid, from maps of `(columns, rows)`.
    pub fn new(geometry: Geometry, map: (usize, usize)) -> Self {
        let Geometry { picture, grid, factor } = geometry;
        Self {
            columns: Axis::new(picture.width, factor, map.0),
            rows: Axis::new(picture.height, factor, map.1),
            width: grid.0,
            map_width: map.0,
            line: vec![0.0; map.0],
            sums: vec![0.0; grid.0 * grid.1],
            weights: vec![0.0; grid.0 * grid.1],
        }
    }

    /// Forgets all votes.
    pub fn clear(&mut self) {
        self.sums.fill(0.0);
        self.weights.fill(0.0);
    }

    /// Adds the map made from a window.
    pub fn add(&mut self, map: &[f32], vote: Vote) {
        let Vote { window, weight, taper } = vote;
        self.columns.aim(window.x, window.width, taper);
        self.rows.aim(window.y, window.height, taper);
        let Self { columns, rows, width, map_width, line, sums, weights } = self;
        for (y, (start, shares, trust)) in rows.cells().enumerate() {
            line.fill(0.0);
            for (row, &share) in map[start * *map_width..].chunks_exact(*map_width).zip(shares) {
                line.iter_mut().zip(row).for_each(|(out, v)| *out += share * v);
            }
            let at = (rows.first() + y) * *width + columns.first();
            let cells = sums[at..].iter_mut().zip(&mut weights[at..]);
            for ((sum, total), (start, shares, column_trust)) in cells.zip(columns.cells()) {
                let value: f32 = shares.iter().zip(&line[start..]).map(|(s, v)| s * v).sum();
                let counts = weight * trust * column_trust;
                *sum += counts * value;
                *total += counts;
            }
        }
    }

    /// Adds other votes, weighting each cell by `shares`.
    pub fn add_votes(&mut self, other: &Self, shares: &[f32]) {
        let own = self.sums.iter_mut().zip(&mut self.weights);
        let others = other.sums.iter().zip(&other.weights).zip(shares);
        for ((sum, weight), ((other_sum, other_weight), share)) in own.zip(others) {
            *sum += share * other_sum;
            *weight += share * other_weight;
        }
    }

    /// Becomes the votes of several looks together. If only one look sees a person in a cell, it
    /// doesn't count there: it may take a cushion for one, and would let the room through.
    pub fn set_guarded(&mut self, looks: &[Self]) {
        for cell in 0..self.sums.len() {
            let (mut sum, mut weight, mut count, mut most) = (0.0, 0.0, 0, 0.0_f32);
            for look in looks.iter().filter(|look| look.weights[cell] > 0.0) {
                let mean = look.sums[cell] / look.weights[cell];
                most = most.max(mean);
                sum += mean;
                weight += look.weights[cell];
                count += 1;
            }
            let others = (sum - most) / (count - 1).max(1) as f32;
            let is_alone = count > 2 && most - others > ALONE;
            let (sum, count) = if is_alone { (sum - most, count - 1) } else { (sum, count) };
            self.sums[cell] = sum / count.max(1) as f32 * weight;
            self.weights[cell] = weight;
        }
    }

    /// Writes the mean of the votes to each cell that has any; the other cells stay.
    pub fn write(&self, mask: &mut [f32]) {
        for ((out, sum), weight) in mask.iter_mut().zip(&self.sums).zip(&self.weights) {
            if *weight > 0.0 {
                *out = (sum / weight).clamp(0.0, 1.0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_media::Size;

    #[test]
    fn votes_are_averaged_where_they_were_given() {
        let size = Size::new(40, 20).unwrap();
        let geometry = Geometry { picture: size, factor: 10, grid: (4, 2) };
        let mut votes = Votes::new(geometry, (2, 2));
        let whole = Window::whole(size);
        votes.add(&[0.2; 4], Vote { window: whole, weight: 1.0, taper: 0.0 });
        let left = Window { x: 0.0, y: 0.0, width: 20.0, height: 20.0 };
        votes.add(&[0.8; 4], Vote { window: left, weight: 3.0, taper: 0.0 });
        let mut mask = vec![9.0; 8];
        votes.write(&mut mask);
        let near = |a: f32, b: f32| (a - b).abs() < 1e-6;
        assert!(near(mask[0], 0.65) && near(mask[1], 0.65) && near(mask[2], 0.2), "{mask:?}");
        votes.clear();
        votes.write(&mut mask);
        assert!(near(mask[3], 0.2), "cells without a vote stay");
    }

    #[test]
    fn a_look_that_is_alone_is_left_out() {
        let size = Size::new(20, 20).unwrap();
        let geometry = Geometry { picture: size, factor: 10, grid: (2, 2) };
        let empty = Votes::new(geometry, (2, 2));
        let look = |value: f32| {
            let mut votes = empty.clone();
            votes.add(&[value; 4], Vote { window: Window::whole(size), weight: 1.0, taper: 0.0 });
            votes
        };
        let mean_of = |looks: &[Votes]| {
            let (mut votes, mut mask) = (empty.clone(), vec![0.0; 4]);
            votes.set_guarded(looks);
            votes.write(&mut mask);
            mask[0]
        };
        assert!((mean_of(&[look(0.2), look(0.9), look(0.1)]) - 0.15).abs() < 1e-6);
        assert!((mean_of(&[look(0.2), look(0.3), look(0.4)]) - 0.3).abs() < 1e-6);
        assert!((mean_of(&[look(0.2), look(0.9)]) - 0.55).abs() < 1e-6);
        assert_eq!(mean_of(&[]), 0.0);
    }
}
