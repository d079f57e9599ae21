//! PipeWire: cameras that are read, and a node that other programs open as a camera.
