"""The network that the servers of tests/services run: 'general', which finds a person in 256x256 pixels."""

import os

import numpy
from ai_edge_litert.interpreter import Interpreter

SIDE = 256
# The names under which it is served, and how a picture and a mask are laid out.
LAYOUTS = {
    "person": ([1, SIDE, SIDE, 3], [1, SIDE, SIDE, 1]),
    "turned": ([1, 3, SIDE, SIDE], [1, 1, SIDE, SIDE]),
}


class Network:
    def __init__(self, name):
        self.taken, self.given = LAYOUTS[name]
        self.network = Interpreter(model_path=os.environ["NETWORK"], num_threads=1)
        self.network.allocate_tensors()
        self.places = (self.network.get_input_details()[0]["index"], self.network.get_output_details()[0]["index"])

    def find(self, picture):
        """The mask of a picture, both as they are laid out under this name."""
        picture = numpy.asarray(picture, dtype=numpy.float32).reshape(self.taken)
        if self.taken[1] == 3:
            picture = numpy.ascontiguousarray(picture.transpose(0, 2, 3, 1))
        self.network.set_tensor(self.places[0], picture)
        self.network.invoke()
        return self.network.get_tensor(self.places[1]).reshape(self.given)
