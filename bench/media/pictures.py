"""Uploads pictures to nodes that may die, and reads all back. See run."""
import hashlib
import http.client
import json
import os
import random
import sys
import threading
import time

SIZE = 100_000
random.seed(1)


class Node:
    def __init__(self, media, admin):
        self.media, self.admin = media, admin

    def ask(self, method, path, body=None, headers={}):
        connection = http.client.HTTPConnection(self.media, timeout=10)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def is_ready(self):
        connection = http.client.HTTPConnection(self.admin, timeout=2)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def metric(self, name):
        connection = http.client.HTTPConnection(self.admin, timeout=2)
        try:
            connection.request("GET", "/metrics")
            for line in connection.getresponse().read().decode().splitlines():
                if line.startswith(name + " "):
                    return float(line.split()[1])
        finally:
            connection.close()


def picture():
    """What begins as a JPEG of 64 by 64 pixels; the rest is noise."""
    head = bytes.fromhex("ffd8ffe000104a46494600010100000100010000" "ffc0000b080040004001011100" "ffda0008010100003f00")
    return head + random.randbytes(SIZE - len(head))


def form(content):
    head = b'--bb\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    return head + content + b"\r\n--bb--\r\n"


class Run:
    def __init__(self, nodes):
        self.nodes = nodes
        self.lock = threading.Lock()
        self.kept = {}
        self.refused = self.broken = self.wrong = self.missing = self.unreachable = self.starting = 0
        self.times = []

    def upload(self, node):
        content = picture()
        begin = time.monotonic()
        try:
            status, answer = node.ask(
                "POST", "/upload", form(content), {"Content-Type": "multipart/form-data; boundary=bb"})
        except OSError:
            return self.count("broken")
        except http.client.HTTPException:
            return self.count("broken")
        took = time.monotonic() - begin
        if status != 200 or json.loads(answer)["error_code"] != 0:
            return self.count("refused")
        path = "/" + json.loads(answer)["path"]
        with self.lock:
            self.kept[path] = hashlib.sha256(content).digest()
            self.times.append(took)
        for other in self.nodes:
            if other is not node:
                self.check(other, path)

    def check(self, node, path, is_final=False):
        try:
            status, content = node.ask("GET", path)
        except (OSError, http.client.HTTPException):
            # It is dead at the moment.
            return self.count("missing" if is_final else "unreachable")
        if status == 200:
            if hashlib.sha256(content).digest() != self.kept[path]:
                self.count("wrong")
        elif not is_final and status == 503 and not node.is_ready():
            # It has just begun.
            self.count("starting")
        else:
            print(f"{node.media} answers {status} for {path}", flush=True)
            self.count("missing")

    def count(self, name):
        with self.lock:
            setattr(self, name, getattr(self, name) + 1)


def main():
    rate, length = int(sys.argv[1]), int(sys.argv[2])
    run = Run([Node(*word.split("=")) for word in sys.argv[3].split()])
    begin = time.monotonic()
    threads = []
    for number in range(rate * length):
        time.sleep(max(0, begin + number / rate - time.monotonic()))
        threads.append(threading.Thread(target=run.upload, args=[run.nodes[number % len(run.nodes)]]))
        threads[-1].start()
    for thread in threads:
        thread.join()
    begin = time.monotonic()
    while any(node.metric("grapevine_blobs_short") != 0 for node in run.nodes):
        time.sleep(0.5)
        if time.monotonic() - begin > 120:
            print("there are still pictures with one copy after two minutes")
            sys.exit(1)
    settled = time.monotonic() - begin
    for path in run.kept:
        for node in run.nodes:
            run.check(node, path, is_final=True)
    run.times.sort()
    print(f"{len(run.kept):,} acknowledged, {run.refused} refused, {run.broken} without an answer")
    half, most = run.times[len(run.times) // 2], run.times[len(run.times) * 99 // 100]
    print(f"p50 {half * 1000:.0f} ms, p99 {most * 1000:.0f} ms")
    print(f"at once, from the other nodes: {run.unreachable} asked of dead nodes, {run.starting} of starting ones")
    print(f"two copies of each {settled:.1f} s after the last upload")
    print(f"{run.missing} missing, {run.wrong} wrong")
    sys.exit(1 if run.missing or run.wrong or not run.kept else 0)


if __name__ == "__main__":
    main()
