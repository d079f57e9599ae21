//! Threads that share one step of a network: each takes a part of it, and the step ends with the last.
//!
//! A step takes tens of microseconds, so whoever waits for the next one looks again and again for a
//! while before it sleeps.

use std::cell::UnsafeCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread::{JoinHandle, Thread};

/// How often a helper looks for work before it sleeps.
const PATIENCE: u32 = 20_000;

/// What all parts of a step do; the argument is the part.
type Work<'a> = dyn Fn(usize) + Sync + 'a;

/// What threads read of a step, while each writes rows or channels of its own.
pub(crate) struct Shared<T>(pub(crate) T);

// SAFETY: views are pointers into memory that the session holds while its threads work on a step; they
// write different parts of its output and read what no step writes meanwhile.
unsafe impl<T: Copy> Sync for Shared<T> {}

impl<T: Copy> Shared<T> {
    pub(crate) const fn get(&self) -> T {
        self.0
    }
}

/// Helpers of one session.
#[derive(Debug)]
pub(crate) struct Crew {
    helpers: Vec<Helper>,
}

#[derive(Debug)]
struct Helper {
    post: Arc<Post>,
    thread: Option<JoinHandle<()>>,
}

/// Where work is handed over to one helper.
struct Post {
    /// Counts the pieces of work that were given.
    given: AtomicU32,
    /// Counts those that are done.
    done: AtomicU32,
    work: UnsafeCell<Option<*const Work<'static>>>,
    quits: AtomicBool,
    sleeps: AtomicBool,
    has_failed: AtomicBool,
}

// SAFETY: the work is written before `given` is raised and read after; it isn't written again until
// `done` has followed.
unsafe impl Sync for Post {}
// SAFETY: the pointer is only followed between the two, while the caller of `Crew::run` waits.
unsafe impl Send for Post {}

impl std::fmt::Debug for Post {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Post").field("given", &self.given).finish_non_exhaustive()
    }
}

impl Crew {
    /// Starts helpers, so that there are that many parts; fewer where no thread can be started.
    pub(crate) fn new(parts: usize) -> Self {
        let helpers = (1..parts).map_while(|part| Helper::start(part).ok()).collect();
        Self { helpers }
    }

    /// The number of parts.
    pub(crate) fn parts(&self) -> usize {
        self.helpers.len() + 1
    }

    /// Does each part of a piece of work, part 0 on this thread, and returns when all are done.
    ///
    /// # Panics
    /// If a part does.
    pub(crate) fn run(&self, work: &Work<'_>) {
        let joined = Joined(&self.helpers);
        for helper in &self.helpers {
            helper.give(work);
        }
        work(0);
        drop(joined);
        let failed = self.helpers.iter().any(|h| h.post.has_failed.load(Ordering::Relaxed));
        assert!(!failed, "a part of a step has panicked");
    }
}

/// Waits for the helpers, even if this thread's own part panics: they follow a pointer to its stack.
struct Joined<'a>(&'a [Helper]);

impl Drop for Joined<'_> {
    fn drop(&mut self) {
        for Helper { post, .. } in self.0 {
            let mut looks = 0;
            while post.done.load(Ordering::Acquire) != post.given.load(Ordering::Relaxed) {
                looks += 1;
                if looks < PATIENCE { std::hint::spin_loop() } else { std::thread::yield_now() }
            }
        }
    }
}

impl Helper {
    fn start(part: usize) -> std::io::Result<Self> {
        let post = Arc::new(Post {
            given: AtomicU32::new(0),
            done: AtomicU32::new(0),
            work: UnsafeCell::new(None),
            quits: AtomicBool::new(false),
            sleeps: AtomicBool::new(false),
            has_failed: AtomicBool::new(false),
        });
        let own = post.clone();
        let serve = move || own.serve(part);
        let thread = backlot_media::threads::start("network", serve)?;
        Ok(Self { post, thread: Some(thread) })
    }

    fn thread(&self) -> Option<&Thread> {
        self.thread.as_ref().map(JoinHandle::thread)
    }

    fn give(&self, work: &Work<'_>) {
        let work: *const Work<'_> = work;
        // SAFETY: only the lifetime changes. `Crew::run` doesn't return, or unwind, before the helper is
        // done with it; the helper has done everything before, so nobody reads the cell.
        unsafe {
            *self.post.work.get() =
                Some(std::mem::transmute::<*const Work<'_>, *const Work<'static>>(work))
        };
        self.wake(|post| {
            post.given.fetch_add(1, Ordering::SeqCst);
        });
    }

    /// Tells the helper something, and wakes it if it sleeps.
    fn wake(&self, tell: impl FnOnce(&Post)) {
        tell(&self.post);
        if self.post.sleeps.load(Ordering::SeqCst) {
            self.thread().into_iter().for_each(Thread::unpark);
        }
    }
}

impl Drop for Helper {
    fn drop(&mut self) {
        self.wake(|post| post.quits.store(true, Ordering::SeqCst));
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // It catches what its work throws.
            let _ = thread.join();
        }
    }
}

impl Post {
    fn serve(&self, part: usize) {
        let mut done = 0;
        while self.wait(done) {
            // SAFETY: the work was written before `given` was raised, and lives until `done` follows.
            let work = unsafe { (*self.work.get()).map(|work| &*work) };
            let has_failed =
                work.is_none_or(|work| catch_unwind(AssertUnwindSafe(|| work(part))).is_err());
            if has_failed {
                self.has_failed.store(true, Ordering::Relaxed);
            }
            done += 1;
            self.done.store(done, Ordering::Release);
        }
    }

    /// Waits for the next piece of work; returns `false` when there will be none.
    fn wait(&self, done: u32) -> bool {
        let is_given = || self.given.load(Ordering::SeqCst) != done;
        for _ in 0..PATIENCE {
            if is_given() {
                return true;
            }
            std::hint::spin_loop();
        }
        self.sleeps.store(true, Ordering::SeqCst);
        while !is_given() && !self.quits.load(Ordering::SeqCst) {
            std::thread::park();
        }
        self.sleeps.store(false, Ordering::SeqCst);
        is_given()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;

    #[test]
    fn each_part_is_done_once_each_time() {
        let crew = Crew::new(3);
        assert_eq!(crew.parts(), 3);
        let counts = [const { AtomicUsize::new(0) }; 3];
        for round in 1..=1000 {
            crew.run(&|part| {
                counts[part].fetch_add(1, Ordering::Relaxed);
            });
            assert!(counts.iter().all(|count| count.load(Ordering::Relaxed) == round));
            if round % 300 == 0 {
                std::thread::sleep(std::time::Duration::from_millis(20));
            }
        }
    }

    #[test]
    fn one_part_needs_no_thread() {
        let crew = Crew::new(1);
        let count = AtomicUsize::new(0);
        crew.run(&|part| {
            count.fetch_add(part + 1, Ordering::Relaxed);
        });
        assert_eq!((crew.parts(), count.into_inner()), (1, 1));
    }

    #[test]
    fn a_part_that_panics_is_told() {
        for wrong in [0, 1] {
            let crew = Crew::new(2);
            let run = || crew.run(&|part| assert_ne!(part, wrong));
            assert!(catch_unwind(AssertUnwindSafe(run)).is_err());
        }
    }
}
