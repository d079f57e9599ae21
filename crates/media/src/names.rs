//! The names by which people and programs know us.

/// The virtual camera, as programs list it.
pub const CAMERA_NAME: &str = "Backlot";

/// The program, its folders, and its node among PipeWire's.
pub const PROGRAM_NAME: &str = "backlot";
