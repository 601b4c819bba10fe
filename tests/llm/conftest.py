"""A small real HTTP server that speaks the chat protocol: for faults, and to count what it is asked."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

import pytest

# What the server does with a request: a text is an answer; an int a status, or one with its message; bytes a body, or
# b"cut" one that breaks off; a float seconds of silence.
Said = str | int | tuple[int, str] | bytes | float
Say = Callable[[dict[str, Any], int], Said]


class Server:
    """`asked` has every request body, `answered` counts those that got an answer, by what they ask."""

    def __init__(self, say: Say) -> None:
        self.say = say
        self.asked: list[dict[str, Any]] = []
        self.answered: Counter[str] = Counter()
        self.keys: list[str | None] = []
        self.under_way = self.most_under_way = 0
        self._lock = Lock()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with server._lock:
                    server.asked.append(body)
                    server.keys.append(self.headers.get("Authorization"))
                    number = len(server.asked)
                    server.under_way += 1
                    server.most_under_way = max(server.most_under_way, server.under_way)
                try:
                    self._reply(body, server.say(body, number))
                finally:
                    with server._lock:
                        server.under_way -= 1

            def _reply(self, body: dict[str, Any], said: Said) -> None:
                if isinstance(said, float):
                    time.sleep(said)
                    said = "late"
                if isinstance(said, int):
                    said = said, f"status {said}"
                if isinstance(said, tuple):
                    status, message = said
                    self._send(status, json.dumps({"error": {"message": message}}).encode())
                elif isinstance(said, bytes):
                    if said == b"cut":
                        self.send_response(200)
                        self.send_header("Content-Length", "1000")
                        self.end_headers()
                        self.wfile.write(b'{"choices": [')
                        self.close_connection = True
                        return
                    self._send(200, said)
                else:
                    choice = {"index": 0, "message": {"role": "assistant", "content": said}, "finish_reason": "stop"}
                    self._send(200, json.dumps({"id": "1", "object": "chat.completion", "choices": [choice]}).encode())
                    with server._lock:
                        server.answered[json.dumps(body, sort_keys=True)] += 1

            def do_GET(self) -> None:
                self._send(200, json.dumps({"object": "list", "data": [{"id": "small"}, {"id": "large"}]}).encode())

            def _send(self, status: int, content: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                pass

        class Quiet(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128  # the five that are usual are too few for a client's sixteen at once

            def handle_error(self, *_: Any) -> None:  # a client that went away
                pass

        self._http = Quiet(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._http.server_port}/v1"

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


@pytest.fixture(scope="module")
def serve() -> Iterator[Callable[[Say], Server]]:
    running: list[Server] = []

    def start(say: Say) -> Server:
        running.append(Server(say))
        return running[-1]

    yield start
    for server in running:
        server.close()
