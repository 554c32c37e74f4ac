# /// script
# requires-python = ">=3.10"
# dependencies = ["ray[data,llm]>=2.54"]
# ///
"""Answers the files of `winnow clean … --batch files:jobs/` with Ray Data LLM, on one machine or on a cluster.

    uv run examples/ray/answer.py jobs/ --replicas 8 --engine '{"max_model_len": 16384}'
    uv run examples/ray/answer.py jobs/ --server http://127.0.0.1:8000/v1

jobs/NAME.jsonl becomes jobs/NAME.results/, which appears when every request of the file has its line. Until then the lines
are in jobs/NAME.results.part/; after a kill the same command goes on from them. The folder must be readable on all nodes.
"""

import argparse
import asyncio
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
import aiohttp  # noqa: E402
import ray  # noqa: E402
from ray.data.llm import HttpRequestProcessorConfig, Processor, build_processor, vLLMEngineProcessorConfig  # noqa: E402

Row = dict[str, Any]
SAMPLING = ("temperature", "top_p", "top_k", "min_p", "seed", "stop", "presence_penalty", "frequency_penalty")
REPLY = ("path", "id", "body", "num_input_tokens", "num_generated_tokens", "generated_text")
PART_LINES, PART_SECONDS, BLOCK, ATTEMPTS = 1000, 60, 256, 5
TIMEOUT_SECONDS, PAUSE_SECONDS = 1800, 1


def part_of(path: str) -> Path:
    return Path(path.removesuffix(".jsonl") + ".results.part")


def requests_of(row: Row) -> Iterator[Row]:
    """Yields the requests of a file that have no line of results yet."""
    done = {json.loads(line)["custom_id"] for part in part_of(row["path"]).glob("*.jsonl") for line in part.open("rb")}
    with open(row["path"], "rb") as lines:  # not as text: passages hold characters that end lines elsewhere
        for line in lines:
            if line.strip() and (request := json.loads(line))["custom_id"] not in done:
                yield {"path": row["path"], "id": request["custom_id"], "body": json.dumps(request["body"])}


def template_of(body: Row) -> Row:
    """Returns the settings that the model's chat template gets."""
    effort = {"reasoning_effort": body["reasoning_effort"]} if "reasoning_effort" in body else {}
    return effort | body.get("chat_template_kwargs", {})


def sampling_of(body: Row) -> Row:
    """Returns vLLM's sampling parameters for the body of a chat request."""
    sampling = {name: body[name] for name in SAMPLING if name in body}
    if structure := body.get("structured_outputs"):
        sampling["structured_outputs"] = structure
    sampling["max_tokens"] = body.get("max_completion_tokens", body.get("max_tokens"))
    if schema := body.get("response_format", {}).get("json_schema"):
        sampling["structured_outputs"] = {"json": json.dumps(schema["schema"])}
    return sampling


def result_of(row: Row, status: int, body: Any) -> str:
    """Returns a line of results in OpenAI's batch format."""
    return json.dumps({"custom_id": row["id"], "response": {"status_code": status, "body": body}, "error": None})


def reply_of(row: Row) -> str:
    """Returns the line for a row that an engine answered, or failed on."""
    body = json.loads(row["body"])
    if error := row.get("__inference_error__"):
        return result_of(row, 500, {"error": {"message": error}})
    asked, output = int(row["num_input_tokens"]), int(row["num_generated_tokens"])
    # Ray hands over no finish reason: a reply as long as it may be was cut off.
    finish = "length" if output >= (sampling_of(body)["max_tokens"] or float("inf")) else "stop"
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": row["generated_text"]}}
    usage = {"prompt_tokens": asked, "completion_tokens": output, "total_tokens": asked + output}
    return result_of(row, 200, {"object": "chat.completion", "model": body["model"], "choices": [choice], "usage": usage})


class Session:
    """Sends the requests of a batch at once, tries again, and turns whatever goes wrong into an answer of its request."""

    async def __aenter__(self) -> "Session":
        self.client = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS))
        return self

    async def __aexit__(self, *_: Any) -> None:
        await self.client.close()

    def post(self, url: str, *, headers: Row, data: str) -> "asyncio.Task[Answer]":
        if key := os.environ.get("OPENAI_API_KEY"):
            headers = headers | {"Authorization": f"Bearer {key}"}
        return asyncio.create_task(self.answer(url, headers, json.loads(data)))

    async def answer(self, url: str, headers: Row, body: str) -> "Answer":
        for attempt in range(ATTEMPTS):
            try:
                async with self.client.post(url, headers=headers, data=body) as response:
                    status, text = response.status, await response.text()
            except (aiohttp.ClientError, asyncio.TimeoutError) as error:
                status, text = 503, f"{type(error).__name__}: no answer"
            if status not in (408, 429, 500, 502, 503, 504) or attempt == ATTEMPTS - 1:
                break
            await asyncio.sleep(PAUSE_SECONDS * 2**attempt)
        return Answer(status, text)


