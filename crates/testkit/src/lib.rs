//! For tests: cameras and virtual cameras that are driven by hand, and faults to order.

#![forbid(unsafe_code)]
