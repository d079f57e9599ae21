//! The socket from outside: what clients get, and what attacks do not.

mod attacks;
mod clients;
mod kit;
mod order;
mod others;
