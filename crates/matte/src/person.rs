//! The matte of the persons in a source's pictures.

use crate::advice::Advice;
use crate::carry::Carry;
use crate::edges::Edges;
use crate::elsewhere::Lead;
use crate::film::Film;
use crate::geometry::Geometry;
use crate::live::Live;
use crate::motion::Motion;
use crate::parts::Parts;
use crate::presence::Presence;
use crate::small::Small;
use crate::steady::{Kin, Steady};
use crate::timing::MatteTiming;
use crate::vetoes::Vetoes;
use crate::{Best, Foreground, MatteError, MatteSettings, Quality, Segmented};
use backlot_kernels::Level;
use backlot_media::{Frame, Latent, Matte, PixelFormat, Size, Tiles, Timestamp, Window};
use backlot_segmenter::SegmentationModel;
use std::time::Instant;

/// Makes the mattes of one source: finds the persons in a frame, then refines their matte.
///
/// With live quality the network runs once a frame, on the person's surroundings where possible,
/// and twice in the first frame. The mask is averaged over time where the picture holds still.
#[derive(Debug)]
pub struct PersonMatte {
    geometry: Geometry,
    settings: MatteSettings,
    way: Way,
    motion: Motion,
    steady: Steady,
    presence: Presence,
    model: SegmentationModel,
    level: Level,
    /// The word of a larger network.
    advice: Option<Box<Advice>>,
    vetoes: Option<Vetoes>,
    /// The parts of a person that the network tells apart, with the best quality.
    parts: Option<Parts>,
    /// What was looked at ahead of the frame whose matte is made.
    film: Option<Box<Film>>,
    /// The matte on the grid, with only persons.
    persons: Vec<f32>,
    carry: Carry,
    /// The tiles of which full size is wanted.
    wanted: Tiles,
    /// For pictures that come in full, where less is looked at.
    small: Option<Box<Small>>,
    /// Whether nothing is known of one frame from those before, or from its luma.
    is_single: bool,
    segmented: Segmented,
    /// The time of the frame segmented last.
    seen: Timestamp,
    timing: MatteTiming,
}

/// The side of the tiles of which full size is asked for.
const TILE: u32 = 16;

/// Where masks come from and how their edges are refined.
#[derive(Debug)]
enum Way {
    Live(Box<(Live, Edges)>),
    Best(Box<Best>),
}

impl PersonMatte {
    /// Makes one for pictures of `size`, and allocates everything.
    ///
    /// # Errors
    /// Returns an error if the model doesn't turn pictures into masks, or a setting is out of
    /// range.
    pub fn new(
        model: &SegmentationModel,
        size: Size,
        settings: MatteSettings,
        level: Level,
    ) -> Result<Self, MatteError> {
        Self::of_parts(model, &[], size, settings, level)
    }

    /// Makes one of parts of persons only, of the names that a network gives them; of persons as a whole
    /// without any. Where the model tells none of them apart, the larger one beside it does, now and
    /// then: its word is carried along, and until it has looked the whole person counts.
    ///
    /// # Errors
    /// As [`PersonMatte::new`], and if no network tells any of the parts apart.
    pub fn of_parts(
        model: &SegmentationModel,
        parts: &[&str],
        size: Size,
        settings: MatteSettings,
        level: Level,
    ) -> Result<Self, MatteError> {
        settings.check()?;
        let geometry = Geometry::new(size);
        let is_fast = settings.quality == Quality::Fast;
        let edge = if is_fast { 0.0 } else { settings.edge };
        let bits = model.form().part_bits(parts);
        let own = || (bits != 0).then(|| Parts::new(geometry, bits, level));
        let live = || -> Result<_, MatteError> {
            let live = Live::new(model, size, level)?.with_parts(own());
            let live = if is_fast { live.once() } else { live };
            Ok((live, Edges::new(geometry, edge, level)))
        };
        let way = match settings.quality {
            Quality::Fast | Quality::Live | Quality::Teacher => Way::Live(Box::new(live()?)),
            Quality::Best => Way::Best(Box::new(Best::new(model, size, level)?)),
        };
        let is_taught = settings.quality == Quality::Teacher;
        let told = if bits == 0 { parts } else { &[] };
        let advice = (is_taught || !told.is_empty())
            .then(|| Advice::new(model, geometry, &settings, told, level));
        let mask = match &way {
            Way::Live(way) => way.0.mask_size(),
            Way::Best(best) => best.mask_size(),
        };
        let is_single = is_fast
            && settings.smoothing == 0.0
            && !settings.presence
            && advice.is_none()
            && matches!(&way, Way::Live(way) if way.0.lead().is_none());
        Ok(Self {
            geometry,
            settings,
            way,
            motion: Motion::new(geometry, level),
            steady: Steady::new(geometry, mask, settings.smoothing, level),
            presence: Presence::new(geometry),
            model: model.clone(),
            level,
            advice: advice.transpose()?.map(Box::new),
            parts: own(),
            vetoes: is_taught.then(|| Vetoes::new(geometry.cells())),
            film: None,
            persons: vec![0.0; geometry.cells()],
            carry: Carry::new(geometry, level),
            wanted: Tiles::new(size, (TILE, TILE)),
            small: is_fast.then(|| Box::new(Small::new(size, level))),
            is_single,
            segmented: Segmented::Nothing,
            seen: Timestamp::default(),
            timing: MatteTiming::default(),
        })
    }

