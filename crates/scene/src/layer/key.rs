//! What cuts a layer out, and how its edge is treated.

/// What cuts a layer out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// The person that the network finds.
    Person,
}

/// How what is cut out is tied to what stands behind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge {
    /// How much of the old room's colour is taken out of the edge, `0.0..=1.0`.
    pub decontaminate: f32,
    /// How much of the new background's light falls on the edge, `0.0..=1.0`.
    pub light_wrap: f32,
}

impl Default for Edge {
    fn default() -> Self {
        Self { decontaminate: 1.0, light_wrap: 0.3 }
    }
}
