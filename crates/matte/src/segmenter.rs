//! A network that finds persons, and what the numbers mean that it takes and returns.

use crate::MatteError;
use backlot_kernels::Level;
use backlot_nn::{Model, Session, TensorShape};

/// How much the odds of a network with classes are sharpened: its own are too soft at the edges.
const SHARPNESS: f32 = 3.0;
/// The background, and five classes of what belongs to a person.
const CLASSES: usize = 6;

/// Runs a network whose result is, or becomes, the person's probability for each pixel.
#[derive(Debug)]
pub struct Segmenter {
    session: Session,
    reading: Reading,
}

/// What a network's result means.
#[derive(Debug)]
enum Reading {
    /// One value a pixel: the person's probability.
    Probability,
    /// The unnormalised log-probabilities of the background and of classes of persons; here the
    /// person's log-odds go, and their probabilities. These networks take values from -1 to 1.
    Classes { map: Vec<f32>, mirrored: Vec<f32> },
}

impl Segmenter {
    /// Makes a session of a network, and allocates everything.
    ///
    /// # Errors
    /// Returns an error if the network isn't one that turns pictures into masks of persons.
    pub fn new(model: &Model, level: Level) -> Result<Self, MatteError> {
        let session = Session::new(model, level);
        let (from, to) = (session.input_shape(), session.output_shape());
        let reading = match (from.channels, to.channels) {
            (3, 1) => Reading::Probability,
            (3, CLASSES) => {
                let map = vec![0.0; to.width * to.height];
                Reading::Classes { mirrored: map.clone(), map }
            }
            (input, output) => return Err(MatteError::NotASegmenter { input, output }),
        };
        Ok(Self { session, reading })
    }

    /// The picture that [`Segmenter::input_mut`] takes.
    pub fn input_shape(&self) -> TensorShape {
        self.session.input_shape()
    }

    /// The memory for the picture: R'G'B', `0.0..=1.0`, rows from top to bottom. Write it before
    /// each run.
    pub fn input_mut(&mut self) -> &mut [f32] {
        self.session.input_mut()
    }

    /// The person's probability for each pixel of the mask.
    ///
    /// # Errors
    /// Returns an error if the network returns anything but probabilities.
    pub fn run(&mut self) -> Result<&[f32], MatteError> {
        let Reading::Classes { map, .. } = &mut self.reading else {
            return plausible(self.session.run());
        };
        scale(self.session.input_mut());
        log_odds(self.session.run(), map);
        map.iter_mut().for_each(|odds| *odds = probability(*odds));
        plausible(map)
    }

    /// Looks at a part of what wider looks have shown already: both ways, or once where the mirror
    /// image would tell little more and a look takes long.
    ///
    /// # Errors
    /// As [`Segmenter::run`].
    pub fn closely(
        &mut self,
        picture: &[f32],
        turned: &mut [f32],
        mut take: impl FnMut(&[f32]),
    ) -> Result<(), MatteError> {
        match self.reading {
            Reading::Probability => self.both_ways(picture, turned, take),
            Reading::Classes { .. } => {
                self.session.input_mut().copy_from_slice(picture);
                self.run().map(&mut take)
            }
        }
    }

    /// Looks at a picture and at its mirror image, and hands on the masks of the picture, one or
    /// two that count the same each. `picture` is as for [`Segmenter::input_mut`].
    ///
    /// Log-odds are averaged before they become a probability: where one look is sure and the other
    /// isn't, the sure one is mostly right.
    ///
    /// # Errors
    /// As [`Segmenter::run`].
    pub fn both_ways(
        &mut self,
        picture: &[f32],
        turned: &mut [f32],
        mut take: impl FnMut(&[f32]),
    ) -> Result<(), MatteError> {
        let (from, to) = (self.session.input_shape(), self.session.output_shape());
        self.session.input_mut().copy_from_slice(picture);
        match &mut self.reading {
            Reading::Probability => {
                take(plausible(self.session.run())?);
                mirror(picture, from.width, 3, self.session.input_mut());
                mirror(plausible(self.session.run())?, to.width, 1, turned);
                take(turned);
            }
            Reading::Classes { map, mirrored } => {
                scale(self.session.input_mut());
                log_odds(self.session.run(), map);
                mirror(picture, from.width, 3, self.session.input_mut());
                scale(self.session.input_mut());
                log_odds(self.session.run(), mirrored);
                mirror(mirrored, to.width, 1, turned);
                let both = turned.iter_mut().zip(map.iter());
                both.for_each(|(a, b)| *a = probability(0.5 * (*a + b)));
                take(plausible(turned)?);
            }
        }
        Ok(())
    }
}

