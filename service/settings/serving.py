"""What is served, where, and to whom."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from service.setting import address, database, issuer, one_of, path, says, text, whole, yes_or_no

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """The settings that say what a server is; those of limits follow in the table."""

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
    take_over: bool = field(
        default=False,
        metadata=says(
            yes_or_no,
            "Begin while another server holds the address, and take its place as it drains, without a gap.",
            shown="`no`",
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
    trusted_keys: Path | None = field(
        default=None,
        metadata=says(
            path,
            "Public keys (Ed25519, PEM), a file or a folder of *.pem: only models whose manifest one of them"
            " signed are served, but for the bundled one. Read anew for each model.",
            shown="any model",
        ),
    )
    engine: str = field(
        default="compiled",
        metadata=says(
            one_of("compiled", "sklearn"),
            "What scores: the tables, which are data, or the scikit-learn pipeline, which is code that the"
            " model brings. The latter needs `trusted_keys`, and no model goes unsigned then.",
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
    audit_anchors: Path | None = field(
        default=None,
        metadata=says(
            path,
            "A file that gets an anchor of the audit log, a line, at the start and every hour; keep it, or a"
            " copy, where who can write the database cannot. `overclaim audit verify` looks there.",
            shown="none",
        ),
    )
    audit_key: Path | None = field(
        default=None,
        metadata=says(path, "The private key (Ed25519, PEM) that signs these anchors.", shown="unsigned"),
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
