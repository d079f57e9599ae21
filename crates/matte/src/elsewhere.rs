//! Masks of a network that runs elsewhere, carried to the present picture.
//!
//! Up to three questions are under way; the latest answer is carried along by motion. While it is
//! at most three pictures old it is believed. Later than that, this machine's own network takes
//! over at once, and keeps the lead until answers have been in time for a while: two networks never
//! alternate from picture to picture.

use crate::MatteError;
use crate::carry::Carry;
use crate::geometry::{Cells, Geometry, pixels};
use crate::motion::Motion;
use crate::steady::Steady;
use backlot_kernels::{Level, NetworkInput};
use backlot_media::{Frame, Timestamp};
use backlot_segmenter::{Courier, SegmentationModel, SegmenterError};
use std::time::Duration;

/// The most questions that are under way.
const UNDER_WAY: usize = 3;
/// The age at which an answer is too late, in times between two pictures.
const LATE: u32 = 3;
/// How many pictures in a row must have had one in time before it leads again.
const BACK: u32 = 10;
/// How much the last time between two pictures counts.
const LAST: f64 = 0.1;
/// The longest time between two pictures.
const LONGEST: Duration = Duration::from_millis(200);

/// Which of two networks makes the mattes, where one elsewhere is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lead {
    /// The one elsewhere: its answers are in time.
    Elsewhere,
    /// This machine's own.
    Own,
}

/// Asks a network elsewhere about each picture, as far as answers keep up.
#[derive(Debug)]
pub(crate) struct Elsewhere {
    level: Level,
    geometry: Geometry,
    trips: Vec<Trip>,
    /// Brings masks to the grid.
    grid: Option<Steady>,
    known: Known,
    is_known: bool,
    mask: Vec<f32>,
    last: Option<Timestamp>,
    /// The time between two pictures, in seconds.
    interval: f64,
    leads: bool,
    /// Whether the log says why it doesn't lead.
    was_told: bool,
    in_time: u32,
}

/// A question under way.
#[derive(Debug)]
struct Trip {
    courier: Courier,
    input: Option<NetworkInput>,
    cells: Cells,
    /// Whether the picture belongs to the present scene.
    counts: bool,
    asked: Known,
}

/// The picture to which a mask belongs.
#[derive(Debug)]
struct Known {
    time: Timestamp,
    carry: Carry,
}

impl Elsewhere {
    /// For pictures of one size, if the model has a network elsewhere beside it.
    pub fn beside(
        model: &SegmentationModel,
        geometry: Geometry,
        level: Level,
    ) -> Result<Option<Self>, MatteError> {
        let couriers = model.couriers(UNDER_WAY, pixels(geometry.picture), level)?;
        let known = || Known { time: Timestamp::default(), carry: Carry::new(geometry, level) };
        let trip = |courier| {
            let (cells, asked) = (geometry.whole(), known());
            Trip { courier, input: None, cells, counts: false, asked }
        };
        let trips: Vec<_> = couriers.into_iter().map(trip).collect();
        Ok((!trips.is_empty()).then(|| Self {
            level,
            geometry,
            trips,
            grid: None,
            known: known(),
            is_known: false,
            mask: vec![0.0; geometry.cells()],
            last: None,
            interval: 0.0,
            leads: false,
            was_told: false,
            in_time: 0,
        }))
    }

    /// Which network makes the mattes.
    pub const fn lead(&self) -> Lead {
        if self.leads { Lead::Elsewhere } else { Lead::Own }
    }

    /// Forgets what is known: another scene begins.
    pub fn reset(&mut self) {
        self.is_known = false;
        self.trips.iter_mut().for_each(|trip| trip.counts = false);
    }

    /// Takes the next frame, which `motion` has observed, and asks about some of its cells. Returns
    /// its mask on the grid, while the network elsewhere leads.
    pub fn look(&mut self, frame: &Frame, motion: &Motion, cells: Cells) -> Option<&[f32]> {
        self.keep_time(frame.time);
        let fault = self.hear();
        self.ask(frame, motion, cells);
        self.decide(frame.time, fault);
        self.leads.then(|| self.known.carry.run(motion, &self.mask))
    }

    fn keep_time(&mut self, now: Timestamp) {
        if let Some(last) = self.last.replace(now) {
            let passed = now.since(last).min(LONGEST).as_secs_f64();
            let share = if self.interval == 0.0 { 1.0 } else { LAST };
            self.interval += share * (passed - self.interval);
        }
    }

    /// Takes the answers that have come; returns what went wrong, if anything did.
    fn hear(&mut self) -> Option<SegmenterError> {
        let Self { trips, grid, mask, known, is_known, geometry, level, .. } = self;
        let mut fault = None;
        for trip in trips {
            let Trip { courier, cells, counts, asked, .. } = trip;
            let is_news = *counts && (!*is_known || asked.time > known.time);
            let heard = courier.answer(|answer| {
                if is_news {
                    let steady = || Steady::new(*geometry, answer.size, 0.0, *level);
                    let grid = grid.get_or_insert_with(steady);
                    grid.place(&answer.mask, *cells);
                    mask.copy_from_slice(grid.present());
                }
            });
            match heard {
                Ok(true) if is_news => {
                    std::mem::swap(known, asked);
                    *is_known = true;
                }
                Ok(_) => fault = fault.or_else(|| courier.missing()),
                Err(why) => fault = Some(why),
            }
        }
        fault
    }

    fn ask(&mut self, frame: &Frame, motion: &Motion, cells: Cells) {
        let Self { trips, geometry, level, .. } = self;
        let Some(trip) = trips.iter_mut().find(|trip| trip.courier.is_free()) else { return };
        let Some(shape) = trip.courier.input_shape() else { return };
        let size = geometry.picture;
        let input = || NetworkInput::new(size, shape.width, shape.height);
        let input = trip.input.get_or_insert_with(input);
        let window = geometry.window(cells);
        trip.courier.ask(|picture| input.run(*level, frame.yuv(), frame.color, window, picture));
        (trip.cells, trip.counts, trip.asked.time) = (cells, true, frame.time);
        trip.asked.carry.anchor(motion);
    }

    /// Decides which network leads.
    fn decide(&mut self, now: Timestamp, fault: Option<SegmenterError>) {
        let late = Duration::from_secs_f64(self.interval * (f64::from(LATE) + 0.5));
        let is_in_time = self.is_known && now.since(self.known.time) <= late;
        self.in_time = if is_in_time { self.in_time.saturating_add(1) } else { 0 };
        let leads = is_in_time && (self.leads || self.in_time >= BACK);
        if leads == self.leads {
            // Once, until it leads.
            if let Some(why) = fault.filter(|_| !leads && !self.was_told) {
                self.was_told = true;
                tracing::warn!("this machine's own network makes the mattes: {why}");
            }
            return;
        }
        self.leads = leads;
        self.was_told = !leads && fault.is_some();
        match (leads, fault) {
            (true, _) => tracing::info!("the network elsewhere makes the mattes"),
            (false, Some(why)) => {
                tracing::warn!("this machine's own network makes the mattes for now: {why}");
            }
            (false, None) => tracing::warn!(
                "this machine's own network makes the mattes for now: the one elsewhere is late"
            ),
        }
    }
}
