from collections.abc import Sequence

from service.classifier.weights import Weighed, Weights

INTERFACE: int

class NativeWeigher:
    def __init__(self, weights: Weights) -> None: ...
    def row(self, term: str) -> int | None: ...
    def weigh(self, texts: Sequence[str]) -> Weighed: ...
