"""The pipeline as a custom runtime of MLServer, over gRPC: `mlserver_peer.py PORT`.

`mlserver_peer.py encode` reads bodies (a JSON list) and writes the requests that ask for them (JSON, base64).
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import sys
import tempfile
from pathlib import Path

from mlserver import MLModel, MLServer, ModelSettings, Settings
from mlserver.codecs import NumpyCodec, StringCodec
from mlserver.grpc.converters import ModelInferRequestConverter
from mlserver.types import InferenceRequest, InferenceResponse
from served import score

NAME = "articles"


class Articles(MLModel):
    """The runtime."""

    async def load(self) -> bool:
        """Be ready: the pipeline was loaded with `served`."""
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        """Answer with the sentences' probabilities."""
        (body,) = StringCodec.decode_input(payload.inputs[0])
        found = NumpyCodec.encode_output("probabilities", score(body))
        return InferenceResponse(model_name=self.name, outputs=[found])


def encode(bodies: list[str]) -> list[str]:
    """Write a request for each body."""
    inputs = ([StringCodec.encode_input("body", [body])] for body in bodies)
    requests = (InferenceRequest(inputs=each) for each in inputs)
    messages = (ModelInferRequestConverter.from_types(each, model_name=NAME) for each in requests)
    return [base64.b64encode(each.SerializeToString()).decode() for each in messages]


async def serve(port: int) -> None:
    """Serve in this process alone, which costs least: no other worker, no metrics, no log of calls."""
    os.chdir(tempfile.mkdtemp())  # MLServer leaves files where it runs
    settings = Settings(
        host="127.0.0.1",
        grpc_port=port,
        http_port=port + 1,
        metrics_endpoint=None,
        parallel_workers=0,
        debug=False,
        logging_settings={"version": 1, "root": {"level": "ERROR"}},
    )
    await MLServer(settings).start([ModelSettings(name=NAME, implementation=Articles)])


if __name__ == "__main__":
    if sys.argv[1] == "encode":
        print(json.dumps(encode(json.load(sys.stdin))))
    else:
        sys.path.insert(0, str(Path(__file__).parent))
        asyncio.run(serve(int(sys.argv[1])))
