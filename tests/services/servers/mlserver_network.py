"""What MLServer serves."""

from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceResponse
from network import Network


class Person(MLModel):
    async def load(self):
        self.network = Network(self.name)
        return True

    async def predict(self, payload):
        mask = self.network.find(NumpyCodec.decode_input(payload.inputs[0]))
        output = NumpyCodec.encode_output("mask", mask)
        return InferenceResponse(id=payload.id, model_name=self.name, outputs=[output])
