"""A watch that outlives connections: where it stands, and how long it waits for a server that is away."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from service.client.reviews import Told, review
from service.errors import Unavailable
from service.pb.overclaim.v1 import review_pb2 as pb

if TYPE_CHECKING:
    from service.errors import OverclaimError

# A server that drains ends its streams in peace; the next one needs a moment to start.
PAUSE_SECONDS = 0.5
PATIENCE_SECONDS = 300.0


class Watch:
    """The place up to which a publisher has heard, and since when nothing has been heard of the server."""

    def __init__(self, resume_token: str, *, patience: float) -> None:
        self._token = resume_token
        self._patience = patience
        self._away_since: float | None = None

    def request(self) -> pb.WatchDecisionsRequest:
        """Ask for all that came after the place."""
        return pb.WatchDecisionsRequest(resume_token=self._token)

    def hear(self, response: pb.WatchDecisionsResponse) -> Told:
        """Move on by one."""
        self._away_since = None
        self._token = response.resume_token
        return Told(review(response.review), response.resume_token)

    def pause(self, error: OverclaimError | None = None) -> float:
        """Give the seconds to wait before asking anew; raises `error` when waiting does not help any more."""
        if error is None:
            self._away_since = None
            return PAUSE_SECONDS
        now = monotonic()
        self._away_since = self._away_since or now
        if not isinstance(error, Unavailable) or now - self._away_since > self._patience:
            raise error from None
        return max(error.retry_after, PAUSE_SECONDS)