    /// How many frames of a video that is a file should be foreseen before each matte: 0 where that
    /// is of no use.
    pub fn lookahead(&self) -> usize {
        let is_alone = matches!(self.way, Way::Live(_)) || self.settings.smoothing == 0.0;
        if is_alone { 0 } else { Film::AHEAD }
    }

    /// Looks at a frame that will be segmented later, so that those before it profit from it. If one
    /// frame of a source is foreseen, each must be, in order.
    ///
    /// # Errors
    /// As [`PersonMatte::segment`].
    pub fn foresee(&mut self, frame: &Frame) -> Result<(), MatteError> {
        self.check(frame)?;
        if self.lookahead() == 0 {
            return Ok(());
        }
        let film = match self.film.take() {
            Some(film) => film,
            None => Box::new(Film::new(&self.model, self.geometry, self.level)?),
        };
        let film = self.film.insert(film);
        self.motion.observe(frame.plane(0));
        film.look(frame, &mut self.motion, &mut self.steady, &mut self.timing)
    }

    /// Makes the mask of a frame that was foreseen; returns whether it was.
    fn recall(&mut self, frame: &Frame) -> bool {
        let (Some(film), Way::Best(best)) = (&mut self.film, &mut self.way) else { return false };
        let start = Instant::now();
        let is_known = film.take(frame.sequence, best.take_mask());
        if is_known {
            best.clean();
            (self.segmented, self.seen) = (Segmented::Frame(frame.sequence), frame.time);
            self.timing.refine = start.elapsed();
        }
        is_known
    }

    /// Runs the network on a frame and adds its mask to the matte.
    ///
    /// # Errors
    /// Returns an error if the frame's format or size differ from the source's, or the network
    /// returns rubbish; the frame can't be refined then.
    pub fn segment(&mut self, frame: &Frame) -> Result<(), MatteError> {
        self.check(frame)?;
        self.segment_in(&mut &*frame)
    }

    /// The same, of a picture that may not have been made yet: only as much of it as is needed is.
    ///
    /// # Errors
    /// As [`PersonMatte::segment`].
    pub fn segment_in(&mut self, picture: &mut dyn Latent) -> Result<(), MatteError> {
        self.check_size("frame", picture.size())?;
        if self.film.is_some() && self.recall(picture.whole()) {
            return self.leave_parts(picture.whole());
        }
        self.in_small(picture, Self::look)
    }

    /// Does something with a picture, of which as little is made as is looked at.
    fn in_small<T>(
        &mut self,
        picture: &mut dyn Latent,
        work: impl FnOnce(&mut Self, &mut dyn Latent) -> T,
    ) -> T {
        let Some(mut small) = self.small.take() else { return work(self, picture) };
        let done = work(self, &mut small.of(picture));
        self.small = Some(small);
        done
    }

