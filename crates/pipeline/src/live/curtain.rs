//! The one who covers all virtual cameras.

use super::cover::Cover;
use super::shared::Shared;
use std::sync::Arc;

/// Covers all virtual cameras, and uncovers them. Their own threads draw the card, so that it comes
/// within a frame even where everything before them hangs. The cameras close meanwhile.
#[derive(Clone)]
pub struct Curtain(Arc<Shared>);

impl Curtain {
    pub(super) const fn new(shared: Arc<Shared>) -> Self {
        Self(shared)
    }

    /// Hangs a cover, or takes it away. Waits for nothing.
    pub fn set(&self, cover: Option<Cover>) {
        self.0.cover.set(cover);
        self.0.outputs.all().iter().for_each(|output| output.inbox.wake());
        self.0.ring();
    }

    /// The cover, if there is one.
    pub fn now(&self) -> Option<Cover> {
        self.0.cover.now()
    }
}
