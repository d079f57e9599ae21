//! Networks in the form of TensorFlow.js.

mod hostile;
mod node;
mod shared;
mod write;
mod written;
