//! Gathers the facts from files, devices and installed programs.

mod module;
mod portal;
mod system;

pub use module::options as module_options;

use super::facts::Facts;
use crate::{Root, inventory};

/// Looks at the machine. Facts that can't be found out stay unknown.
pub fn gather(root: &Root) -> Facts {
    Facts {
        nodes: inventory::nodes(root),
        pipewire: inventory::pipewire(root),
        permissions: portal::gather(root),
        ..module_alone(root)
    }
}

/// Looks only at the kernel module and the system.
pub fn module_alone(root: &Root) -> Facts {
    let system = system::gather(root);
    let module = module::gather(root, &system.kernel);
    Facts { system, module, ..Facts::default() }
}
