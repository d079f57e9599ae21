//! A frame takes no memory: counted by an allocator that counts for each thread.

use crate::common::{maker, model, next, presenter, size};
use backlot_media::Matte;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

struct Counting;

thread_local! {
    static TAKEN: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: everything is handed to the system's allocator as it came; the counter takes no memory.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        TAKEN.with(|taken| taken.set(taken.get() + 1));
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn a_frame_takes_no_memory() {
    let mut source = presenter("presenter:people=2");
    let frames: Vec<_> =
        (0..40).map(|_| source.next_with_truth(None).expect("it never ends")).collect();
    let model = model();
    let before_maker = TAKEN.with(Cell::get);
    let (mut maker, mut matte) = (maker(&model, 1.0), Matte::new(size()));
    let before = TAKEN.with(Cell::get);
    assert!(before > before_maker, "the counter counts");
    for frame in &frames {
        next(&mut maker, frame, &mut matte);
    }
    maker.reset();
    next(&mut maker, &frames[0], &mut matte);
    assert_eq!(TAKEN.with(Cell::get), before, "memory was taken");
}