class Answer:
    """What Ray's stage for HTTP reads of a response; the text stays one, as columns of a table change objects."""

    def __init__(self, status: int, text: str) -> None:
        self.status, self.said = 200, {"status": status, "text": text}

    async def __aenter__(self) -> "Answer":
        return self

    async def __aexit__(self, *_: Any) -> None: ...

    async def json(self) -> Row:
        return self.said


def answer_of(row: Row) -> str:
    """Returns the line for a row that a server answered, whatever it said."""
    status, text = int(row["http_response"]["status"]), row["http_response"]["text"]
    try:
        return result_of(row, status, json.loads(text))
    except json.JSONDecodeError:
        return result_of(row, status if status != 200 else 502, {"error": {"message": text[:500]}})


def server_processor(options: argparse.Namespace) -> Processor:
    """Returns what asks a server with OpenAI's protocol."""
    config = HttpRequestProcessorConfig(
        url=f"{options.server.rstrip('/')}/chat/completions",
        batch_size=options.batch_size,
        concurrency=options.replicas,
        session_factory=Session,
    )
    return build_processor(config, lambda row: {"payload": row["body"]}, lambda row: row)


def engine_processor(body: Row, options: argparse.Namespace) -> Processor:
    """Returns what runs the model in this cluster. The template's settings are those of the body."""
    template = template_of(body)

    def prompt_of(row: Row) -> Row:
        each = json.loads(row["body"])
        if template_of(each) != template:
            return {"__inference_error__": "its settings of the chat template are not those of the first request"}
        return {"messages": each["messages"], "sampling_params": sampling_of(each)}

    config = vLLMEngineProcessorConfig(
        model_source=options.model or body["model"],
        engine_kwargs=json.loads(options.engine),
        batch_size=options.batch_size,
        concurrency=options.replicas,
        should_continue_on_error=True,
        chat_template_stage={"chat_template_kwargs": template},
    )
    return build_processor(config, prompt_of, lambda row: {name: row[name] for name in REPLY})


class Writer:
    """Writes the results of one file in parts, each whole or not there."""

    def __init__(self, path: str) -> None:
        self.folder, self.since = part_of(path), time.monotonic()
        self.lines: list[str] = []
        self.folder.mkdir(exist_ok=True)

    def add(self, line: str) -> None:
        self.lines.append(line)
        if len(self.lines) >= PART_LINES or time.monotonic() - self.since > PART_SECONDS:
            self.flush()

    def flush(self) -> None:
        if self.lines:
            part = self.folder / f"{uuid4().hex}.jsonl"
            part.with_suffix(".tmp").write_text("\n".join(self.lines) + "\n")
            part.with_suffix(".tmp").rename(part)
        self.lines, self.since = [], time.monotonic()


def answer(paths: list[str], body: Row, options: argparse.Namespace) -> None:
    """Answers files of one model, as one stream, so that the model is loaded once."""
    processor, read = (server_processor(options), answer_of) if options.server else (engine_processor(body, options), reply_of)
    requests = ray.data.from_items([{"path": path} for path in paths], override_num_blocks=len(paths)).flat_map(requests_of)
    writers = {path: Writer(path) for path in paths}
    try:
        for row in processor(requests.repartition(target_num_rows_per_block=BLOCK)).iter_rows():
            writers[row["path"]].add(read(row))
    finally:
        for writer in writers.values():
            writer.flush()
    for path in paths:
        part_of(path).rename(part_of(path).with_suffix(""))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="the folder of --batch files:FOLDER")
    parser.add_argument("--server", help="asks this server instead of running the model, such as http://127.0.0.1:8000/v1")
    parser.add_argument("--model", help="the model's folder or name on the hub (default: as the requests name it)")
    parser.add_argument("--replicas", type=int, default=1, help="engines, or processes that ask the server (default: 1)")
    parser.add_argument("--batch-size", type=int, default=32, help="requests that a process takes at once (default: 32)")
    parser.add_argument("--engine", default="{}", help='engine arguments of vLLM as JSON, such as {"tensor_parallel_size": 2}')
    options = parser.parse_args()
    bodies: dict[str, Row] = {}
    by_model: dict[str, list[str]] = {}
    for path in sorted(options.folder.resolve().glob("*.jsonl")):
        results = part_of(str(path)).with_suffix("")
        whole = [results.with_suffix(f".results.jsonl{packed}") for packed in ("", ".gz", ".zst")]
        if path.name.endswith(".results.jsonl") or any(each.exists() for each in [results, *whole]):
            continue
        with path.open("rb") as lines:
            body = json.loads(lines.readline())["body"]
        bodies.setdefault(body["model"], body)
        by_model.setdefault(body["model"], []).append(str(path))
    for model, paths in by_model.items():
        answer(paths, bodies[model], options)
        print(f"{model}: results of {', '.join(Path(path).name for path in paths)}")


if __name__ == "__main__":
    main()
