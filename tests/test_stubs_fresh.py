from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path

from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent


def test_the_generated_code_is_what_the_contract_says() -> None:
    command = [sys.executable, str(ROOT / ".ci/proto"), "fresh"]
    compared = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert compared.returncode == 0, compared.stderr


def test_the_generated_code_asks_for_no_newer_runtime_than_we_require() -> None:
    floors = {
        match[1]: Version(match[2])
        for requirement in importlib.metadata.requires("overclaim") or []
        if (match := re.match(r"([\w-]+)>=([\d.]+)(?![^;]*extra)", requirement))
    }
    generated = (ROOT / "service/pb/overclaim/v1/moderation_pb2_grpc.py").read_text()
    grpcio = re.search(r"GRPC_GENERATED_VERSION = '([\d.]+)'", generated)
    assert grpcio
    assert Version(grpcio[1]).release[:2] <= floors["grpcio"].release[:2]
    messages = (ROOT / "service/pb/overclaim/v1/moderation_pb2.py").read_text()
    protobuf = re.search(r"Protobuf Python Version: ([\d.]+)", messages)
    assert protobuf
    assert Version(protobuf[1]).release[:2] <= floors["protobuf"].release[:2]
