//! From the bytes of a camera to a picture that can be asked for pixels.

#![forbid(unsafe_code)]

use crate::blocks::Blocks;
use crate::find::{self, Found};
use crate::geometry::{Geometry, McuMask, PlaneMut, Scale};
use crate::header::Header;
use crate::paint::Painter;
use crate::quick::{self, Quick};
use crate::records::{Coded, Pattern, Writer};
use crate::walk::{Extent, Tables, walk};
use crate::{Refused, mend, small};
use backlot_kernels::Level;

/// Reads the pictures of one stream.
///
/// The memory that it takes is kept: while the pictures' size and tables stay the same, reading allocates nothing.
#[derive(Debug)]
pub struct Decoder {
    level: Level,
    coded: Coded,
    geometry: Geometry,
    steps: [[i16; 64]; 3],
    places: [[u32; 64]; 3],
    extent: Extent,
    quick: Quick,
    /// Whether there is a picture.
    is_read: bool,
}

/// A picture whose coded data was read.
#[derive(Clone, Copy, Debug)]
pub struct Picture<'a> {
    decoder: &'a Decoder,
}

impl Decoder {
    /// A decoder that uses the instructions of a level. All levels give the same bytes.
    pub fn new(level: Level) -> Self {
        Self {
            level,
            coded: Coded::default(),
            geometry: Geometry::default(),
            steps: [[0; 64]; 3],
            places: [[0; 64]; 3],
            extent: Extent {
                unit: (8, 8),
                across: 0,
                total: 0,
                present: 0,
                end: 0,
                in_order: true,
            },
            quick: Quick::default(),
            is_read: false,
        }
    }

    /// Reads a picture's coded data: the last picture in the bytes that can be read.
    ///
    /// It may begin after other bytes, begin twice, lack its end marker, or end too early, as cameras'
    /// pictures do. [`Picture::extent`] says how much of it is there.
    ///
    /// # Errors
    /// [`Refused::Damaged`] if there is no picture, or less than half of one. The others say what makes it a picture for
    /// another decoder.
    pub fn read(&mut self, bytes: &[u8]) -> Result<Picture<'_>, Refused> {
        let mut first = None;
        self.is_read = false;
        for found in find::pictures(bytes) {
            match self.read_found(&found) {
                Ok(()) => {
                    self.is_read = true;
                    return Ok(Picture { decoder: self });
                }
                Err(error) => {
                    first.get_or_insert(error);
                }
            }
        }
        Err(first.unwrap_or(Refused::Damaged("no picture in it")))
    }

    /// The picture that was read last, unless that failed.
    pub fn picture(&self) -> Option<Picture<'_>> {
        self.is_read.then_some(Picture { decoder: self })
    }

    fn read_found(&mut self, found: &Found<'_>) -> Result<(), Refused> {
        let header = Header::read(found).ok_or(Refused::Damaged("its header is broken"))?;
        header.check(found.in_one_scan)?;
        self.geometry = Geometry::new(&header);
        let tables = self.steps.iter_mut().zip(&mut self.places);
        for ((steps, places), component) in tables.zip(header.components()) {
            if let Some(Some(table)) = header.quantizers.get(component.quantizer) {
                *steps = table.map(|step| step as i16);
                *places = quick::places(steps);
            }
        }
        let data = &found.bytes[found.data..];
        // A block takes two bits at least.
        if data.len() * 8 < self.geometry.units.0 * self.geometry.units.1 * self.geometry.blocks {
            return Err(Refused::Damaged("most of it is missing"));
        }
        if self.quick.read(self.level, &header, data, &mut self.coded)
            && self.coded.index(&header, self.level)
        {
            let ((wide, high), (across, down)) = (header.unit(), header.units());
            let (unit, total) = ((8 * wide, 8 * high), across * down);
            let (present, end, in_order) = (total, total, true);
            self.extent = Extent { unit, across, total, present, end, in_order };
            return Ok(());
        }
        self.read_slowly(&header, data)
    }

    /// Reads the coded data whatever is missing.
    fn read_slowly(&mut self, header: &Header, data: &[u8]) -> Result<(), Refused> {
        let tables = Tables::new(header);
        let pattern = Pattern::new(header);
        self.coded.clear();
        let mut writer = Writer::new(&mut self.coded.records, pattern.count);
        let extent = walk(header, &tables, data, &mut writer);
        if writer.is_beyond {
            return Err(Refused::Numbers);
        }
        self.coded.parts.push(0..writer.end());
        self.extent = extent.ok_or(Refused::Damaged("a table is missing or broken"))?;
        if !self.extent.is_whole() && !self.extent.is_mostly_there() {
            return Err(Refused::Damaged("most of it is missing"));
        }
        if !self.coded.index(header, self.level) {
            return Err(Refused::Damaged("it has another number of blocks"));
        }
        Ok(())
    }
}

