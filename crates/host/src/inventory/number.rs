//! The numbers of devices.

/// The lowest number to choose: many programs take video0 and its neighbours for cameras.
pub const NUMBER: u32 = 10;

/// The first free number from [`NUMBER`] on.
pub fn free_number(taken: &[u32]) -> u32 {
    (NUMBER..).find(|number| !taken.contains(number)).unwrap_or(NUMBER)
}
