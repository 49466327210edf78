"""What one connection may do, as gRPC itself holds it to: before any code of ours runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service.settings import Settings

MAX_MESSAGE_BYTES = 8 << 20
MAX_CALLS_OF_A_CONNECTION = 100
# Bytes of names and values, each counted with 32 more. Beyond the first figure some calls are refused, the
# more of them the larger they are; beyond the second, all.
METADATA_BYTES, MAX_METADATA_BYTES = 8 << 10, 16 << 10
# A client that pings more often than each ten seconds while it has nothing else to say, twice, is cut off.
PING_SECONDS, MAX_BAD_PINGS = 10, 2
# A client that does not answer our own ping is gone, whatever its network says.
KEEPALIVE_SECONDS, KEEPALIVE_PATIENCE_SECONDS = 60, 20
# A connection that has not told that it speaks HTTP/2 by then never will.
HANDSHAKE_SECONDS = 10
LOOKAHEAD_BYTES = 16 << 10
READ_CHUNK_BYTES = 32 << 10
GRACE_SECONDS = 3_600


def options(settings: Settings, *, sharing: bool) -> tuple[tuple[str, int], ...]:
    """Give gRPC's options for a server, which shares its port or does not."""
    return (
        # A second server on the same port must fail, not silently take half of the calls. Workers share one
        # that is held for them alone.
        ("grpc.so_reuseport", int(sharing)),
        ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
        ("grpc.max_concurrent_streams", MAX_CALLS_OF_A_CONNECTION),
        # Left to itself gRPC lets windows grow to megabytes where the network is quick, and 400 calls of
        # 1 MiB take twice the memory.
        ("grpc.http2.bdp_probe", 0),
        # So much is taken in of a call that is not read yet; the rest waits with its client.
        ("grpc.http2.lookahead_bytes", LOOKAHEAD_BYTES),
        # What is taken from a socket at a time, and held while a byte of it is unread, grows to 4 MiB
        # likewise.
        ("grpc.experimental.tcp_max_read_chunk_size", READ_CHUNK_BYTES),
        ("grpc.experimental.tcp_read_chunk_size", READ_CHUNK_BYTES // 4),
        ("grpc.max_metadata_size", METADATA_BYTES),
        ("grpc.absolute_max_metadata_size", MAX_METADATA_BYTES),
        ("grpc.max_connection_idle_ms", settings.connection_idle_seconds * 1_000),
        ("grpc.max_connection_age_ms", settings.connection_age_seconds * 1_000),
        ("grpc.max_connection_age_grace_ms", GRACE_SECONDS * 1_000),
        ("grpc.server_handshake_timeout_ms", HANDSHAKE_SECONDS * 1_000),
        ("grpc.keepalive_time_ms", KEEPALIVE_SECONDS * 1_000),
        ("grpc.keepalive_timeout_ms", KEEPALIVE_PATIENCE_SECONDS * 1_000),
        ("grpc.http2.min_ping_interval_without_data_ms", PING_SECONDS * 1_000),
        ("grpc.http2.max_ping_strikes", MAX_BAD_PINGS),
    )
