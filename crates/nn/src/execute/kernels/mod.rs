//! The kernels: what each step of a network computes, eight channels at a time.
//!
//! Each kernel is written once over [`lanes::Lanes`] and compiled for each level: plain arrays for
//! [`Level::SCALAR`], pairs of 128-bit registers for NEON, 256-bit registers for AVX2 and, with twice as many of them, for
//! AVX-512VL, where convolutions use 512 bits.
//! Sizes are checked here, before any pointer is followed.

pub(crate) mod conv;
pub(crate) mod depthwise;
pub(crate) mod elementwise;
pub(crate) mod gate;
pub(crate) mod lanes;
pub(crate) mod logistic;
pub(crate) mod order;
pub(crate) mod pool;
pub(crate) mod transpose;
pub(crate) mod winograd;

#[cfg(test)]
mod tests;

use crate::execute::plan::Placed;

/// A value inside the arena, while a kernel runs.
#[derive(Clone, Copy)]
pub(crate) struct View {
    /// The first float of pixel (0, 0).
    pub(crate) at: *mut f32,
    /// Floats from one row to the next.
    pub(crate) row: usize,
    /// Floats from one pixel to the next; at least `channels`.
    pub(crate) step: usize,
    pub(crate) height: usize,
    pub(crate) width: usize,
    pub(crate) channels: usize,
}

impl View {
    /// A view of a value.
    ///
    /// # Panics
    /// If the value isn't inside the arena.
    pub(crate) fn new(arena: *mut [f32], placed: &Placed) -> Self {
        assert!(placed.end() <= arena.len(), "the value is outside the arena");
        let shape = placed.shape;
        Self {
            at: arena.cast::<f32>().wrapping_add(placed.origin()),
            row: placed.row_stride(),
            step: placed.step(),
            height: shape.height,
            width: shape.width,
            channels: shape.channels,
        }
    }

    pub(crate) const fn pixels(&self) -> usize {
        self.height * self.width
    }

    /// The first float of row `y`.
    ///
    /// # Safety
    /// `y` must be below `height`, and the view's arena must be alive.
    #[inline(always)]
    pub(crate) unsafe fn row_at(&self, y: usize) -> *mut f32 {
        debug_assert!(y < self.height);
        // SAFETY: the row lies inside the arena, as `new` has checked.
        unsafe { self.at.add(y * self.row) }
    }
}

/// Runs a generic kernel at a level: `dispatch!(level, kernel(arguments))`, where the kernel is
/// `unsafe fn kernel<L: Lanes>(arguments)`.
macro_rules! dispatch {
    ($level:expr, $kernel:ident ( $($name:ident : $type:ty),* )) => {{
        #[cfg(target_arch = "x86_64")]
        {
            use $crate::execute::kernels::lanes::Avx;
            #[target_feature(enable = "avx2,fma")]
            unsafe fn avx2($($name: $type),*) {
                // SAFETY: the caller's promise is the kernel's; this function has its features.
                unsafe { $kernel::<Avx, false>($($name),*) }
            }
            #[target_feature(enable = "avx2,fma,avx512f,avx512vl,avx512bw,avx512dq")]
            unsafe fn avx512($($name: $type),*) {
                // SAFETY: the caller's promise is the kernel's; this function has its features.
                unsafe { $kernel::<Avx, true>($($name),*) }
            }
            match $level.instructions() {
                // SAFETY: having the level proves that the processor has the features.
                backlot_kernels::Instructions::Avx512 => unsafe { avx512($($name),*) },
                // SAFETY: as above.
                backlot_kernels::Instructions::Avx2 => unsafe { avx2($($name),*) },
                // SAFETY: plain Rust needs no features.
                _ => unsafe { $kernel::<$crate::execute::kernels::lanes::Plain, false>($($name),*) },
            }
        }
        #[cfg(target_arch = "aarch64")]
        {
            use $crate::execute::kernels::lanes::Neon;
            #[target_feature(enable = "neon")]
            unsafe fn neon($($name: $type),*) {
                // SAFETY: the caller's promise is the kernel's; this function has its features.
                unsafe { $kernel::<Neon, false>($($name),*) }
            }
            match $level.instructions() {
                // SAFETY: having the level proves that the processor has the features.
                backlot_kernels::Instructions::Neon => unsafe { neon($($name),*) },
                // SAFETY: plain Rust needs no features.
                _ => unsafe { $kernel::<$crate::execute::kernels::lanes::Plain, false>($($name),*) },
            }
        }
        #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
        {
            let _ = $level;
            // SAFETY: plain Rust needs no features.
            unsafe { $kernel::<$crate::execute::kernels::lanes::Plain, false>($($name),*) }
        }
    }};
}
pub(crate) use dispatch;
