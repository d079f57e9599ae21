//! Gathers the facts: from files, from devices, and from programs that are there.

mod module;
mod nodes;
mod pipewire;
mod portal;
mod root;
mod system;
mod tool;
mod users;

pub use module::options as module_options;
pub use nodes::gather as nodes;
pub use pipewire::gather as pipewire;
pub use root::Root;

use super::facts::Facts;

/// Looks at the machine. What can't be found out is left open.
pub fn gather(root: &Root) -> Facts {
    let system = system::gather(root);
    let module = module::gather(root, &system.kernel);
    Facts {
        nodes: nodes::gather(root),
        pipewire: pipewire::gather(root),
        permissions: portal::gather(root),
        system,
        module,
    }
}