impl Picture<'_> {
    /// Columns and rows.
    pub const fn size(&self) -> (usize, usize) {
        self.decoder.geometry.size
    }

    /// The number of planes: one if the picture is grey, else three (luma, blue and red chroma).
    pub const fn planes(&self) -> usize {
        self.decoder.geometry.count
    }

    /// Columns and rows of a plane, made smaller by `divisor`: 1, or 2, 4 or 8.
    ///
    /// # Panics
    /// If there is no such plane, or `divisor` is 0.
    pub fn plane_size(&self, plane: usize, divisor: usize) -> (usize, usize) {
        self.decoder.geometry.plane(plane, divisor)
    }

    /// How many pixels, across and down, share one sample of chroma.
    pub fn subsampling(&self) -> (usize, usize) {
        let [luma, chroma, _] = &self.decoder.geometry.shapes;
        if self.planes() == 1 {
            return (1, 1);
        }
        (luma.blocks.0 / chroma.blocks.0, luma.blocks.1 / chroma.blocks.1)
    }

    /// Columns and rows of pixels of a unit (MCU): 8 to 32, 8 or 16.
    pub const fn unit(&self) -> (usize, usize) {
        self.decoder.extent.unit
    }

    /// Units in a row, and rows of units: what an [`McuMask`] for this picture has.
    pub const fn units(&self) -> (usize, usize) {
        self.decoder.geometry.units
    }

    /// How much of the picture is there. Where something is missing, the picture is grey or goes on as
    /// before; from the last unit that is there on, the rows above continue.
    pub const fn extent(&self) -> Extent {
        self.decoder.extent
    }

    /// Whether a part is missing, or parts are not in their order.
    pub const fn is_damaged(&self) -> bool {
        !self.decoder.extent.is_whole() || !self.decoder.extent.in_order
    }

    /// Writes the units of a mask, at full size or at half. Nothing else is written: the planes keep what they
    /// have in other places, and beyond the picture's edges. Fewer planes than the picture has may be given: luma alone.
    ///
    /// # Errors
    /// [`Refused::Planes`] if the planes or the mask don't fit the picture.
    pub fn blocks(
        &self,
        mask: &McuMask,
        scale: Scale,
        planes: &mut [PlaneMut<'_>],
    ) -> Result<(), Refused> {
        let Decoder { level, geometry, extent, .. } = self.decoder;
        geometry.check(planes, scale.divisor())?;
        if mask.size() != geometry.units {
            return Err(Refused::Planes("units"));
        }
        for (component, plane) in planes.iter_mut().enumerate() {
            let blocks = self.blocks_of(component);
            let mut painter = Painter { level: *level, geometry, component, blocks, scale, plane };
            for y in 0..geometry.units.1 {
                painter.row(y, mask.row(y));
            }
            if self.is_damaged() {
                let is_wanted = |x, y| mask.is_set(x, y);
                mend::mend(geometry, extent, component, scale.divisor(), is_wanted, plane);
            }
        }
        Ok(())
    }

    /// Writes the whole picture at a quarter of its width and height. A pixel is near the mean of four by four of the
    /// full picture: within 1 in the root of the mean square.
    ///
    /// # Errors
    /// [`Refused::Planes`] if the planes don't fit the picture.
    pub fn quarter(&self, planes: &mut [PlaneMut<'_>]) -> Result<(), Refused> {
        self.whole(planes, 4)
    }

    /// Writes the whole picture at an eighth of its width and height. A pixel is the mean of eight by eight.
    ///
    /// # Errors
    /// [`Refused::Planes`] if the planes don't fit the picture.
    pub fn eighth(&self, planes: &mut [PlaneMut<'_>]) -> Result<(), Refused> {
        self.whole(planes, 8)
    }

    fn whole(&self, planes: &mut [PlaneMut<'_>], divisor: usize) -> Result<(), Refused> {
        let Decoder { geometry, extent, level, .. } = self.decoder;
        geometry.check(planes, divisor)?;
        for (component, plane) in planes.iter_mut().enumerate() {
            let blocks = self.blocks_of(component);
            match divisor {
                4 => small::paint_quarter(*level, geometry, component, &blocks, plane),
                _ => small::paint_eighth(geometry, component, &blocks, plane),
            }
            if self.is_damaged() {
                mend::mend(geometry, extent, component, divisor, |_, _| true, plane);
            }
        }
        Ok(())
    }

    fn blocks_of(&self, component: usize) -> Blocks<'_> {
        let Decoder { coded, steps, places, .. } = self.decoder;
        Blocks { coded, steps: &steps[component], places: &places[component] }
    }
}
