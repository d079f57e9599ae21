//! A network at work.

use crate::corners::Corners;
use crate::engine::{Engine, EngineError, Running};
use crate::form::Form;
use backlot_kernels::Level;
use backlot_nn::{ModelError, TensorShape};
use std::sync::Arc;

/// The most channels of an output, so that a set of them is a number's bits.
const MOST_CHANNELS: usize = 64;

/// Why there is no mask.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SegmenterError {
    /// The network's result is nothing that masks of persons are read from.
    #[error(
        "the network takes {input} values for each pixel and returns {output}, but a segmenter takes 3 and returns 1 (the person) or 6 (classes): choose another model"
    )]
    NotASegmenter {
        /// Values of an input pixel.
        input: usize,
        /// Values of an output pixel; 0 if there is no such output.
        output: usize,
    },
    /// The network's mask is not a mask.
    #[error(
        "the network returned {value}, which is not a probability from 0 to 1: choose another model"
    )]
    Rubbish {
        /// What it returned.
        value: f32,
    },
    /// A TensorFlow.js model of something else.
    #[error(
        "the model is not BodyPix, the one of TensorFlow.js that is known: it does not compute 'float_segments', or in another form"
    )]
    NotBodyPix,
    /// The network's file can't be read.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A larger network is wanted, and there is none.
    #[error("there is no larger network beside this one: choose the model 'auto'")]
    Alone,
    /// The network beside this one can't be loaded.
    #[error("{0}")]
    Second(String),
    /// The network can't be run.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl SegmenterError {
    /// No thread could be started for a network.
    pub(crate) fn thread(error: std::io::Error) -> Self {
        Self::Engine(EngineError(format!("no thread could be started for the network: {error}")))
    }
}

/// Runs a network whose result is, or becomes, the person's probability for each pixel.
#[derive(Debug)]
pub struct Segmenter {
    running: Box<dyn Running>,
    form: Arc<Form>,
    input: TensorShape,
    /// Rows, columns and channels of the output that tells of persons.
    found: TensorShape,
    corners: Option<Corners>,
    /// The same for the output that tells of parts, and what was read of it.
    part_corners: Option<Corners>,
    part_map: Vec<f32>,
    /// What was read of the output; empty where that is the mask already.
    read: Vec<f32>,
    /// The mask, in its final size; empty where another holds it.
    map: Vec<f32>,
    /// The mirror image's mask.
    mirrored: Vec<f32>,
}

impl Segmenter {
    /// Puts a network to work on a source's pictures of `(width, height)`, and allocates everything.
    ///
    /// # Errors
    /// Returns an error if the network can't be run, or isn't one that turns pictures into masks.
    pub(crate) fn new(
        engine: &dyn Engine,
        form: Arc<Form>,
        (width, height): (usize, usize),
        (level, threads): (Level, usize),
    ) -> Result<Self, SegmenterError> {
        let input = engine.input(width, height);
        let running = engine.start_on(threads, input, level)?;
        let shape = |output| {
            let shape = running.output_shape(output);
            shape.unwrap_or(TensorShape { height: 1, width: 1, channels: 0 })
        };
        let found = shape(form.output);
        let holds = |channels: usize, wanted: &[usize]| {
            channels <= MOST_CHANNELS && wanted.iter().all(|channel| *channel < channels)
        };
        let is_whole = match &form.parts {
            Some(parts) => holds(shape(parts.output).channels, &parts.channels),
            None => true,
        };
        if input.channels != 3 || !is_whole || !holds(found.channels, form.person.channels()) {
            let (input, output) = (input.channels, found.channels);
            return Err(SegmenterError::NotASegmenter { input, output });
        }
        let pixels = (found.width, found.height);
        let corners = form.corners.then(|| Corners::new(pixels, (input.width, input.height)));
        let parts = form.parts.as_ref().filter(|_| form.corners).map(|parts| shape(parts.output));
        let part_corners = parts
            .map(|parts| Corners::new((parts.width, parts.height), (input.width, input.height)));
        let part_map = vec![0.0; parts.map_or(0, |parts| parts.width * parts.height)];
        let direct = form.person.is_probability() && found.channels == 1 && corners.is_none();
        let read = vec![0.0; if direct { 0 } else { found.width * found.height }];
        let (columns, rows) = corners.as_ref().map_or(pixels, Corners::size);
        let map = vec![0.0; if corners.is_some() { columns * rows } else { 0 }];
        let mirrored = vec![0.0; if direct { 0 } else { columns * rows }];
        Ok(Self {
            running,
            form,
            input,
            found,
            corners,
            part_corners,
            part_map,
            read,
            map,
            mirrored,
        })
    }

