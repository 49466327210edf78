"""The pipeline behind FastAPI and uvicorn: `fastapi_peer.py PORT`."""

from __future__ import annotations

import sys

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from served import score

app = FastAPI()


class Article(BaseModel):
    """What is asked."""

    body: str


@app.post("/score")
def scored(article: Article) -> list[list[float]]:
    """Answer with the sentences' probabilities."""
    found: list[list[float]] = score(article.body).tolist()
    return found


if __name__ == "__main__":
    # Connections are kept while other peers have their turn.
    uvicorn.run(app, port=int(sys.argv[1]), log_level="warning", timeout_keep_alive=600)
