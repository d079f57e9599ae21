//! The numbers of the fixed point.

/// Bits after the point of a weight.
pub(super) const WEIGHT_BITS: u32 = 14;
/// Bits after the point of a value between the passes.
pub(super) const LINE_BITS: u32 = 6;

/// Values behind a line's last one that may be read, and count for nothing.
pub(super) const PADDING: usize = 8;
