//! Gathers the facts: from files, from devices, and from programs that are there.

mod module;
mod portal;
mod system;

pub use module::options as module_options;

use super::facts::Facts;
use crate::{Root, inventory};

/// Looks at the machine. What can't be found out is left open.
pub fn gather(root: &Root) -> Facts {
    Facts {
        nodes: inventory::nodes(root),
        pipewire: inventory::pipewire(root),
        permissions: portal::gather(root),
        ..module_alone(root)
    }
}

/// Looks at the kernel module and the system alone.
pub fn module_alone(root: &Root) -> Facts {
    let system = system::gather(root);
    let module = module::gather(root, &system.kernel);
    Facts { system, module, ..Facts::default() }
}
