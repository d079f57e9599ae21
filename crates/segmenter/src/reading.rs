//! From a network's numbers to log-odds and probabilities.

use crate::form::{Parts, Reading};

impl Reading {
    /// The channels of an output that it reads.
    pub(crate) fn channels(&self) -> &[usize] {
        match self {
            Self::Probability { channel } | Self::LogOdds { channel, .. } => {
                std::slice::from_ref(channel)
            }
            Self::Classes { persons, .. } => persons,
        }
    }

    /// Whether it reads probabilities as they are.
    pub(crate) const fn is_probability(&self) -> bool {
        matches!(self, Self::Probability { .. })
    }

    /// Writes what is averaged and resized: log-odds, or probabilities where the network gives them.
    pub(crate) fn read(&self, values: &[f32], channels: usize, out: &mut [f32]) {
        let pixels = out.iter_mut().zip(values.chunks_exact(channels));
        match self {
            Self::Probability { channel } => pixels.for_each(|(out, pixel)| *out = pixel[*channel]),
            Self::LogOdds { channel, sharpness, middle } => {
                pixels.for_each(|(out, pixel)| *out = sharpness * (pixel[*channel] - middle));
            }
            Self::Classes { persons, sharpness } => {
                let persons = persons.iter().fold(0_u64, |all, channel| all | 1 << channel);
                pixels.for_each(|(out, pixel)| *out = sharpness * log_odds(pixel, persons));
            }
        }
    }

    /// Makes probabilities of what [`Reading::read`] wrote.
    pub(crate) fn finish(&self, map: &mut [f32]) {
        if !self.is_probability() {
            map.iter_mut().for_each(|odds| *odds = 1.0 / (1.0 + (-*odds).exp()));
        }
    }
}

/// The log-odds that a pixel is one of the classes in a set, whose bits are the channels.
fn log_odds(logits: &[f32], set: u64) -> f32 {
    let within = |class: usize| set >> class & 1 == 1;
    log_sum(logits, within) - log_sum(logits, |class| !within(class))
}

/// The logarithm of the sum of some channels' exponentials.
fn log_sum(logits: &[f32], within: impl Fn(usize) -> bool) -> f32 {
    let chosen = || logits.iter().enumerate().filter(|(class, _)| within(*class)).map(|(_, v)| *v);
    let most = chosen().fold(f32::NEG_INFINITY, f32::max);
    let sum: f32 =
        chosen().map(|v| if v == most && v.is_finite() { 1.0 } else { (v - most).exp() }).sum();
    most + sum.ln()
}

impl Parts {
    /// Writes how much of each pixel is one of some parts, given that it is a person: `0.0..=1.0`.
    pub(crate) fn share(&self, values: &[f32], channels: usize, parts: u64, out: &mut [f32]) {
        for (out, pixel) in out.iter_mut().zip(values.chunks_exact(channels)) {
            let logits = || self.channels.iter().map(|channel| pixel[*channel]);
            let most = logits().fold(f32::NEG_INFINITY, f32::max);
            let (mut own, mut all) = (0.0, 0.0);
            for (part, logit) in logits().enumerate() {
                let weight = (self.sharpness * (logit - most)).exp();
                all += weight;
                own += if parts >> part & 1 == 1 { weight } else { 0.0 };
            }
            *out = own / all;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f32, b: f32) {
        assert!((a - b).abs() < 1e-5, "{a} is not {b}");
    }

    /// The reading of one pixel of six classes, the first of which is the background.
    fn read(logits: [f32; 6]) -> f32 {
        let reading = Reading::Classes { persons: (1..6).collect(), sharpness: 3.0 };
        let mut out = [0.0];
        reading.read(&logits, 6, &mut out);
        reading.finish(&mut out);
        out[0]
    }

    #[test]
    fn classes_of_persons_count_together() {
        near(read([0.0, 0.0, -90.0, -90.0, -90.0, -90.0]), 0.5);
        // Five classes that are as likely as the background: odds of 5, to the power of 3.
        near(read([2.0; 6]), 125.0 / 126.0);
        near(read([1.0, 0.0, -90.0, -90.0, -90.0, -90.0]), 1.0 / (1.0 + 3.0_f32.exp()));
        // Neither end overflows.
        assert_eq!(read([0.0, 3e38, 3e38, -3e38, 0.0, 0.0]), 1.0);
        assert_eq!(read([3e38, 0.0, 0.0, 0.0, 0.0, 0.0]), 0.0);
    }

    #[test]
    fn one_of_many_classes_stands_against_all_others() {
        let reading = Reading::Classes { persons: vec![2], sharpness: 1.0 };
        let mut out = [0.0];
        reading.read(&[0.0, 0.0, 3.0_f32.ln(), 0.0], 4, &mut out);
        reading.finish(&mut out);
        near(out[0], 0.5);
    }

    #[test]
    fn what_is_no_number_stays_none() {
        for wrong in [f32::NAN, f32::INFINITY] {
            for place in 0..6 {
                let mut logits = [0.0; 6];
                logits[place] = wrong;
                logits[(place + 1) % 6] = wrong;
                assert!(!(0.0..=1.0).contains(&read(logits)), "{wrong} at {place}");
            }
        }
    }

    #[test]
    fn a_threshold_is_where_the_probability_is_a_half() {
        let reading = Reading::LogOdds { channel: 1, sharpness: 2.0, middle: 0.5 };
        let mut out = [0.0; 2];
        reading.read(&[9.0, 0.5, 9.0, 1.5], 2, &mut out);
        reading.finish(&mut out);
        near(out[0], 0.5);
        near(out[1], 1.0 / (1.0 + (-2.0_f32).exp()));
    }

    #[test]
    fn parts_share_a_person() {
        let parts = Parts {
            output: 0,
            names: vec!["hair".into(), "face".into()],
            channels: vec![1, 3],
            sharpness: 1.0,
        };
        let mut out = [0.0];
        parts.share(&[9.0, 0.0, 9.0, 3.0_f32.ln()], 4, 0b10, &mut out);
        near(out[0], 0.75);
        parts.share(&[9.0, 0.0, 9.0, 3.0_f32.ln()], 4, 0b11, &mut out);
        near(out[0], 1.0);
    }
}
