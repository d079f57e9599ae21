//! Removes islands that aren't a person, and fills holes that aren't the room.
//!
//! An island is a connected patch of cells that may be person; it stays if enough of it surely is.
//! A second person, or a hand that comes in from the side, is far larger than a false alarm. Holes
//! are islands of the room, judged more mildly: between an arm and the body the room does show, and
//! a corner of it that reaches the picture's border isn't a hole.

/// Cells above this belong to a patch.
const MAYBE: f32 = 0.2;
/// Cells above this are surely person.
const PERSON: f32 = 0.5;
/// Cells above this are surely room, in the mask's complement.
const ROOM: f32 = 0.8;
/// The least number of sure cells of a patch of person, as a share of the largest one's.
const ISLAND: f32 = 0.01;
/// The least number of sure cells of a patch of room, as a share of the largest person's.
const HOLE: f32 = 0.003;

/// From this value another network sees a person, too.
const SEEN: f32 = 0.3;
/// The share of a patch that another network must see a person in.
const WITNESSED: f32 = 0.05;

/// Memory for cleaning masks of one size.
#[derive(Clone, Debug)]
pub struct Cleaner {
    width: usize,
    labels: Vec<u32>,
    todo: Vec<u32>,
    patches: Vec<Patch>,
}

/// The facts about a patch.
#[derive(Clone, Copy, Debug, Default)]
struct Patch {
    /// Number of sure cells.
    sure: u32,
    /// How many of those another network sees a person in.
    seen: u32,
    /// Whether it reaches the border.
    border: bool,
}

impl Cleaner {
    /// For masks of `(columns, rows)`.
    pub fn new((width, height): (usize, usize)) -> Self {
        let cells = width * height;
        Self {
            width,
            labels: vec![0; cells],
            todo: Vec::with_capacity(cells),
            patches: Vec::with_capacity(cells + 1),
        }
    }

    /// Removes islands and fills holes. A mask without a sure cell is emptied.
    pub fn run(&mut self, mask: &mut [f32]) {
        self.label(mask, PERSON, None);
        let person = self.patches.iter().map(|patch| patch.sure).max().unwrap_or(0);
        if person == 0 {
            return mask.fill(0.0);
        }
        let least = |share: f32| ((share * person as f32).ceil() as u32).max(1);
        self.keep(mask, |patch| patch.sure >= least(ISLAND));
        invert(mask);
        self.label(mask, ROOM, None);
        self.keep(mask, |patch| patch.border || patch.sure >= least(HOLE));
        invert(mask);
    }

    /// Removes the patches in which another network sees hardly anything of a person: `witness` is its
    /// mask.
    pub fn believe(&mut self, mask: &mut [f32], witness: &[f32]) {
        self.label(mask, PERSON, Some(witness));
        self.keep(mask, |patch| patch.seen as f32 >= WITNESSED * patch.sure as f32);
    }

    /// Numbers the patches from 1, and describes each.
    fn label(&mut self, mask: &[f32], sure: f32, witness: Option<&[f32]>) {
        self.labels.fill(0);
        self.patches.clear();
        self.patches.push(Patch::default());
        for start in 0..mask.len() {
            if mask[start] > MAYBE && self.labels[start] == 0 {
                let patch = self.fill(mask, start, sure, witness);
                self.patches.push(patch);
            }
        }
    }

    /// Gives a whole patch its number.
    fn fill(&mut self, mask: &[f32], start: usize, sure: f32, witness: Option<&[f32]>) -> Patch {
        let Self { width, labels, todo, patches } = self;
        let label = patches.len() as u32;
        let mut patch = Patch::default();
        labels[start] = label;
        todo.push(start as u32);
        while let Some(cell) = todo.pop() {
            let cell = cell as usize;
            let is_sure = mask[cell] > sure;
            patch.sure += u32::from(is_sure);
            let is_seen = is_sure && witness.is_some_and(|witness| witness[cell] > SEEN);
            patch.seen += u32::from(is_seen);
            let column = cell % *width;
            let around = [
                (column > 0).then(|| cell - 1),
                (column + 1 < *width).then_some(cell + 1),
                cell.checked_sub(*width),
                (cell + *width < mask.len()).then_some(cell + *width),
            ];
            patch.border |= around.contains(&None);
            for next in around.into_iter().flatten() {
                if mask[next] > MAYBE && labels[next] == 0 {
                    labels[next] = label;
                    todo.push(next as u32);
                }
            }
        }
        patch
    }

    /// Empties the patches that don't stay.
    fn keep(&self, mask: &mut [f32], keeps: impl Fn(Patch) -> bool) {
        for (value, &label) in mask.iter_mut().zip(&self.labels) {
            if label != 0 && !keeps(self.patches[label as usize]) {
                *value = 0.0;
            }
        }
    }
}

fn invert(mask: &mut [f32]) {
    mask.iter_mut().for_each(|v| *v = 1.0 - *v);
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: (usize, usize) = (60, 40);

    /// A person of 30 by 30 cells and a patch of the given side and value beside it.
    fn scene(side: usize, value: f32) -> Vec<f32> {
        let mut mask = vec![0.0; SIZE.0 * SIZE.1];
        let mut paint = |x: usize, y: usize, side: usize, value: f32| {
            for row in y..y + side {
                mask[row * SIZE.0 + x..][..side].fill(value);
            }
        };
        paint(2, 5, 30, 1.0);
        paint(40, 10, side, value);
        paint(10, 10, 1, 0.0);
        paint(15, 15, 4, 0.0);
        paint(22, 15, 6, 0.35);
        paint(2, 0, 5, 1.0);
        paint(4, 0, 1, 0.0);
        mask
    }

    fn at(mask: &[f32], x: usize, y: usize) -> f32 {
        mask[y * SIZE.0 + x]
    }

    #[test]
    fn specks_and_doubts_go_and_second_persons_and_hands_stay() {
        for (side, value, stays) in
            [(2, 1.0, false), (8, 0.45, false), (4, 0.9, true), (12, 1.0, true)]
        {
            let mut mask = scene(side, value);
            Cleaner::new(SIZE).run(&mut mask);
            let expected = if stays { value } else { 0.0 };
            assert!((at(&mask, 41, 11) - expected).abs() < 1e-6, "a patch of {side} at {value}");
        }
    }

    #[test]
    fn what_another_network_does_not_see_at_all_goes() {
        let mut witness = vec![0.0; SIZE.0 * SIZE.1];
        for row in 8..20 {
            witness[row * SIZE.0..][2..20].fill(0.8);
        }
        let mut mask = scene(8, 1.0);
        Cleaner::new(SIZE).believe(&mut mask, &witness);
        assert_eq!((at(&mask, 42, 12), at(&mask, 5, 10), at(&mask, 30, 33)), (0.0, 1.0, 1.0));
    }

    #[test]
    fn pinholes_are_filled_and_the_room_under_an_arm_stays() {
        let mut mask = scene(0, 0.0);
        Cleaner::new(SIZE).run(&mut mask);
        assert_eq!((at(&mask, 10, 10), at(&mask, 16, 16), at(&mask, 4, 0)), (1.0, 0.0, 0.0));
        assert_eq!(at(&mask, 24, 17), 1.0, "a doubt within the person");
    }

    #[test]
    fn a_mask_of_doubts_is_emptied() {
        let mut mask = vec![0.4; SIZE.0 * SIZE.1];
        Cleaner::new(SIZE).run(&mut mask);
        assert!(mask.iter().all(|&v| v == 0.0));
    }
}
