"""What the tests share: a folder of their own with the examples, and a server that speaks the OpenAI protocol."""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

MODELS = {
    "tasks": "examples/tasks.yaml",
    "screen": "replay:examples/replies/screen.jsonl",
    "judge": "replay:examples/replies/judge.jsonl",
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with the examples in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WINNOW_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_DATASETS_CACHE", str(tmp_path / "datasets"))
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    shutil.copytree(EXAMPLES, tmp_path / "examples")
    return tmp_path


@pytest.fixture
def records() -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path("examples/rows.jsonl").read_text(encoding="utf8").splitlines()]


class Server:
    """Answers every call with the same text, after a while. Binds to 127.0.0.1 only."""

    def __init__(self) -> None:
        self.text = "no verdict"
        self.seconds = 0.0
        self.keys: list[str | None] = []
        self.answered = 0
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_error(404)

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                server.keys.append(self.headers["authorization"])
                time.sleep(server.seconds)
                message = {"role": "assistant", "content": server.text}
                choice = {"index": 0, "finish_reason": "stop", "message": message}
                usage = {"prompt_tokens": 10, "completion_tokens": 2, "total_tokens": 12}
                answer = {"id": "x", "object": "chat.completion", "model": body["model"], "choices": [choice], "usage": usage}
                data = json.dumps(answer).encode()
                # A caller that was killed waits no longer.
                with suppress(ConnectionError):
                    self.send_response(200)
                    self.send_header("content-type", "application/json")
                    self.send_header("content-length", str(len(data)))
                    self.end_headers()
                    self.wfile.write(data)
                    server.answered += 1

            def log_message(self, *_: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}/v1"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    started = Server()
    yield started
    started.close()
