//! A blur of any width at the same cost.
//!
//! A plane is shrunk by a power of two until a short kernel is enough, convolved there, and
//! enlarged again by quadratic B-splines, which leave no trace of the grid. Each step widens the
//! blur by a known variance, and the kernel adds the rest: means of `F` pixels `(F² - 1) / 12`, a
//! doubling to cells of `g` pixels `3/4 g²`, the bilinear step from cells of `f` pixels `f² / 6`.

/// The plan for a blur of some width.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Pixels of a cell of the finest grid: 1, 2 or 4.
    pub factor: usize,
    /// How many times that grid is halved.
    pub halvings: usize,
    /// The kernel on the coarsest grid: its centre, then the values to each side.
    pub kernel: Vec<f32>,
}

/// The least variance of the kernel, in cells, on a coarser grid.
const LEAST_VARIANCE: f64 = 0.6;

/// Below this deviation, cells of several pixels show at sharp edges.
const NARROW: f64 = 6.0;

impl Plan {
    /// For a standard deviation in pixels.
    pub fn new(sigma: f64) -> Self {
        let missing = |factor: usize, halvings: usize| {
            let cell = (factor << halvings) as f64;
            let doublings = (0..halvings).map(|i| 0.75 * ((factor << i) as f64).powi(2));
            let bilinear = (factor as f64).powi(2) / 6.0;
            let made = (cell * cell - 1.0) / 12.0 + doublings.sum::<f64>() + bilinear;
            (sigma * sigma - made) / (cell * cell)
        };
        let factor = if missing(4, 0) >= 0.0 { 4 } else { 2 };
        let mut halvings = 0;
        while factor == 4 && missing(factor, halvings + 1) >= LEAST_VARIANCE {
            halvings += 1;
        }
        Self { factor, halvings, kernel: gaussian(missing(factor, halvings)) }
    }

    /// For sharp edges: where the blur is narrow, on the pixels themselves.
    pub fn of_edges(sigma: f64) -> Self {
        match sigma < NARROW {
            true => Self { factor: 1, halvings: 0, kernel: gaussian(sigma * sigma) },
            false => Self::new(sigma),
        }
    }
}

/// One side of a Gaussian of this variance, its centre first, which adds up to 1 over both sides.
fn gaussian(variance: f64) -> Vec<f32> {
    if variance < 0.5 {
        // Samples of so narrow a Gaussian would have less variance than the Gaussian itself.
        let side = variance.max(0.0) / 2.0;
        return vec![(1.0 - 2.0 * side) as f32, side as f32];
    }
    let reach = (3.0 * variance.sqrt()).ceil() as i32;
    let value = |x: i32| (-f64::from(x * x) / (2.0 * variance)).exp();
    let sum: f64 = (-reach..=reach).map(value).sum();
    (0..=reach).map(|x| (value(x) / sum) as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_are_fine_where_the_blur_is_narrow_and_coarse_where_it_is_wide() {
        assert_eq!((Plan::new(0.4).factor, Plan::new(0.4).kernel), (2, vec![1.0, 0.0]));
        assert_eq!((Plan::new(3.0).factor, Plan::new(3.0).halvings), (4, 0));
        assert!(Plan::new(50.0).halvings >= 2);
        for sigma in 1..400 {
            assert!(Plan::new(f64::from(sigma)).kernel.len() < 12, "{sigma}");
        }
    }
}