    /// The picture that [`Segmenter::input_mut`] takes.
    pub const fn input_shape(&self) -> TensorShape {
        self.input
    }

    /// The mask's width and height.
    pub fn mask_size(&self) -> (usize, usize) {
        self.corners.as_ref().map_or((self.found.width, self.found.height), Corners::size)
    }

    /// Whether the network remembers earlier pictures, so that it wants to see the same part of all.
    pub fn is_recurrent(&self) -> bool {
        self.form.recurrent
    }

    /// The memory for the picture: R'G'B', `0.0..=1.0`, rows from top to bottom. Write it before
    /// each run.
    pub fn input_mut(&mut self) -> &mut [f32] {
        self.running.input_mut()
    }

    /// The person's probability for each pixel of the mask.
    ///
    /// # Errors
    /// Returns an error if the network can't be run or returns anything but probabilities.
    pub fn run(&mut self) -> Result<&[f32], SegmenterError> {
        self.look()?;
        let form = self.form.clone();
        form.person.finish(self.map_mut());
        plausible(self.map())
    }

    /// Forgets earlier pictures, if it remembers any.
    pub fn forget(&mut self) {
        self.running.forget();
    }

    /// What the network's numbers mean.
    pub fn form(&self) -> &Form {
        &self.form
    }

    /// How much of each pixel of the last picture is one of some parts, given that it is a person:
    /// `0.0..=1.0`, for each pixel of the output that tells of them. The bits of `parts` are the
    /// numbers of [`Form::parts`]. Returns the map's width and height, or nothing if the network
    /// knows no parts.
    pub fn parts(&mut self, parts: u64, out: &mut Vec<f32>) -> Option<(usize, usize)> {
        let known = self.form.parts.as_ref()?;
        let shape = self.running.output_shape(known.output)?;
        let pixels = (shape.width, shape.height);
        let values = self.running.output(known.output);
        let Some(corners) = &self.part_corners else {
            out.resize(pixels.0 * pixels.1, 0.0);
            known.share(values, shape.channels, parts, out);
            return Some(pixels);
        };
        let (columns, rows) = corners.size();
        known.share(values, shape.channels, parts, &mut self.part_map);
        out.resize(columns * rows, 0.0);
        corners.run(&self.part_map, out);
        Some((columns, rows))
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
    ) -> Result<(), SegmenterError> {
        if self.form.person.is_probability() {
            return self.both_ways(picture, turned, take);
        }
        self.running.input_mut().copy_from_slice(picture);
        self.run().map(&mut take)
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
    ) -> Result<(), SegmenterError> {
        let (width, columns) = (self.input.width, self.mask_size().0);
        self.running.input_mut().copy_from_slice(picture);
        self.look()?;
        if self.form.person.is_probability() {
            take(plausible(self.map())?);
            mirror(picture, width, 3, self.running.input_mut());
            self.look()?;
            mirror(plausible(self.map())?, columns, 1, turned);
            take(turned);
            return Ok(());
        }
        turned.copy_from_slice(self.map());
        mirror(picture, width, 3, self.running.input_mut());
        self.look()?;
        let mut mirrored = std::mem::take(&mut self.mirrored);
        mirror(self.map(), columns, 1, &mut mirrored);
        turned.iter_mut().zip(&mirrored).for_each(|(a, b)| *a = 0.5 * (*a + b));
        self.mirrored = mirrored;
        self.form.person.finish(turned);
        take(plausible(turned)?);
        Ok(())
    }

    /// Runs the network; [`Segmenter::map`] then holds what its reading is of.
    fn look(&mut self) -> Result<(), SegmenterError> {
        prepare(&self.form, self.running.input_mut());
        self.running.run()?;
        if !self.read.is_empty() {
            let values = self.running.output(self.form.output);
            self.form.person.read(values, self.found.channels, &mut self.read);
        }
        if let Some(corners) = &self.corners {
            corners.run(&self.read, &mut self.map);
        }
        Ok(())
    }

    fn map(&self) -> &[f32] {
        match (&self.map[..], &self.read[..]) {
            ([], []) => self.running.output(self.form.output),
            ([], read) => read,
            (map, _) => map,
        }
    }

    /// Nothing where the network's own memory holds the mask.
    fn map_mut(&mut self) -> &mut [f32] {
        if self.map.is_empty() { &mut self.read } else { &mut self.map }
    }
}

/// Brings a picture of `0.0..=1.0` to the network's range and order of colours.
fn prepare(form: &Form, picture: &mut [f32]) {
    if form.scale != [1.0; 3] || form.offset != [0.0; 3] {
        let ([a, b, c], [d, e, f]) = (form.scale, form.offset);
        for [red, green, blue] in picture.as_chunks_mut().0 {
            (*red, *green, *blue) = (*red * a + d, *green * b + e, *blue * c + f);
        }
    }
    if form.bgr {
        picture.as_chunks_mut::<3>().0.iter_mut().for_each(|pixel| pixel.swap(0, 2));
    }
}

