//! A pass allocates nothing, as an allocator shows that counts for each thread.

use crate::common::{NETWORKS, model, shared};
use backlot_kernels::Level;
use backlot_nn::{Session, TfjsFile};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

struct Counting;

thread_local! {
    static TAKEN: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: everything goes to the system's allocator unchanged; the counter allocates nothing.
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
fn a_pass_allocates_nothing() {
    for network in NETWORKS {
        let model = model(network);
        for level in Level::available() {
            let before_session = TAKEN.with(Cell::get);
            let mut session = Session::new(&model, level);
            let before = TAKEN.with(Cell::get);
            assert!(before > before_session, "the counter counts");
            for _ in 0..3 {
                session.input_mut().fill(0.5);
                assert!(session.run()[0].is_finite());
            }
            assert_eq!(TAKEN.with(Cell::get), before, "{network} {level}");
        }
    }
}

/// Nor does one of a network with several outputs that don't fill registers.
#[test]
fn a_pass_of_bodypix_allocates_nothing() {
    let folder = shared().join("footage/models/bodypix-mobilenet-075-stride16-q2");
    let Ok(json) = std::fs::read(folder.join("model-stride16.json")) else {
        println!("skipped: needs BACKLOT_SHARED with footage");
        return;
    };
    let file = TfjsFile::read(&json).expect("a model");
    let read = |name: &String| std::fs::read(folder.join(name)).expect("its weights");
    let shards = file.shards().iter().map(read).collect();
    let network = file.with_shards(shards).expect("a network");
    let names = ["float_segments", "float_part_heatmaps"];
    let model = network.model_for(97, 129, &names).expect("a model");
    let mut session = Session::new(&model, Level::best());
    let before = TAKEN.with(Cell::get);
    for _ in 0..3 {
        session.input_mut().fill(0.5);
        assert!(session.run()[0].is_finite() && session.output_of(1)[0].is_finite());
    }
    assert_eq!(TAKEN.with(Cell::get), before);
}
