//! Records: what the coded data says, so that any block can be made later.
//!
//! A record is 16 bits. The low byte is a signed value. The high byte is how many places in zigzag the coefficient is
//! after the one before, or [`MARK`] where a block begins: then the value is the step of the block's mean
//! from that of the block before. A larger value takes several records, all but the first at the same
//! place, that add up. Nothing is stored for what is zero.

#![forbid(unsafe_code)]

/// The first record of a block. Steps between places are less.
pub(crate) const MARK: u16 = 0x8000;

/// More bits than any step of a mean has in a picture of 8 bits, and more than any other coefficient.
pub(crate) const MOST_BITS: (u32, u32) = (11, 10);
