//! Connected regions of blocks.

use super::blocks::Blocks;
use super::memory::Owner;

/// Finds regions without allocating.
#[derive(Debug)]
pub(super) struct Regions {
    todo: Vec<u32>,
    region: Vec<u32>,
    left: Vec<bool>,
    unsure: Vec<bool>,
    front: Vec<(u32, Owner)>,
}

impl Regions {
    pub fn new(blocks: Blocks) -> Self {
        let list = || Vec::with_capacity(blocks.count());
        Self {
            todo: list(),
            region: list(),
            left: vec![false; blocks.count()],
            unsure: vec![false; blocks.count()],
            front: Vec::with_capacity(blocks.count()),
        }
    }

    /// Divides a region between persons and the room: an unsure block belongs to the nearest owner.
    /// `owner` returns the owner of a block, and `take` is called with each block of a person.
    pub fn divide(
        &mut self,
        blocks: Blocks,
        region: &[u32],
        owner: impl Fn(u32) -> Owner,
        mut take: impl FnMut(u32),
    ) {
        self.front.clear();
        region.iter().for_each(|&at| self.unsure[at as usize] = owner(at) == Owner::Unsure);
        let seeds = |wanted| region.iter().map(move |&at| (at, wanted));
        for (at, wanted) in seeds(Owner::Person).chain(seeds(Owner::Room)) {
            if owner(at) == wanted {
                self.front.push((at, wanted));
            }
        }
        let mut next = 0;
        while let Some(&(at, whose)) = self.front.get(next) {
            next += 1;
            if whose == Owner::Person {
                take(at);
            }
            for beside in blocks.around(at as usize) {
                if std::mem::replace(&mut self.unsure[beside], false) {
                    self.front.push((beside as u32, whose));
                }
            }
        }
        // Without an owner, the network decides.
        for &at in region {
            if std::mem::replace(&mut self.unsure[at as usize], false) {
                take(at);
            }
        }
    }

    /// Calls `each` with the blocks of every region of `inside`; corners connect.
    pub fn each(
        &mut self,
        blocks: Blocks,
        inside: &[bool],
        mut each: impl FnMut(&mut Self, &[u32]),
    ) {
        self.left.copy_from_slice(inside);
        for start in 0..blocks.count() {
            if self.left[start] {
                self.collect(blocks, start);
                let region = std::mem::take(&mut self.region);
                each(self, &region);
                self.region = region;
            }
        }
    }

    fn collect(&mut self, blocks: Blocks, start: usize) {
        self.region.clear();
        self.todo.clear();
        self.take(start);
        while let Some(at) = self.todo.pop() {
            blocks.around(at as usize).for_each(|at| self.take(at));
        }
    }

    fn take(&mut self, at: usize) {
        if std::mem::replace(&mut self.left[at], false) {
            self.todo.push(at as u32);
            self.region.push(at as u32);
        }
    }
}
