//! Video4Linux: cameras that are read, and v4l2loopback devices that are fed.