/// A map whose values are all probabilities.
fn plausible(map: &[f32]) -> Result<&[f32], SegmenterError> {
    // Written so that NaN counts as wrong.
    match map.iter().find(|v| !(-0.001..=1.001).contains(*v)) {
        Some(&value) => Err(SegmenterError::Rubbish { value }),
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
    use crate::form::{Parts, Reading};

    /// An engine whose network returns its picture.
    #[derive(Clone, Debug)]
    struct Echo(Vec<f32>);

    const SHAPE: TensorShape = TensorShape { height: 1, width: 2, channels: 3 };

    impl Engine for Echo {
        fn input(&self, _: usize, _: usize) -> TensorShape {
            SHAPE
        }

        fn start(&self, _: TensorShape, _: Level) -> Result<Box<dyn Running>, EngineError> {
            Ok(Box::new(self.clone()))
        }
    }

    impl Running for Echo {
        fn input_mut(&mut self) -> &mut [f32] {
            &mut self.0
        }

        fn run(&mut self) -> Result<(), EngineError> {
            Ok(())
        }

        fn output(&self, _: usize) -> &[f32] {
            &self.0
        }

        fn output_shape(&self, index: usize) -> Option<TensorShape> {
            (index == 0).then_some(SHAPE)
        }
    }

    fn echo(form: Form) -> Result<Segmenter, SegmenterError> {
        Segmenter::new(&Echo(vec![0.0; 6]), Arc::new(form), (2, 1), (Level::best(), 1))
    }

    #[test]
    fn the_picture_gets_the_networks_range_and_order() {
        let person = Reading::Probability { channel: 0 };
        let scale = [0.5, 1.0, 2.0];
        let mut segmenter = echo(Form { scale, bgr: true, person, ..Form::PROBABILITY }).unwrap();
        segmenter.input_mut().copy_from_slice(&[0.9, 0.1, 0.2, 0.3, 0.5, 0.4]);
        assert_eq!(segmenter.run().unwrap(), [0.4, 0.8]);
    }

    #[test]
    fn both_ways_agree_on_the_same_side() {
        let person = Reading::LogOdds { channel: 0, sharpness: 1.0, middle: 0.0 };
        let mut segmenter = echo(Form { person, ..Form::PROBABILITY }).unwrap();
        let (mut turned, mut seen) = (vec![0.0; 2], Vec::new());
        let picture = [3.0, 0.0, 0.0, -3.0, 0.0, 0.0];
        segmenter.both_ways(&picture, &mut turned, |mask| seen.push(mask.to_vec())).unwrap();
        assert!(seen.len() == 1 && seen[0][0] > 0.9 && seen[0][1] < 0.1, "{seen:?}");
    }

    #[test]
    fn parts_lie_where_persons_do() {
        let person = Reading::LogOdds { channel: 0, sharpness: 1.0, middle: 0.0 };
        let (names, channels) = (vec!["a".into(), "b".into()], vec![1, 2]);
        let parts = Some(Parts { output: 0, names, channels, sharpness: 1.0 });
        let mut segmenter =
            echo(Form { person, corners: true, parts, ..Form::PROBABILITY }).unwrap();
        segmenter.input_mut().copy_from_slice(&[9.0, 0.0, 40.0, 9.0, 40.0, 0.0]);
        segmenter.run().unwrap();
        let mut share = Vec::new();
        assert_eq!(segmenter.parts(0b10, &mut share), Some(segmenter.mask_size()));
        assert_eq!(share, [1.0, 0.0]);
        let memory = share.as_ptr();
        segmenter.parts(0b11, &mut share);
        assert_eq!((share.as_ptr(), &share[..]), (memory, &[1.0, 1.0][..]));
    }

    #[test]
    fn what_the_network_lacks_is_refused() {
        let channel =
            |channel| Form { person: Reading::Probability { channel }, ..Form::PROBABILITY };
        assert!(echo(channel(2)).is_ok());
        for form in [channel(3), Form { output: 1, ..channel(0) }] {
            let error = echo(form).unwrap_err();
            assert!(matches!(error, SegmenterError::NotASegmenter { input: 3, .. }), "{error}");
        }
    }

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
        assert_eq!(plausible(&[0.5, 1.5]), Err(SegmenterError::Rubbish { value: 1.5 }));
        assert!(plausible(&[0.5, f32::NAN]).is_err());
    }
}
