"""What the tests of devices are made of."""