/// From `0.0..=1.0` to `-1.0..=1.0`.
fn scale(picture: &mut [f32]) {
    picture.iter_mut().for_each(|v| *v = 2.0 * *v - 1.0);
}

/// The log-odds that a pixel is any class but the first.
fn log_odds(logits: &[f32], out: &mut [f32]) {
    for (out, logits) in out.iter_mut().zip(logits.as_chunks::<CLASSES>().0) {
        let [background, persons @ ..] = logits;
        let most = persons.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let sum: f32 = persons.iter().map(|v| (v - most).exp()).sum();
        *out = most + sum.ln() - background;
    }
}

fn probability(log_odds: f32) -> f32 {
    1.0 / (1.0 + (-SHARPNESS * log_odds).exp())
}

/// A map whose values are all probabilities.
fn plausible(map: &[f32]) -> Result<&[f32], MatteError> {
    // Written so that NaN counts as wrong.
    match map.iter().find(|v| !(-0.001..=1.001).contains(*v)) {
        Some(&value) => Err(MatteError::Rubbish { value }),
        None => Ok(map),
    }
}

/// Copies rows of `width` pixels of some channels from right to left.
fn mirror(from: &[f32], width: usize, channels: usize, to: &mut [f32]) {
    let row = width * channels;
    for (from, to) in from.chunks_exact(row).zip(to.chunks_exact_mut(row)) {
        let pixels = from.chunks_exact(channels).rev();
        to.chunks_exact_mut(channels).zip(pixels).for_each(|(to, from)| to.copy_from_slice(from));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mirroring_turns_rows_around() {
        let mut out = [0.0; 12];
        let rows = [1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 5.5, 6.0, 6.5];
        mirror(&rows, 3, 2, &mut out);
        assert_eq!(out, [3.0, 3.5, 2.0, 2.5, 1.0, 1.5, 6.0, 6.5, 5.0, 5.5, 4.0, 4.5]);
    }

    #[test]
    fn rubbish_is_refused() {
        assert_eq!(plausible(&[0.0, 1.0]), Ok(&[0.0, 1.0][..]));
        assert_eq!(plausible(&[0.5, 1.5]), Err(MatteError::Rubbish { value: 1.5 }));
        assert!(plausible(&[0.5, f32::NAN]).is_err());
    }

    /// The reading of one pixel.
    fn read(logits: [f32; CLASSES]) -> f32 {
        let mut out = [0.0];
        log_odds(&logits, &mut out);
        probability(out[0])
    }

    #[test]
    fn classes_of_persons_count_together() {
        let near = |a: f32, b: f32| assert!((a - b).abs() < 1e-5, "{a} is not {b}");
        near(read([0.0, 0.0, -90.0, -90.0, -90.0, -90.0]), 0.5);
        // Five classes that are as likely as the background: odds of 5, to the power of 3.
        near(read([2.0; CLASSES]), 125.0 / 126.0);
        near(read([1.0, 0.0, -90.0, -90.0, -90.0, -90.0]), 1.0 / (1.0 + 3.0_f32.exp()));
        // Neither end overflows.
        assert_eq!(read([0.0, 3e38, 3e38, -3e38, 0.0, 0.0]), 1.0);
        assert_eq!(read([3e38, 0.0, 0.0, 0.0, 0.0, 0.0]), 0.0);
    }

    #[test]
    fn what_is_no_number_is_rubbish() {
        for wrong in [f32::NAN, f32::INFINITY] {
            for place in 0..CLASSES {
                let mut logits = [0.0; CLASSES];
                logits[place] = wrong;
                logits[(place + 1) % CLASSES] = wrong;
                assert!(plausible(&[read(logits)]).is_err(), "{wrong} at {place}");
            }
        }
    }
}
