"""What KServe serves: kserve_network.py HTTP_PORT GRPC_PORT"""

import sys

from kserve import InferOutput, InferResponse, Model, ModelServer
from network import LAYOUTS, Network


class Person(Model):
    def __init__(self, name):
        super().__init__(name)
        self.network = Network(name)
        self.ready = True

    async def get_input_types(self):
        return [{"name": "picture", "datatype": "FP32", "shape": self.network.taken}]

    async def get_output_types(self):
        return [{"name": "mask", "datatype": "FP32", "shape": self.network.given}]

    async def predict(self, payload, headers=None, response_headers=None):
        mask = self.network.find(payload.inputs[0].as_numpy())
        output = InferOutput("mask", list(mask.shape), "FP32")
        output.set_data_from_numpy(mask)
        return InferResponse(payload.id or "", self.name, [output], requested_outputs=payload.request_outputs,
                             use_binary_outputs=payload.use_binary_outputs)


if __name__ == "__main__":
    http, grpc = map(int, sys.argv[1:])
    ModelServer(http_port=http, grpc_port=grpc, enable_docs_url=False).start([Person(name) for name in LAYOUTS])
