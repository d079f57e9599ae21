//! What each thread that works has: the networks at work, one for each size of picture that came lately.

use crate::failure::{Failure, Kind};
use crate::house::House;
use crate::metrics::{Stage, add};
use backlot_files::{Intake, StillReader};
use backlot_kernels::Level;
use backlot_matte::PersonMatte;
use backlot_media::{Frame, Matte, Size};
use std::path::Path;
use std::time::Instant;

/// How many sizes and networks are kept ready.
const MOST: usize = 8;

/// What a thread works with.
#[derive(Debug)]
pub(crate) struct Bench<'a> {
    pub house: &'a House,
    intake: Intake,
    reader: StillReader,
    finders: Finders<'a>,
}

/// A picture as it came.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shown<'a> {
    /// A file of any kind.
    File(&'a [u8]),
    /// Rows of R, G, B.
    Rgb(Size, &'a [u8]),
}

/// The networks at work.
#[derive(Debug)]
struct Finders<'a> {
    house: &'a House,
    /// The one used last at the end.
    all: Vec<Finder>,
}

#[derive(Debug)]
struct Finder {
    model: usize,
    matte: Matte,
    person: PersonMatte,
}

impl<'a> Bench<'a> {
    pub fn new(house: &'a House) -> Self {
        let pixels = house.limits.pixels;
        let intake = Intake { most_pixels: Some(pixels), strict: true, ..Intake::default() };
        let finders = Finders { house, all: Vec::new() };
        Self { house, intake, reader: StillReader::default(), finders }
    }

    /// The matte of a picture, as a still's is made; `check` is asked before whether its size will do.
    ///
    /// # Errors
    /// When it is no picture, is damaged, or has too many pixels; when `check` says so; when the network can't be run.
    pub fn matte(
        &mut self,
        model: usize,
        shown: Shown<'_>,
        check: impl FnOnce(Size) -> Result<(), Failure>,
    ) -> Result<&Matte, Failure> {
        let start = Instant::now();
        let name = Path::new("the picture");
        let still = match shown {
            Shown::File(bytes) => self.reader.read_bytes(name, bytes, &self.intake)?,
            Shown::Rgb(size, pixels) => {
                self.reader.take_rgb(size, pixels).ok_or_else(Failure::internal)?
            }
        };
        self.house.metrics.spent(Stage::Decode, start.elapsed());
        check(still.size())?;
        self.finders.matte(model, still)
    }
}

impl Finders<'_> {
    fn matte(&mut self, model: usize, still: &Frame) -> Result<&Matte, Failure> {
        let start = Instant::now();
        let Finder { matte, person, .. } = self.of(model, still.size())?;
        person.reset();
        let made = person.segment(still).and_then(|()| person.refine(still, matte));
        made.map_err(|error| {
            tracing::error!(%error, "a matte couldn't be made");
            Failure::internal()
        })?;
        let metrics = &self.house.metrics;
        metrics.spent(Stage::Matte, start.elapsed());
        add(&metrics.pictures, 1);
        self.all.last().map(|finder| &finder.matte).ok_or_else(Failure::internal)
    }

    /// The network at work for a size, at the end of the list.
    fn of(&mut self, model: usize, size: Size) -> Result<&mut Finder, Failure> {
        let known = self.all.iter().position(|f| f.model == model && f.matte.size() == size);
        let finder = match known {
            Some(index) => self.all.remove(index),
            None => self.ready(model, size)?,
        };
        self.all.push(finder);
        self.all.last_mut().ok_or_else(Failure::internal)
    }

    fn ready(&mut self, model: usize, size: Size) -> Result<Finder, Failure> {
        // Large ones are not kept beside others.
        let pixels = |finder: &Finder| finder.matte.size().pixels() as u64;
        let most = self.house.limits.pixels.saturating_sub(size.pixels() as u64);
        while !self.all.is_empty()
            && (self.all.len() == MOST || self.all.iter().map(pixels).sum::<u64>() > most)
        {
            self.all.remove(0);
        }
        let matting = &self.house.models.get(model).matting;
        let person = PersonMatte::new(&matting.model, size, matting.settings, Level::best());
        let person = person.map_err(|error| Failure::new(Kind::Internal, error.to_string()))?;
        Ok(Finder { model, matte: Matte::new(size), person })
    }
}
