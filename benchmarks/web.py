"""bench-web: the desk's queue and the public pages over TLS 1.3, against nginx with the same bytes and Datasette."""

import argparse
import hashlib
import http.client
import json
import re
import shutil
import signal
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from measure import REPEATS, Lines, interleaved, median, not_installed, spread, versions
from peers import datasette, nginx, searched

from safeconduct.core.base.configuration import Configuration, Face, read_configuration

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = [sys.executable, "-m", "safeconduct.cli.main"]
UNITS = {"us": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4}
FEW, MANY = 2, 16
LONGEST_MS = 10
ROWS = 25
"""Matters on the page of the queue, and rows on the peer's page."""
RECORDS = 20_000
SHORT, LONG, PAGE = 100, 10_000, 50
PORTS = {SHORT: 100, LONG: 200}
"""Open matters in the two queues of which the same page is asked."""
OK = 200


@dataclass(frozen=True)
class Target:
    """A page of one server, as a client asks for it."""

    port: int
    path: str
    host: str = ""
    cookie: str = ""


@dataclass(frozen=True)
class Load:
    """What one run of ``wrk`` saw: answers a second, and the 99th percentile in milliseconds."""

    rate: float
    p99: float


def fetch(target: Target, method: str = "GET", body: str = "", **more: str) -> http.client.HTTPResponse:
    """Ask once and return the answer, not yet read."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    connection = http.client.HTTPSConnection("127.0.0.1", target.port, context=context, timeout=30)
    headers = {"Host": target.host, "Cookie": target.cookie, **more}
    connection.request(method, target.path, body or None, {name: text for name, text in headers.items() if text})
    return connection.getresponse()


def read(target: Target) -> bytes:
    """Return a page; it must be there."""
    answer = fetch(target)
    data = answer.read()
    assert answer.status == OK, (target.path, answer.status)
    return data


def load(target: Target, connections: int, seconds: int) -> Load:
    """Ask as fast as the server answers; every answer must be a success."""
    command = ["wrk", "-t", "2", "-c", str(connections), "-d", f"{seconds}s", "--latency"]
    for name, text in (("Host", target.host), ("Cookie", target.cookie)):
        command += ["-H", f"{name}: {text}"] if text else []
    said = subprocess.run(
        [*command, f"https://127.0.0.1:{target.port}{target.path}"], capture_output=True, text=True, check=True
    ).stdout
    assert "Non-2xx" not in said, said
    rate, (number, unit) = (
        re.findall(r"Requests/sec:\s+([\d.]+)", said)[0],
        re.findall(r"99%\s+([\d.]+)(us|ms|s|m)\b", said)[0],
    )
    return Load(float(rate), float(number) * UNITS[unit])


def sign_in(face: Face) -> Target:
    """Sign in at the desk with one click, as the first person who has a queue; return the queue as that person."""
    host = face.origin.removeprefix("https://")
    answer = fetch(Target(face.port, "/sign-in", host))
    cookies, page = cookies_of(answer), answer.read().decode()
    token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[0]
    form = {"Content-Type": "application/x-www-form-urlencoded", "Origin": face.origin}
    for account in re.findall(r'name="account" value="([^"]+)"', page):
        target = Target(face.port, "/sign-in/demonstration", host, cookies)
        body = f"csrfmiddlewaretoken={token}&account={account}&next=/"
        said = fetch(target, "POST", body, **form, Referer=f"{face.origin}/sign-in")
        said.read()
        assert said.status == http.client.FOUND, said.status
        queue = Target(face.port, "/", host, cookies_of(said) or cookies)
        if fetch(queue).status == OK:
            return queue
    raise AssertionError("Nobody here has a queue.")


def cookies_of(answer: http.client.HTTPResponse) -> str:
    """Return the cookies that an answer sets, as a request sends them back."""
    return "; ".join(one.partition(";")[0] for one in answer.headers.get_all("Set-Cookie", []))


@contextmanager
def serving(config: Path) -> Iterator[Configuration]:
    """Serve the demonstration's faces until the block ends."""
    child = subprocess.Popen(
        [*PROGRAM, "serve", "--config", str(config), "--without-worker", "--json"], stdout=subprocess.PIPE, text=True
    )
    try:
        assert child.stdout is not None
        assert "serving" in json.loads(child.stdout.readline())
        yield read_configuration(config)
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(60)


def tables() -> str:
    """Return what tells one shape of the database from another: an instance of an older one is not measured."""
    names = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "src").glob("**/migrations/0*.py"))
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:8]


