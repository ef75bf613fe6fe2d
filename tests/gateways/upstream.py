"""A fake upstream that speaks three APIs, with reasoning; it remembers what it was asked.

Run as a program it serves at the port that is its argument, and tells at /asked what came.
"""

from __future__ import annotations

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HIDDEN = "SECRET-CHAIN-OF-THOUGHT"
SIGNED = "sig-abc"
ENCRYPTED = "enc-abc"
ASKED: list[dict[str, object]] = []


def chat() -> dict[str, object]:
    return {
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "m",
        "choices": [{
            "index": 0, "finish_reason": "stop",
            "message": {"role": "assistant", "content": "answer", "reasoning_content": HIDDEN},
        }],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }  # fmt: skip


def chat_stream() -> list[object]:
    def chunk(delta: dict[str, object], end: str | None = None) -> dict[str, object]:
        return {
            "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "m",
            "choices": [{"index": 0, "delta": delta, "finish_reason": end}],
        }  # fmt: skip

    return [
        chunk({"role": "assistant", "reasoning_content": HIDDEN}),
        chunk({"content": "ans"}),
        chunk({"content": "wer"}),
        chunk({}, "stop"),
        "[DONE]",
    ]


def messages() -> dict[str, object]:
    return {
        "id": "msg_1", "type": "message", "role": "assistant", "model": "m",
        "content": [
            {"type": "thinking", "thinking": HIDDEN, "signature": SIGNED},
            {"type": "text", "text": "answer"},
        ],
        "stop_reason": "end_turn", "stop_sequence": None,
        "usage": {"input_tokens": 1, "output_tokens": 1},
    }  # fmt: skip


def messages_stream() -> list[dict[str, object]]:
    start = {**messages(), "content": []}

    def delta(index: int, **told: object) -> dict[str, object]:
        return {"type": "content_block_delta", "index": index, "delta": told}

    thinking = {"type": "thinking", "thinking": "", "signature": ""}
    return [
        {"type": "message_start", "message": start},
        {"type": "content_block_start", "index": 0, "content_block": thinking},
        delta(0, type="thinking_delta", thinking=HIDDEN),
        delta(0, type="signature_delta", signature=SIGNED),
        {"type": "content_block_stop", "index": 0},
        {"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}},
        delta(1, type="text_delta", text="answer"),
        {"type": "content_block_stop", "index": 1},
        {
            "type": "message_delta",
            "delta": {"stop_reason": "end_turn", "stop_sequence": None},
            "usage": {"output_tokens": 1},
        },
        {"type": "message_stop"},
    ]


def responses() -> dict[str, object]:
    return {
        "id": "resp_1", "object": "response", "created_at": 1, "model": "m", "status": "completed",
        "output": [
            {
                "type": "reasoning", "id": "rs_1", "encrypted_content": ENCRYPTED,
                "summary": [{"type": "summary_text", "text": "SUMMARY"}],
                "content": [{"type": "reasoning_text", "text": HIDDEN}],
            },
            {
                "type": "message", "id": "msg_1", "role": "assistant", "status": "completed",
                "content": [{"type": "output_text", "text": "answer", "annotations": []}],
            },
        ],
        "parallel_tool_calls": True, "tool_choice": "auto", "tools": [],
        "usage": {"input_tokens": 1, "output_tokens": 1, "total_tokens": 2},
    }  # fmt: skip


def responses_stream() -> list[dict[str, object]]:
    base = {"sequence_number": 0, "output_index": 0}
    empty = {**responses(), "output": [], "status": "in_progress"}
    return [
        {**base, "type": "response.created", "response": empty},
        {
            **base, "type": "response.reasoning_text.delta", "item_id": "rs_1",
            "content_index": 0, "delta": HIDDEN,
        },
        {
            **base, "type": "response.output_text.delta", "item_id": "msg_1",
            "content_index": 0, "delta": "answer",
        },
        {**base, "type": "response.completed", "response": responses()},
    ]  # fmt: skip


ANSWERS = {
    "/v1/chat/completions": (chat, chat_stream),
    "/v1/messages": (messages, messages_stream),
    "/v1/responses": (responses, responses_stream),
}


def sse(events: list[object], *, named: bool) -> bytes:
    """Events as a stream of server-sent events."""
    out = b""
    for event in events:
        if named and isinstance(event, dict):
            out += f"event: {event['type']}\n".encode()
        text = event if isinstance(event, str) else json.dumps(event)
        out += f"data: {text}\n\n".encode()
    return out


def answer(path: str, asked: dict[str, object]) -> tuple[str, bytes]:
    """Content type and body for a question."""
    whole, stream = ANSWERS[path]
    if asked.get("stream"):
        return "text/event-stream", sse(list(stream()), named=path != "/v1/chat/completions")
    return "application/json", json.dumps(whole()).encode()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._send("application/json", json.dumps(ASKED).encode())

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        path = self.path.partition("?")[0]
        ASKED.append({"path": path, "headers": dict(self.headers), "body": asked})
        self._send(*answer(path, asked))

    def _send(self, kind: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def main() -> None:
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), _Handler).serve_forever()


if __name__ == "__main__":
    main()
