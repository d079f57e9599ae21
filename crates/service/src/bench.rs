//! What each thread that works has: the networks at work, one for each size of picture that came lately.

use crate::failure::{Failure, Kind};
use crate::house::House;
use crate::metrics::{Stage, add};
use backlot_files::{Intake, Picture, StillReader};
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
    /// The one used last at the end.
    finders: Vec<Finder>,
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
        Self { house, intake, reader: StillReader::default(), finders: Vec::new() }
    }

    /// Decodes a picture of any kind: upright.
    ///
    /// # Errors
    /// When it is none, is damaged, or has too many pixels.
    pub fn decode(&mut self, bytes: &[u8]) -> Result<Frame, Failure> {
        let start = Instant::now();
        let frame = self.reader.read_bytes(Path::new("the picture"), bytes, &self.intake)?;
        self.house.metrics.spent(Stage::Decode, start.elapsed());
        Ok(frame)
    }

    /// A picture of rows of R, G, B.
    ///
    /// # Errors
    /// When there aren't exactly as many as its size takes.
    pub fn take_rgb(&self, size: Size, pixels: &[u8]) -> Result<Frame, Failure> {
        let start = Instant::now();
        let picture = Picture::from_rgb(size, pixels);
        let frame = picture.ok_or_else(Failure::internal)?.to_still();
        self.house.metrics.spent(Stage::Decode, start.elapsed());
        Ok(frame)
    }

    /// The matte of a picture, as a still's is made.
    ///
    /// # Errors
    /// When the network can't be run.
    pub fn matte(&mut self, model: usize, frame: &Frame) -> Result<&Matte, Failure> {
        let start = Instant::now();
        let finder = self.finder(model, frame.size())?;
        finder.person.reset();
        let made = finder
            .person
            .segment(frame)
            .and_then(|()| finder.person.refine(frame, &mut finder.matte));
        made.map_err(|error| {
            tracing::error!(%error, "a matte couldn't be made");
            Failure::internal()
        })?;
        let metrics = &self.house.metrics;
        metrics.spent(Stage::Matte, start.elapsed());
        add(&metrics.pictures, 1);
        self.finders.last().map(|finder| &finder.matte).ok_or_else(Failure::internal)
    }

    /// The network at work for a size, at the end of the list.
    fn finder(&mut self, model: usize, size: Size) -> Result<&mut Finder, Failure> {
        let known = self.finders.iter().position(|f| f.model == model && f.matte.size() == size);
        let finder = match known {
            Some(index) => self.finders.remove(index),
            None => self.ready(model, size)?,
        };
        self.finders.push(finder);
        self.finders.last_mut().ok_or_else(Failure::internal)
    }

    fn ready(&mut self, model: usize, size: Size) -> Result<Finder, Failure> {
        // Large ones are not kept beside others.
        let pixels = |finder: &Finder| finder.matte.size().pixels() as u64;
        let most = self.house.limits.pixels.saturating_sub(size.pixels() as u64);
        while !self.finders.is_empty()
            && (self.finders.len() == MOST || self.finders.iter().map(pixels).sum::<u64>() > most)
        {
            self.finders.remove(0);
        }
        let matting = &self.house.models.get(model).matting;
        let person = PersonMatte::new(&matting.model, size, matting.settings, Level::best());
        let person = person.map_err(|error| Failure::new(Kind::Internal, error.to_string()))?;
        Ok(Finder { model, matte: Matte::new(size), person })
    }
}