    fn look(&mut self, picture: &mut dyn Latent) -> Result<(), MatteError> {
        let start = Instant::now();
        let first = self.segmented == Segmented::Nothing || self.is_single;
        self.timing = MatteTiming::default();
        self.segmented = Segmented::Nothing;
        if !self.is_single {
            self.observe(picture);
        }
        self.take(picture, first)?;
        match &mut self.way {
            Way::Live(way) => {
                if !self.is_single {
                    way.0.follow(self.steady.matte());
                }
                let start = Instant::now();
                let Self { advice, vetoes, motion, steady, .. } = self;
                if let Some(advice) = advice {
                    advice.observe(picture.whole(), motion)?;
                }
                let matte = match (advice, vetoes) {
                    (Some(advice), Some(vetoes)) => {
                        vetoes.fade(advice.room(motion), motion, picture.time());
                        vetoes.apply(steady.matte())
                    }
                    _ => steady.matte(),
                };
                if self.settings.presence {
                    self.presence.observe(motion, matte, picture.time());
                }
                self.presence.gate(matte, &mut self.persons);
                way.0.parts().into_iter().for_each(|parts| parts.apply(&mut self.persons));
                if let Some(advice) = &mut self.advice {
                    advice.leave(&self.motion, &mut self.persons);
                }
                self.timing.presence = start.elapsed();
            }
            Way::Best(best) => {
                best.mask_mut().copy_from_slice(self.steady.matte());
                self.leave_parts(picture.whole())?;
            }
        }
        if !self.is_single {
            self.carry.anchor(&self.motion);
        }
        (self.segmented, self.seen) = (Segmented::Frame(picture.sequence()), picture.time());
        self.timing.refine = start.elapsed() - self.timing.shrink - self.timing.network;
        Ok(())
    }

    /// Shows a picture to whoever looks for motion.
    fn observe(&mut self, picture: &mut dyn Latent) {
        let frame = match (&self.way, self.geometry.divisor()) {
            (Way::Best(_), _) => picture.whole(),
            (_, 4) => picture.quarter(),
            (_, divisor) => picture.glance(divisor, Window::whole(self.geometry.picture)),
        };
        self.motion.observe(frame.plane(0));
    }

    /// Leaves the wanted parts of the persons in the best mask of a frame.
    fn leave_parts(&mut self, frame: &Frame) -> Result<(), MatteError> {
        let Way::Best(best) = &mut self.way else { return Ok(()) };
        if let Some(parts) = &mut self.parts {
            best.leave(frame, parts)?;
        }
        if let Some(advice) = &mut self.advice {
            advice.observe(frame, &self.motion)?;
            advice.leave(&self.motion, best.mask_mut());
        }
        Ok(())
    }

    /// Finds the persons and adds them to the matte on the grid.
    fn take(&mut self, picture: &mut dyn Latent, first: bool) -> Result<(), MatteError> {
        let Self { way, motion, steady, timing, .. } = self;
        match way {
            Way::Live(way) => way.0.look(first, picture, motion, steady, timing),
            Way::Best(best) => {
                let start = Instant::now();
                best.segment(picture.whole())?;
                timing.network = start.elapsed();
                steady.set(best.mask());
                let kin = if first || motion.is_cut() { Kin::First } else { Kin::Same };
                steady.take(motion, kin);
                Ok(())
            }
        }
    }

    /// Makes the matte of the frame segmented last, with the frame's sequence number.
    ///
    /// # Errors
    /// Returns an error if the frame was not segmented, or if it or the matte doesn't have the
    /// source's size.
    pub fn refine(&mut self, frame: &Frame, out: &mut Matte) -> Result<(), MatteError> {
        self.check(frame)?;
        self.refine_in(&mut &*frame, out)
    }

    /// The same, of a picture that may not have been made yet: only as much of it as is needed is, and what else the
    /// matte shows.
    ///
    /// # Errors
    /// As [`PersonMatte::refine`].
    pub fn refine_in(
        &mut self,
        picture: &mut dyn Latent,
        out: &mut Matte,
    ) -> Result<(), MatteError> {
        self.check_size("frame", picture.size())?;
        self.check_size("matte", out.size())?;
        if self.segmented != Segmented::Frame(picture.sequence()) {
            let (refined, segmented) = (picture.sequence(), self.segmented);
            return Err(MatteError::NotSegmented { refined, segmented });
        }
        let start = Instant::now();
        match &mut self.way {
            Way::Live(way) => {
                way.1.take(&self.persons, self.motion.luma());
                self.write(picture, out);
            }
            Way::Best(best) => best.refine(picture.whole(), self.settings.edge, out),
        }
        out.set_sequence(picture.sequence());
        self.timing.refine += start.elapsed();
        Ok(())
    }

