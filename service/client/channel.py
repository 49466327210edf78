"""How clients reach a server: retries, sizes, default deadlines."""

from __future__ import annotations

import json

DEFAULT_TARGET = "127.0.0.1:8423"
CALL_SECONDS = 60.0
STREAM_SECONDS = 3_600.0

SERVICE_CONFIG = json.dumps(
    {
        "methodConfig": [
            {
                "name": [
                    {"service": f"overclaim.v1.{name}Service"}
                    for name in ("Moderation", "Review", "Feedback", "Access", "Model")
                ],
                "retryPolicy": {
                    "maxAttempts": 5,
                    "initialBackoff": "0.2s",
                    "maxBackoff": "5s",
                    "backoffMultiplier": 2,
                    # The one code that says that nothing was done and that trying again may help.
                    "retryableStatusCodes": ["UNAVAILABLE"],
                },
            }
        ]
    }
)

OPTIONS = (
    ("grpc.service_config", SERVICE_CONFIG),
    # A server that restarts is found again in seconds; gRPC's default lets up to two minutes pass.
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.max_reconnect_backoff_ms", 3_000),
    # The answer to a long article outgrows the default of 4 MiB.
    ("grpc.max_receive_message_length", 256 << 20),
    # What is larger than this buffer is never retried: it has to hold a whole batch.
    ("grpc.per_rpc_retry_buffer_size", 16 << 20),
)
