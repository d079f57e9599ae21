//! Makes the heap return memory that it doesn't need.
//!
//! The GNU C library gives large requests their own pages, which return to the system when freed.
//! But each time it frees one, it raises the threshold for that, up to 32 MiB, and smaller requests
//! stay on the heap among other allocations. Setting the threshold explicitly keeps it fixed
//! (`mallopt(3)`, `M_MMAP_THRESHOLD`).

/// Requests from this size on get their own pages: the initial threshold.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const BOUND: libc::c_int = 128 << 10;

/// For programs that run all day and open and close large things now and then. Allocating and
/// freeing large memory then costs more, so loops shouldn't do it.
pub fn give_back_large_memory() {
    // SAFETY: the call takes two numbers and changes a setting of the allocator, which is valid for
    // it at any time. If it is refused, nothing changes.
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, BOUND);
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn memory_can_be_had_before_and_after() {
        let before = vec![1_u8; 1 << 20];
        super::give_back_large_memory();
        let after = before.clone();
        assert_eq!(before, after);
    }
}