    /// Writes the matte whose edges were prepared, and has what it shows made.
    fn write(&mut self, picture: &mut dyn Latent, out: &mut Matte) {
        let Way::Live(way) = &mut self.way else { return };
        let edges = &mut way.1;
        edges.mark(Foreground::reach(self.geometry.picture), &mut self.wanted);
        edges.write(picture.tiles(&self.wanted).plane(0), out.plane_mut());
    }

    /// Makes the matte of a frame without the network: the mask of the frame segmented last follows
    /// what moved since, and the frame's own edges refine it. The matte gets the frame's sequence
    /// number and the time between the two. This doesn't influence the network's later results.
    ///
    /// # Errors
    /// Returns an error if nothing was segmented yet, if the frame shows another scene (segment it
    /// then), or if it or the matte doesn't have the source's format or size.
    pub fn carry(&mut self, frame: &Frame, out: &mut Matte) -> Result<(), MatteError> {
        self.check(frame)?;
        self.carry_in(&mut &*frame, out)
    }

    /// The same, of a picture that may not have been made yet.
    ///
    /// # Errors
    /// As [`PersonMatte::carry`].
    pub fn carry_in(
        &mut self,
        picture: &mut dyn Latent,
        out: &mut Matte,
    ) -> Result<(), MatteError> {
        self.check_size("frame", picture.size())?;
        self.check_size("matte", out.size())?;
        let nothing = MatteError::NothingToCarry { frame: picture.sequence() };
        if self.segmented == Segmented::Nothing || self.film.is_some() || self.is_single {
            return Err(nothing);
        }
        self.in_small(picture, |this, picture| this.follow(picture, out).ok_or(nothing))
    }

    /// Makes the matte from that of the frame segmented last, unless the frame shows another scene.
    fn follow(&mut self, picture: &mut dyn Latent, out: &mut Matte) -> Option<()> {
        let start = Instant::now();
        self.timing = MatteTiming::default();
        self.observe(picture);
        if self.motion.is_cut() {
            return None;
        }
        let matte = match &self.way {
            Way::Live(_) => &self.persons,
            Way::Best(_) => self.steady.matte(),
        };
        let matte = self.carry.run(&self.motion, matte);
        match &mut self.way {
            Way::Live(way) => {
                way.1.take(matte, self.motion.luma());
                self.write(picture, out);
            }
            Way::Best(best) => {
                best.take_mask().copy_from_slice(matte);
                best.refine(picture.whole(), self.settings.edge, out);
            }
        }
        out.set_carried(picture.sequence(), picture.time().since(self.seen));
        self.timing.refine = start.elapsed();
        Some(())
    }

    /// Forgets all earlier frames: a cut, a new picture.
    pub fn reset(&mut self) {
        self.segmented = Segmented::Nothing;
        self.motion.reset();
        self.presence.reset();
        if let Way::Live(way) = &mut self.way {
            way.0.reset();
        }
        if let Some(advice) = &mut self.advice {
            advice.reset();
        }
        self.vetoes.iter_mut().for_each(Vetoes::reset);
        if let Some(film) = &mut self.film {
            film.reset();
        }
    }

    /// What is known about who is there; `None` where the network decides alone.
    pub const fn presence(&mut self) -> Option<&mut Presence> {
        let is_used = self.settings.presence && matches!(self.way, Way::Live(_));
        if is_used { Some(&mut self.presence) } else { None }
    }

    /// Which network makes the mattes, if one elsewhere is asked.
    pub fn lead(&self) -> Option<Lead> {
        match &self.way {
            Way::Live(way) => way.0.lead(),
            Way::Best(_) => None,
        }
    }

    /// The cost of the last frame.
    pub const fn timing(&self) -> MatteTiming {
        self.timing
    }

    fn check_size(&self, what: &'static str, found: Size) -> Result<(), MatteError> {
        let expected = self.geometry.picture;
        let fits = (found == expected).then_some(());
        fits.ok_or(MatteError::WrongSize { what, expected, found })
    }

    fn check(&self, frame: &Frame) -> Result<(), MatteError> {
        if frame.format() != PixelFormat::I420 {
            return Err(MatteError::WrongFormat(frame.format()));
        }
        self.check_size("frame", frame.size())
    }
}
