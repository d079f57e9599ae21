//! Sizes of planes, and which units are wanted.

#![forbid(unsafe_code)]

use crate::Refused;
use crate::header::Header;

/// How large units are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scale {
    /// Every pixel.
    Full,
    /// One pixel for two by two: their mean.
    Half,
}

impl Scale {
    /// Pixels of the whole picture to one, across and down.
    pub const fn divisor(self) -> usize {
        match self {
            Self::Full => 1,
            Self::Half => 2,
        }
    }
}

/// One component's plane, to be written.
#[derive(Debug)]
pub struct PlaneMut<'a> {
    /// The rows from the top, of one byte for each pixel.
    pub bytes: &'a mut [u8],
    /// Bytes from one row to the next; at least the plane's width.
    pub stride: usize,
}

/// Which units (MCUs, the smallest parts that are encoded as one) of a picture are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct McuMask {
    across: usize,
    down: usize,
    wanted: Vec<bool>,
}

impl McuMask {
    /// None of so many units.
    pub fn new(across: usize, down: usize) -> Self {
        Self { across, down, wanted: vec![false; across * down] }
    }

    /// None of so many units, in the memory of this mask.
    pub fn reset(&mut self, across: usize, down: usize) {
        (self.across, self.down) = (across, down);
        self.wanted.clear();
        self.wanted.resize(across * down, false);
    }

    /// Units in a row, and rows.
    pub const fn size(&self) -> (usize, usize) {
        (self.across, self.down)
    }

    /// Wants the unit in column `x` of row `y`, or not. What lies outside is none.
    pub fn set(&mut self, x: usize, y: usize, wanted: bool) {
        if x < self.across && y < self.down {
            self.wanted[y * self.across + x] = wanted;
        }
    }

    /// Wants all.
    pub fn fill(&mut self) {
        self.wanted.fill(true);
    }

    /// Whether the unit in column `x` of row `y` is wanted.
    pub fn is_set(&self, x: usize, y: usize) -> bool {
        x < self.across && y < self.down && self.wanted[y * self.across + x]
    }

    /// The number of wanted units.
    pub fn count(&self) -> usize {
        self.wanted.iter().filter(|&&wanted| wanted).count()
    }

    /// Whether units are wanted in one row.
    pub(crate) fn row(&self, y: usize) -> &[bool] {
        &self.wanted[y * self.across..][..self.across]
    }
}

/// One component in the picture.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Shape {
    /// Columns and rows that are seen.
    pub size: (usize, usize),
    /// Blocks of a unit, across and down.
    pub blocks: (usize, usize),
    /// The first of these in the unit.
    pub first: usize,
}

/// Where everything is in the picture.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Geometry {
    pub size: (usize, usize),
    pub shapes: [Shape; 3],
    pub count: usize,
    /// Units across and down.
    pub units: (usize, usize),
    /// Blocks of a unit.
    pub blocks: usize,
}

impl Geometry {
    /// That of a header, which was checked.
    pub fn new(header: &Header) -> Self {
        let (wide, high) = header.unit();
        let mut geometry = Self {
            size: header.size,
            count: header.components().len().min(3),
            units: header.units(),
            ..Self::default()
        };
        for (shape, component) in geometry.shapes.iter_mut().zip(header.components()) {
            let blocks = header.blocks(component);
            let side = |pixels: usize, own: usize, most: usize| (pixels * own).div_ceil(most);
            shape.size = (side(header.size.0, blocks.0, wide), side(header.size.1, blocks.1, high));
            (shape.blocks, shape.first) = (blocks, geometry.blocks);
            geometry.blocks += blocks.0 * blocks.1;
        }
        geometry
    }

    pub fn shapes(&self) -> &[Shape] {
        &self.shapes[..self.count]
    }

    /// Columns and rows of a component's plane, made smaller by a divisor.
    pub fn plane(&self, component: usize, divisor: usize) -> (usize, usize) {
        let (width, height) = self.shapes()[component].size;
        (width.div_ceil(divisor), height.div_ceil(divisor))
    }

    /// Whether the planes can take the picture.
    pub fn check(&self, planes: &[PlaneMut<'_>], divisor: usize) -> Result<(), Refused> {
        let fits = |(index, plane): (usize, &PlaneMut<'_>)| {
            let (width, height) = self.plane(index, divisor);
            let needed = plane.stride.checked_mul(height - 1).and_then(|n| n.checked_add(width));
            plane.stride >= width && needed.is_some_and(|needed| plane.bytes.len() >= needed)
        };
        if planes.len() > self.count || !planes.iter().enumerate().all(fits) {
            return Err(Refused::Planes("planes"));
        }
        Ok(())
    }
}
