"""How much of everything there may be."""

from __future__ import annotations

from dataclasses import dataclass, field

from service.setting import says, whole
from service.settings.serving import Serving


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits(Serving):
    """The settings that bound what a server takes on."""

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
    max_sentences: int = field(
        default=10_000,
        metadata=says(
            whole(1, 200_000),
            "Sentences of an article. One with more is refused, naming the field and the count: to explain"
            " 25,000 sentences, which fit in a body, would hold a thread for three seconds.",
        ),
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
