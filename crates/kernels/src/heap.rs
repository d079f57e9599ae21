//! Makes the heap give back what it does not need.
//!
//! The GNU C library serves large requests with pages of their own, which go back to the system
//! when they are freed; but with each one freed it raises the bound from which it does so, up to
//! 32 MiB, and what is below lies among other guests of the heap for ever. Setting the bound by
//! hand keeps it where it is (`mallopt(3)`, `M_MMAP_THRESHOLD`).

/// Requests from this size on have pages of their own: the bound at the start.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const BOUND: libc::c_int = 128 << 10;

/// For programs that run all day and open and close large things now and then. Allocating and
/// freeing large memory becomes dearer, so that loops should not do it.
pub fn give_back_large_memory() {
    // SAFETY: the call takes two numbers and changes a setting of the allocator, which is valid
    // for it at any time. Where it is refused, nothing changes.
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
