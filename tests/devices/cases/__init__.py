"""The tests of devices. Each is a function marked with `kit.registry.case`."""
