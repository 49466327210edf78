"""The ground of a server's workers: a process that has loaded what they all need, and forks them off.

So each begins with what it shares with the others, and does not read a second's worth of code for itself.
gRPC is not part of it: no process may fork once that is at work. Imported in that process alone.
"""

from __future__ import annotations

import gc
import signal
import sys
from importlib import import_module

# Ctrl+C reaches every process of a terminal; this one goes when the one that began it is gone.
signal.signal(signal.SIGINT, signal.SIG_IGN)
# structlog and httpx load rich when they find it, for output that a worker does not make: 8 MB each.
sys.modules.setdefault("rich", None)  # type: ignore[arg-type] # so the import system says "not to be found"

for module in (
    "service.audit.reading",
    "service.classifier.artifact",
    "service.quota.usage",
    "service.review.queue",
    "service.rpc.status",
    "service.rpc.trial_convert",
    "service.serving",
    "service.upkeep",
):
    import_module(module)
# It stays for good. Collectors that never look at it leave its pages shared.
gc.freeze()