def instance(rows: int, open_matters: int = 0) -> Path:
    """Return the configuration of a demonstration of the benchmark's own, built if it is not there."""
    folder = ROOT / "var" / "bench" / (f"demo-{tables()}-{rows}" + (f"-{open_matters}" if open_matters else ""))
    config, port = folder / "safeconduct.toml", str(24_100 + PORTS.get(open_matters, 0))
    if not config.exists():
        command = [*PROGRAM, "demo", "--directory", str(folder), "--rows", str(rows), "--first-port", port, "--json"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return config


def filled(config: Path, *words: str) -> None:
    """Put matters into the instance that is served."""
    command = [sys.executable, str(ROOT / "benchmarks" / "filling.py"), "--config", str(config), *words]
    subprocess.run(command, check=True)


def long_queue(lines: Lines, *, seconds: int, repeats: int) -> None:
    """Measure the first and a late page of a queue of 10,000 open matters against the same of 100."""
    with ExitStack() as running:
        targets: dict[str, Target] = {}
        for number in (SHORT, LONG):
            config = instance(RECORDS, number)
            queue = sign_in(running.enter_context(serving(config)).faces["desk"])
            if f"of {number}<" not in read(queue).decode():
                filled(config, "--count", "1", "--total", str(number))
            assert f"1 to {PAGE} of {number}<" in read(queue).decode()
            last = Target(queue.port, f"/?view=all&page={number // PAGE}", queue.host, queue.cookie)
            assert f"{number - PAGE + 1} to {number} of {number}<" in read(last).decode()
            targets |= {f"first of {number}": queue, f"last of {number}": last}
        found = measured(targets, connections=FEW, seconds=seconds, repeats=repeats)
    facts = {"connections": FEW, "seconds": seconds, "repeats": repeats, "rows": PAGE}
    told = {name: {"per_second": spread(rate, 1), "p99_ms": spread(p99, 2)} for name, (rate, p99) in found.items()}
    for page, name in (("first", f"web.queue.{LONG}"), ("last", f"web.queue.{LONG}.last")):
        ratio = median(found[f"{page} of {SHORT}"][0]) / median(found[f"{page} of {LONG}"][0])
        lines.at_most(name, ratio, 1.3, peer=f"the same page over {SHORT}", measured=told, **facts)


def matters(queue: Target) -> list[dict[str, str]]:
    """Return what the queue lists."""
    found: list[dict[str, str]] = json.loads(read(Target(queue.port, "/queue.json", queue.host, queue.cookie)))[
        "matters"
    ]
    return found


def measured(
    targets: dict[str, Target], *, connections: int, seconds: int, repeats: int
) -> dict[str, tuple[list[float], list[float]]]:
    """Return rates and 99th percentiles of every target; all are asked in every repeat."""
    loads: dict[str, list[Load]] = {name: [] for name in targets}

    def once(name: str) -> float:
        loads[name].append(load(targets[name], connections, seconds))
        return loads[name][-1].rate

    work: dict[str, Callable[[], float]] = {name: partial(once, name) for name in targets}
    interleaved(work, repeats)
    return {name: ([one.rate for one in some], [one.p99 for one in some]) for name, some in loads.items()}


def report(lines: Lines, found: dict[str, tuple[list[float], list[float]]], connections: int, **sizes: Any) -> None:  # noqa: ANN401 - any JSON
    """Print the lines of one number of connections."""
    rates = {name: median(rate) for name, (rate, _) in found.items()}
    told = {name: {"per_second": spread(rate, 1), "p99_ms": spread(p99, 2)} for name, (rate, p99) in found.items()}
    facts = {"connections": connections, **sizes, "measured": told}
    lines.at_least(
        f"web.queue.datasette.c{connections}", rates["queue"] / rates["datasette"], 20, peer="Datasette", **facts
    )
    for page in ("public", "public log"):
        ratio = rates[page] / rates[f"nginx {page}"]
        name = f"web.{page.replace(' ', '_')}.nginx.c{connections}"
        lines.at_least(name, ratio, 1 / 7, peer="nginx, same bytes", **facts)
    if connections == FEW:
        slowest = {name: median(found[name][1]) / LONGEST_MS for name in ("queue", "public")}
        for name, ratio in slowest.items():
            lines.at_most(f"web.{name}.p99.c{connections}", ratio, 1, peer=f"{LONGEST_MS} ms", **facts)


def main() -> int:
    """Measure, and return the exit code."""
    parser = argparse.ArgumentParser(description="pages over TLS 1.3")
    parser.add_argument("--tiny", action="store_true", help="sizes that only show that it runs")
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.add_argument("--only-long", action="store_true", help="only the queue of 10,000 against that of 100")
    parser.add_argument("--datasette", type=Path, required=True, help="the program of the peer's own environment")
    given = parser.parse_args()
    missing = [
        one for one, tool in (("nginx-light", "nginx"), ("wrk", "wrk")) if not shutil.which(tool, path=searched())
    ]
    if missing:
        not_installed(*missing)
    seconds, repeats = (1, 1) if given.tiny else (4, given.repeats)
    tool = subprocess.run(
        [str(given.datasette), "--version"], capture_output=True, text=True, check=True
    ).stdout.split()[-1]
    lines = Lines(versions("granian", "django", "cheroot", datasette=tool))
    if given.only_long:
        long_queue(lines, seconds=seconds, repeats=repeats)
        return lines.end()
    with serving(instance(RECORDS)) as configuration, ExitStack() as running:
        queue, public = sign_in(configuration.faces["desk"]), configuration.faces["public"]
        host = public.origin.removeprefix("https://")
        targets = {
            "queue": queue,
            "public": Target(public.port, "/", host),
            "public log": Target(public.port, "/log/checkpoint", host),
        }
        listed = matters(queue)
        if len(listed) < ROWS:
            filled(instance(RECORDS), "--count", str(ROWS - len(listed)))
            listed = matters(queue)
        assert len(listed) == ROWS
        files = {name.replace(" ", "-"): read(targets[name]) for name in ("public", "public log")}
        files["queue"] = read(queue)
        port = running.enter_context(nginx(files, configuration.tls))
        for name in ("public", "public log", "queue"):
            targets[f"nginx {name}"] = Target(port, f"/{name.replace(' ', '-')}")
            assert read(targets[f"nginx {name}"]) == files[name.replace(" ", "-")]
        table = running.enter_context(datasette(given.datasette, listed, configuration.tls))
        targets["datasette"] = Target(table, f"/bench/matters?_size={ROWS}")
        assert listed[0]["reference"].encode() in read(targets["datasette"])
        sizes = {"matters": len(listed), "queue_bytes": len(files["queue"]), "seconds": seconds, "repeats": repeats}
        for connections in (FEW, MANY):
            found = measured(targets, connections=connections, seconds=seconds, repeats=repeats)
            report(lines, found, connections, **sizes)
    long_queue(lines, seconds=seconds, repeats=repeats)
    return lines.end()


if __name__ == "__main__":
    sys.exit(main())
