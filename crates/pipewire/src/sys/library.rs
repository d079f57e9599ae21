//! PipeWire's library, loaded while the program runs: a system without it runs the same program, which then has cameras
//! of V4L2 alone.
//!
//! The bindings call the library's functions by their names. Here each name is a jump to the address that the loaded
//! library gave, so that the linker finds all names and leaves the library itself out.

use crate::Error;
use std::arch::naked_asm;
use std::ffi::{CStr, c_void};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicPtr, Ordering};

/// The library's name on every system, since 2018.
const FILE: &CStr = c"libpipewire-0.3.so.0";

/// A function of the library.
struct Call {
    name: &'static CStr,
    /// Where the loaded library has it.
    place: &'static AtomicPtr<c_void>,
    /// The jump that has its name here.
    jump: unsafe extern "C" fn(),
}

macro_rules! calls {
    ($($name:ident)*) => {
        /// Where the loaded library has each function.
        #[expect(non_upper_case_globals, reason = "they have the functions' names")]
        mod places {
            use super::{AtomicPtr, c_void};
            $(pub(super) static $name: AtomicPtr<c_void> = AtomicPtr::new(std::ptr::null_mut());)*
        }

        $(
            #[unsafe(no_mangle)]
            #[unsafe(naked)]
            unsafe extern "C" fn $name() {
                #[cfg(target_arch = "x86_64")]
                naked_asm!("jmp qword ptr [rip + {}]", sym places::$name);
                #[cfg(target_arch = "aarch64")]
                naked_asm!("adrp x16, {0}", "ldr x16, [x16, :lo12:{0}]", "br x16", sym places::$name);
            }
        )*

        const CALLS: &[Call] = &[$(Call {
            name: match CStr::from_bytes_with_nul(concat!(stringify!($name), "\0").as_bytes()) {
                Ok(name) => name,
                Err(_) => panic!("a name has no zero in it"),
            },
            place: &places::$name,
            jump: $name,
        }),*];
    };
}

// What the bindings use; another one that they came to use is found when the program is linked: it then needs the library.
calls! {
    pw_context_connect pw_context_destroy pw_context_new pw_core_disconnect pw_init pw_log_set_level pw_main_loop_destroy
    pw_main_loop_get_loop pw_main_loop_new pw_main_loop_quit pw_main_loop_run pw_properties_free pw_properties_new
    pw_properties_new_dict pw_properties_set pw_proxy_destroy pw_proxy_get_type pw_stream_add_listener pw_stream_connect
    pw_stream_dequeue_buffer pw_stream_destroy pw_stream_is_driving pw_stream_new pw_stream_queue_buffer
    pw_stream_trigger_process pw_stream_update_params
}

/// Loads the library, once; no function of the bindings may be called before.
pub(crate) fn load() -> Result<(), Error> {
    static LOADED: OnceLock<bool> = OnceLock::new();
    let is_there = LOADED.get_or_init(|| load_from(FILE));
    if *is_there { Ok(()) } else { Err(Error::NoLibrary) }
}

/// Loads it from a file, and returns whether that is there with all functions.
fn load_from(file: &CStr) -> bool {
    // SAFETY: a name that ends in zero; what the library does when it is loaded is what it does in every program.
    let library = unsafe { libc::dlopen(file.as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL) };
    if library.is_null() {
        return false;
    }
    // SAFETY: a library that stays loaded, and a name that ends in zero.
    let place = |call: &Call| unsafe { libc::dlsym(library, call.name.as_ptr()) };
    let places: Vec<_> = CALLS.iter().map(place).collect();
    // A library that finds our own jump would send it in a circle.
    let is_good = |(call, place): (&Call, &*mut c_void)| {
        !place.is_null() && *place != call.jump as *mut c_void
    };
    let is_whole = CALLS.iter().zip(&places).all(is_good);
    if is_whole {
        CALLS
            .iter()
            .zip(places)
            .for_each(|(call, place)| call.place.store(place, Ordering::Release));
    }
    is_whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_missing_or_another_library_is_not_taken() {
        assert!(!load_from(c"libpipewire-of-nobody.so.0"));
        assert!(!load_from(c"libc.so.6"));
    }
}
