//! The names by which people and programs know us.

/// The virtual camera, as programs list it.
pub const CAMERA_NAME: &str = "Backlot";

/// The program, its folders, and its node among PipeWire's.
pub const PROGRAM_NAME: &str = "backlot";

/// The name of the `n`-th virtual camera of a machine, from 1: `Backlot`, `Backlot 2`.
pub fn camera_name(n: usize) -> String {
    if n <= 1 { CAMERA_NAME.to_owned() } else { format!("{CAMERA_NAME} {n}") }
}

/// Whether a virtual camera of that name is one of ours.
pub fn is_camera_name(name: &str) -> bool {
    let rest = name.strip_prefix(CAMERA_NAME).map(|rest| rest.strip_prefix(' ').unwrap_or(rest));
    rest.is_some_and(|rest| name == CAMERA_NAME || rest.parse::<usize>().is_ok_and(|n| n > 1))
}
