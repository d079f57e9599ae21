//! One body, compiled for every level.

/// Defines a function that takes a [`Level`](crate::Level) first and runs `body`, an
/// `#[inline(always)]` function of the same arguments, compiled for the level's instructions.
///
/// For kernels whose plain code the compiler vectorises well. As every level is the same code, and
/// the compiler doesn't fuse multiplications and additions on its own, all return the same bytes.
/// A closure in a body that isn't inlined, as one that is called at two places, is compiled without the level's
/// instructions: bodies have functions with `#[inline(always)]` instead.
/// Where every processor has NEON, plain code is NEON already, and there is one form.
macro_rules! dispatch {
    ($(#[$doc:meta])* $vis:vis fn $name:ident($($arg:ident: $type:ty),* $(,)?) $(-> $out:ty)? = $body:path;) => {
        $(#[$doc])*
        $vis fn $name(level: $crate::Level, $($arg: $type),*) $(-> $out)? {
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx2")]
                fn avx2($($arg: $type),*) $(-> $out)? {
                    $body($($arg),*)
                }
                #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
                fn avx512($($arg: $type),*) $(-> $out)? {
                    $body($($arg),*)
                }
                match level.instructions() {
                    // SAFETY: holding the level proves that the processor has AVX2.
                    $crate::Instructions::Avx2 => return unsafe { avx2($($arg),*) },
                    // SAFETY: holding the level proves that the processor has AVX-512.
                    $crate::Instructions::Avx512 => return unsafe { avx512($($arg),*) },
                    $crate::Instructions::Scalar | $crate::Instructions::Neon => {}
                }
            }
            #[cfg(not(target_arch = "x86_64"))]
            let _ = level;
            $body($($arg),*)
        }
    };
}

pub(crate) use dispatch;
