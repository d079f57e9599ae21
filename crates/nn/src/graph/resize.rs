//! The sources of values in resizing.

/// How TensorFlow Lite's RESIZE_BILINEAR and RESIZE_NEAREST_NEIGHBOR map pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Interpolation {
    /// The nearest pixel's value instead of a mean of two.
    pub(crate) nearest: bool,
    /// The corner pixels of both pictures coincide.
    pub(crate) align_corners: bool,
    /// Pixels have their value at their centre (else at their top left corner).
    pub(crate) half_pixel: bool,
}

/// Two neighbouring source pixels and the share of the second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Tap {
    pub(crate) first: usize,
    pub(crate) second: usize,
    pub(crate) share: f32,
}

impl Interpolation {
    /// The taps of each output pixel along one side.
    pub(crate) fn taps(self, from: usize, to: usize) -> Vec<Tap> {
        let scale = if self.align_corners && to > 1 {
            (from - 1) as f32 / (to - 1) as f32
        } else {
            from as f32 / to as f32
        };
        let nearest = |at: usize| {
            // Where corners coincide halves are rounded, otherwise the pixel is the one before.
            let place = (at as f32 + if self.half_pixel { 0.5 } else { 0.0 }) * scale;
            let place = if self.align_corners { (place + 0.5).floor() } else { place.floor() };
            let first = (place.max(0.0) as usize).min(from - 1);
            Tap { first, second: first, share: 0.0 }
        };
        let tap = |at: usize| {
            if self.nearest {
                return nearest(at);
            }
            let place =
                if self.half_pixel { (at as f32 + 0.5) * scale - 0.5 } else { at as f32 * scale };
            let floor = place.floor();
            let first = floor.max(0.0) as usize;
            let second = ((floor + 1.0).max(0.0) as usize).min(from - 1);
            Tap { first: first.min(from - 1), second, share: place - floor }
        };
        (0..to).map(tap).collect()
    }

    /// The weight of each source pixel in the mean of the resized side (they add up to 1).
    pub(crate) fn mean_weights(self, from: usize, to: usize) -> Vec<f32> {
        let mut weights = vec![0.0; from];
        for tap in self.taps(from, to) {
            weights[tap.first] += (1.0 - tap.share) / to as f32;
            weights[tap.second] += tap.share / to as f32;
        }
        weights
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubling_with_pixel_centres_weighs_all_pixels_alike() {
        let interpolation =
            Interpolation { nearest: false, align_corners: false, half_pixel: true };
        for weight in interpolation.mean_weights(8, 16) {
            assert!((weight - 0.125).abs() < 1e-6);
        }
        let taps = interpolation.taps(2, 4);
        assert_eq!(taps[1], Tap { first: 0, second: 1, share: 0.25 });
        assert_eq!(taps[3], Tap { first: 1, second: 1, share: 0.25 });
    }

    #[test]
    fn aligned_corners_keep_the_corners() {
        let interpolation =
            Interpolation { nearest: false, align_corners: true, half_pixel: false };
        let taps = interpolation.taps(3, 5);
        assert_eq!((taps[0].first, taps[0].share), (0, 0.0));
        assert_eq!((taps[4].first, taps[4].share), (2, 0.0));
        assert_eq!((taps[1].first, taps[1].share), (0, 0.5));
        let sum: f32 = interpolation.mean_weights(3, 5).iter().sum();
        assert!((sum - 1.0).abs() < 1e-6);
    }
}
