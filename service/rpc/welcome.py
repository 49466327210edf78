"""What `overclaim serve` prints when it is ready: calls to copy, paste and see work."""

from __future__ import annotations

SENTENCE = "Our stem cell injections regenerate worn cartilage in every patient, without any risk."


def welcome(address: str, *, encrypted: bool, key: str | None = None) -> str:
    """Tell how to call a server at `address`, with our client and with a generic one.

    `key` is the first administrator's, when it was just made.
    """
    host, _, port = address.rpartition(":")
    target = f"{'127.0.0.1' if host in ('0.0.0.0', '[::]') else host}:{port}"  # noqa: S104 - read, not bound
    tls = " --tls" if encrypted else ""
    scheme = "https" if encrypted else "http"
    prior = "" if encrypted else " --http2-prior-knowledge"
    return f"""\
Overclaim serves on {address}. In another terminal:

overclaim score --server {target}{tls} - <<'END'
{SENTENCE}
END

Or with a generic client, such as buf:

buf curl --protocol grpc{prior} -d '{{"article": {{"body": "{SENTENCE}"}}}}' \\
  {scheme}://{target}/overclaim.v1.ModerationService/ScoreArticle
{_told(key)}"""


def _told(key: str | None) -> str:
    if key is None:
        return ""
    return f"""
The review desk needs keys. This is the administrator's, and it is not shown again:

{key}
"""
