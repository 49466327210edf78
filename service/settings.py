"""What an operator can set: each declared once, read once, frozen.

A setting's name gives its environment variable (OVERCLAIM_LISTEN) and its flag (--listen). A flag outranks
the variable, which outranks the default. The README's table is rendered from the same declarations.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from service.setting import (
    PREFIX,
    BadSetting,
    address,
    database,
    declared_in,
    endpoint,
    issuer,
    one_of,
    path,
    says,
    text,
    whole,
    yes_or_no,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that `overclaim serve` can be told. The defaults serve a fresh machine, on localhost only."""

    listen: str = field(
        default="127.0.0.1:8423",
        metadata=says(
            address, "Where to listen. Any host but localhost needs TLS, or `insecure_listen` to say so."
        ),
    )
    insecure_listen: bool = field(
        default=False,
        metadata=says(
            yes_or_no,
            "Listen beyond localhost without TLS: only where something else encrypts, such as a mesh.",
            shown="`no`",
        ),
    )
    tls_certificate: Path | None = field(
        default=None,
        metadata=says(
            path,
            "The server's certificate chain, PEM. Needs `tls_key`. Read anew when it changes.",
            shown="no TLS",
        ),
    )
    tls_key: Path | None = field(
        default=None,
        metadata=says(path, "The private key of `tls_certificate`, PEM.", shown="no TLS"),
    )
    tls_client_ca: Path | None = field(
        default=None,
        metadata=says(
            path,
            "Authorities, PEM: only clients with a certificate that one of them signed get in (mTLS).",
            shown="any client",
        ),
    )
    workers: int = field(
        default=1,
        metadata=says(
            whole(1, 64),
            "Processes that serve on the one port; one for each processor is right. What is said of"
            " threads, calls, streams, rates and memory holds of each.",
        ),
    )
    model: Path | None = field(
        default=None,
        metadata=says(path, "The directory of the model to serve.", shown="the bundled model"),
    )
    models: Path | None = field(
        default=None,
        metadata=says(
            path,
            "A directory of models' directories, each of which may be activated without a restart.",
            shown="none",
        ),
    )
    database: str = field(
        default="",
        metadata=says(
            database,
            "Where the review desk keeps what it keeps: postgresql://... or sqlite:///PATH.",
            shown="SQLite, in `overclaim/` of `$XDG_STATE_HOME` or `~/.local/state`",
        ),
    )
    require_keys: str = field(
        default="auto",
        metadata=says(
            one_of("auto", "yes", "no"),
            "Whether scoring needs a key. `auto`: unless it listens on localhost. All else always needs one.",
        ),
    )
    oidc_issuer: str = field(
        default="",
        metadata=says(
            issuer,
            "The identity provider (OpenID Connect) that people sign in with, such as https://id.example.org.",
            shown="off",
        ),
    )
    oidc_client_id: str = field(
        default="",
        metadata=says(text, "What the provider calls the console: the audience of its tokens.", shown="none"),
    )
    oidc_roles: Path | None = field(
        default=None,
        metadata=says(path, "The file that gives the provider's groups their roles, TOML.", shown="none"),
    )
    oidc_groups_claim: str = field(
        default="groups",
        metadata=says(text, "The claim that tells a person's groups; dots lead into claims of claims."),
    )
    oidc_name_claim: str = field(
        default="sub",
        metadata=says(
            text,
            "The claim that people are known by here, in decisions too: choose none that they can change.",
        ),
    )
    oidc_key_hours: int = field(
        default=8,
        metadata=says(whole(1, 24), "How long somebody stays signed in before they sign in again."),
    )
    local_webhooks: bool = field(
        default=False,
        metadata=says(
            yes_or_no,
            "Let webhooks call this machine and private networks, also without TLS: for development.",
            shown="`no`",
        ),
    )
    desk_threads: int = field(
        default=8,
        metadata=says(whole(1, 64), "Threads, and connections to the database, of the review desk."),
    )
    max_watchers: int = field(
        default=1_000,
        metadata=says(whole(1, 100_000), "Watches and exports in flight, likewise."),
    )
    scorer_threads: int = field(
        default=2,
        metadata=says(whole(1, 64), "Threads that score. More than there are processors gains nothing."),
    )
    max_calls: int = field(
        default=32,
        metadata=says(
            whole(1, 10_000),
            "Calls in flight, but for streams. One more is answered UNAVAILABLE and told when to retry.",
        ),
    )
    max_bytes: int = field(
        default=16 << 20,
        metadata=says(
            whole(1, 1 << 40),
            "Bytes of their requests in hand. A call that would pass it is answered likewise, unless alone.",
        ),
    )
    max_streams: int = field(
        default=16,
        metadata=says(whole(1, 10_000), "Streams in flight. One more is answered as for `max_calls`."),
    )
    stream_window: int = field(
        default=4,
        metadata=says(
            whole(1, 100), "Articles of one stream that are worked on before their answers have been read."
        ),
    )
    rate_calls: int = field(
        default=0,
        metadata=says(
            whole(0, 1_000_000), "Calls a second that a tenant may make, but for scoring; 0: no limit."
        ),
    )
    rate_articles: int = field(
        default=0,
        metadata=says(
            whole(0, 1_000_000),
            "Articles a second that a tenant may have scored, in calls, batches and streams; 0: no limit.",
        ),
    )
    rate_code_points: int = field(
        default=0,
        metadata=says(whole(0, 1_000_000_000), "Code points of them a second, likewise; 0: no limit."),
    )
    daily_articles: int = field(
        default=0,
        metadata=says(
            whole(0, 1_000_000_000_000),
            "Articles that a tenant may have scored in a day of UTC, on all servers together; 0: no limit.",
        ),
    )
    daily_code_points: int = field(
        default=0,
        metadata=says(whole(0, 1_000_000_000_000), "Code points of them in a day, likewise; 0: no limit."),
    )
    remember_seconds: int = field(
        default=3_600,
        metadata=says(
            whole(0, 86_400),
            "How long an idempotency key is remembered; 0: not at all. Each worker remembers its own: a retry"
            " on the same connection finds it, one that comes to another worker is scored again.",
        ),
    )
    remember_code_points: int = field(
        default=2_000_000,
        metadata=says(
            whole(0, 10_000_000_000),
            "Bound of what idempotency keys remember, in code points of articles, each about 30 bytes.",
        ),
    )
    connection_idle_seconds: int = field(
        default=900,
        metadata=says(whole(1, 86_400), "How long a connection may be without a call before it is closed."),
    )
    connection_age_seconds: int = field(
        default=3_600,
        metadata=says(
            whole(1, 86_400),
            "How long a connection may be used, give or take a tenth. The client then makes another for its"
            " next calls; those in flight have an hour to end.",
        ),
    )
    drain_seconds: int = field(
        default=30,
        metadata=says(
            whole(0, 3_600),
            "On SIGTERM or SIGINT: how long calls in flight may take to finish; 0 cuts them off.",
        ),
    )
    metrics_listen: str = field(
        default="",
        metadata=says(
            address,
            "Where Prometheus reads metrics over HTTP, such as 127.0.0.1:9423. They hold no text and no ids.",
            shown="off",
        ),
    )
    metrics_tenants: bool = field(
        default=False,
        metadata=says(
            yes_or_no,
            "Tell of the queue in metrics by tenant, each with its id: for some hundred tenants at most.",
            shown="`no`",
        ),
    )
    traces_endpoint: str = field(
        default="",
        metadata=says(
            endpoint,
            "Where an OpenTelemetry collector takes spans of calls (OTLP over gRPC), such as"
            " http://127.0.0.1:4317. Needs `overclaim[traces]`.",
            shown="off",
        ),
    )
    log_format: str = field(
        default="console",
        metadata=says(one_of("console", "json"), "Log lines on standard error: for people or for machines."),
    )
    log_level: str = field(
        default="info",
        metadata=says(one_of("debug", "info", "warning", "error"), "The least log line that is written."),
    )

    @classmethod
    def read(cls, environment: Mapping[str, str], flags: Mapping[str, object] | None = None) -> Self:
        """Read the environment, overruled by `flags`, which may hold parsed values by field name.

        Raises BadSetting. Variables with the prefix that name no setting are an error too: a misspelt limit
        is no limit.
        """
        known = {each.variable: each for each in declared_in(cls)}
        unknown = sorted(name for name in environment if name.startswith(PREFIX) and name not in known)
        if unknown:
            raise BadSetting(f"{unknown[0]} is no setting; `overclaim serve --help` lists them")
        values = {
            each.name: each.read(environment[name], name)
            for name, each in known.items()
            if name in environment
        }
        given = {name: value for name, value in (flags or {}).items() if value is not None}
        return cls(**(values | given))
