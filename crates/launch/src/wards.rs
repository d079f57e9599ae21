//! Children that end together.

use crate::ward::Ward;
use std::sync::{Arc, Weak};

/// Children that end together, whoever owns them.
#[derive(Default)]
pub(crate) struct Wards {
    children: Vec<Weak<Ward>>,
    is_over: bool,
}

impl Wards {
    pub const fn new() -> Self {
        Self { children: Vec::new(), is_over: false }
    }

    /// Whether they were ended.
    pub const fn is_over(&self) -> bool {
        self.is_over
    }

    /// Adds a child, which is killed if the others were.
    pub fn add(&mut self, child: &Arc<Ward>) {
        if self.is_over {
            return child.kill();
        }
        self.children.retain(|child| child.strong_count() > 0);
        self.children.push(Arc::downgrade(child));
    }

    /// Kills all children, also those added later, and returns those that lived. It doesn't wait.
    pub fn end(&mut self) -> Vec<Arc<Ward>> {
        self.is_over = true;
        let children: Vec<_> =
            self.children.drain(..).filter_map(|child| child.upgrade()).collect();
        children.iter().for_each(|child| child.kill());
        children
    }
}
