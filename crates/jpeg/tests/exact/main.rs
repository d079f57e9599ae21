//! Every pixel is libjpeg-turbo's, on every level of instructions.

mod damage;
mod encoder;
mod kinds;
mod oracle;
mod parts;
