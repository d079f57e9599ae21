//! What a network's numbers mean, as its sidecar says.

use super::{Output, Sidecar, Way};
use backlot_segmenter::{BodyPixSettings, Form, Parts, Reading};

impl Sidecar {
    /// What contradicts itself: the key, and why.
    pub(super) fn check(&self) -> Result<(), (&'static str, String)> {
        let wrong = |key, what: &str| Err((key, what.to_owned()));
        let is_scaled = self.scale.is_some() || self.mean.is_some() || self.std.is_some();
        if self.range.is_some() && is_scaled {
            return wrong(
                "range",
                "it says the same as scale, mean and std: write one or the other",
            );
        }
        if self.range.is_some_and(|[black, white]| black == white) {
            return wrong("range", "black and white must differ");
        }
        let is_classes = self.reading == Some(Way::Classes);
        if is_classes && self.persons.is_none() {
            return wrong("reading", "classes need the channels of persons: write persons = [15]");
        }
        if !is_classes && self.persons.is_some() {
            return wrong("persons", "it belongs to reading = \"classes\"; others have a channel");
        }
        if is_classes && self.channel.is_some() {
            return wrong("channel", "reading = \"classes\" has persons = […] instead");
        }
        if self.middle.is_some() && self.reading != Some(Way::Logits) {
            return wrong("middle", "it belongs to reading = \"logits\"");
        }
        let is_probability = self.reading.is_none_or(|way| way == Way::Probability);
        if self.sharpness.is_some() && is_probability {
            return wrong("sharpness", "it belongs to reading = \"logits\" or \"classes\"");
        }
        let inputs = self.states.iter().map(|[input, _]| input);
        let constants = self.constants.iter().map(|(name, _)| name);
        let mut all: Vec<_> = inputs.chain(constants).chain(&self.picture).collect();
        all.sort();
        if let Some(pair) = all.windows(2).find(|pair| pair[0] == pair[1]) {
            let key = if self.states.is_empty() { "constants" } else { "states" };
            return wrong(key, &format!("the input '{}' has two uses", pair[0]));
        }
        Ok(())
    }

    /// The settings of BodyPix, if nothing else is said.
    pub(crate) fn bodypix(&self) -> Option<BodyPixSettings> {
        let Self { threshold, resolution, .. } = *self;
        let rest = Self { threshold: None, resolution: None, ..self.clone() };
        let usual = BodyPixSettings::default();
        (rest == Self::default()).then_some(BodyPixSettings {
            threshold: threshold.unwrap_or(usual.threshold),
            resolution: resolution.unwrap_or(usual.resolution),
        })
    }

    /// A key that only BodyPix has, if one is given.
    pub(crate) fn for_bodypix(&self) -> Option<&'static str> {
        let threshold = self.threshold.map(|_| "threshold");
        threshold.or_else(|| self.resolution.map(|_| "resolution"))
    }

    /// What the numbers mean. `find` gives an output's number.
    ///
    /// # Errors
    /// As `find`.
    pub(crate) fn form<E>(&self, find: impl Fn(&Output) -> Result<usize, E>) -> Result<Form, E> {
        let output = self.output.as_ref().map(&find).transpose()?.unwrap_or_default();
        let sharpness = self.sharpness.unwrap_or(1.0);
        let channel = self.channel.unwrap_or_default();
        let person = match self.reading {
            None | Some(Way::Probability) => Reading::Probability { channel },
            Some(Way::Logits) => {
                Reading::LogOdds { channel, sharpness, middle: self.middle.unwrap_or_default() }
            }
            Some(Way::Classes) => {
                Reading::Classes { persons: self.persons.clone().unwrap_or_default(), sharpness }
            }
        };
        let parts = match &self.parts {
            None => None,
            Some(parts) => Some(Parts {
                output: parts.output.as_ref().map(&find).transpose()?.unwrap_or(output),
                names: parts.names.clone(),
                channels: parts.channels.clone(),
                sharpness: parts.sharpness.unwrap_or(1.0),
            }),
        };
        let (scale, offset) = self.scaling();
        let (bgr, corners, recurrent) = (self.bgr, self.corners, !self.states.is_empty());
        Ok(Form { scale, offset, bgr, output, person, corners, parts, recurrent })
    }

    /// What the numbers mean of a network that our own executor runs, and the names of the outputs that it is to
    /// return; without names, its own.
    ///
    /// # Errors
    /// Says what only networks in ONNX files have.
    pub fn own_form(&self) -> Result<(Vec<&str>, Form), String> {
        let foreign = [
            ("picture", self.picture.is_some()),
            ("layout", self.pixels.is_some()),
            ("output_layout", self.output_pixels.is_some()),
            ("states", !self.states.is_empty()),
            ("constants", !self.constants.is_empty()),
            ("provider", self.provider.is_some()),
        ];
        if let Some(key) = self.for_bodypix() {
            return Err(format!(
                "the file beside it says '{key}', which is for BodyPix of TensorFlow.js, without anything else"
            ));
        }
        if let Some((key, _)) = foreign.iter().find(|(_, given)| *given) {
            return Err(format!("the file beside it says '{key}', which is for ONNX files alone"));
        }
        let parts = self.parts.as_ref().and_then(|parts| parts.output.as_ref());
        let mut names = Vec::new();
        for output in self.output.iter().chain(parts) {
            if let Output::Named(name) = output
                && !names.contains(&name.as_str())
            {
                names.push(name.as_str());
            }
        }
        let form = self.form(|output| match output {
            Output::Named(name) => {
                Ok(names.iter().position(|known| known == name).unwrap_or_default())
            }
            Output::Numbered(number) if names.is_empty() => Ok(*number),
            Output::Numbered(number) => Err(format!(
                "the file beside it numbers the output {number}: name all or number all"
            )),
        })?;
        Ok((names, form))
    }

    /// What red, green and blue of `0.0..=1.0` are multiplied by, and what is added then.
    fn scaling(&self) -> ([f32; 3], [f32; 3]) {
        if let Some([black, white]) = self.range {
            return ([white - black; 3], [black; 3]);
        }
        let (white, mean) = (self.scale.unwrap_or(1.0), self.mean.unwrap_or([0.0; 3]));
        let std = self.std.unwrap_or([1.0; 3]);
        let mut scaling = (std.map(|std| white / std), [0, 1, 2].map(|c| -mean[c] / std[c]));
        if self.bgr {
            scaling.0.reverse();
            scaling.1.reverse();
        }
        scaling
    }
}
