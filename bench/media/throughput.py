"""A node and nginx in turn: pictures and files brought and fetched. See throughput."""
import argparse
import http.client
import json
import os
import re
import ssl
import statistics
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000" "ffc0000b080040004001011100" "ffda0008010100003f00")
SMALL, LARGE = 100_000, 100_000_000
HEAD = b'--bb\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
FOOT = b"\r\n--bb--\r\n"
TYPE = {"Content-Type": "multipart/form-data; boundary=bb"}


def cpu(process):
    """Of a process so far, in seconds."""
    with open(f"/proc/{process}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Server:
    def __init__(self, name, place):
        self.name = name
        self.address, _, self.process = place.partition("=")

    def measure(self, work):
        """MB/s, and CPU seconds of the server for a GB."""
        before, begin = cpu(self.process), time.monotonic()
        bytes_moved = work()
        took = time.monotonic() - begin
        return bytes_moved / took / 1e6, (cpu(self.process) - before) / bytes_moved * 1e9


def wrk(seconds, connections, url, *script):
    """Bytes of bodies that were fetched, or requests that were answered."""
    result = subprocess.run(
        ["wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", *script[:2], url, *script[2:]],
        capture_output=True, text=True, check=True)
    if "Non-2xx" in result.stdout or "Socket errors" in result.stdout or result.stderr:
        sys.exit(f"wrk of {url} says: {result.stdout}{result.stderr}")
    requests, size, unit = re.search(r"(\d+) requests in [^,]*, ([\d.]+)([KMGT]?B) read", result.stdout).groups()
    return int(requests), float(size) * {"B": 1, "KB": 2**10, "MB": 2**20, "GB": 2**30, "TB": 2**40}[unit]


def connect(scheme, address):
    if scheme == "http":
        return http.client.HTTPConnection(address, timeout=60)
    # The certificate is one of this run.
    return http.client.HTTPSConnection(address, timeout=60, context=ssl._create_unverified_context())


def bring(scheme, address, content):
    """The answer to an upload, once the node takes pictures."""
    for _ in range(100):
        connection = connect(scheme, address)
        connection.request("POST", "/upload", HEAD + content + FOOT, TYPE)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        if answer.status == 200:
            return text
        time.sleep(0.1)
    sys.exit(f"the node answers {answer.status} {text[:200]}")


def upload_large(scheme, server, is_form, number, seconds):
    """Two connections, one file after the other; returns the bytes."""
    sent = []

    def client(which):
        connection = connect(scheme, server.address)
        content = bytearray(JPEG) + bytearray(LARGE - len(JPEG))
        end, count = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            count += 1
            content[100:132] = f"{number:016}{which:08}{count:08}".encode()
            if is_form:
                connection.putrequest("POST", "/upload")
                connection.putheader("Content-Type", TYPE["Content-Type"])
                connection.putheader("Content-Length", str(len(HEAD) + LARGE + len(FOOT)))
                connection.endheaders(HEAD)
                connection.send(memoryview(content))
                connection.send(FOOT)
            else:
                connection.request("PUT", f"/up/large{number}-{which}-{count}", content)
            answer = connection.getresponse()
            text = answer.read()
            if answer.status not in (200, 201, 204) or is_form and json.loads(text)["error_code"]:
                sys.exit(f"{server.name} answers {answer.status} {text[:200]}")
            sent.append(LARGE)

    threads = [threading.Thread(target=client, args=[which]) for which in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(sent)


def main():
    parser = argparse.ArgumentParser()
    for name in ("--scheme", "--node", "--nginx", "--folder"):
        parser.add_argument(name)
    for name in ("--rounds", "--seconds"):
        parser.add_argument(name, type=int)
    options = parser.parse_args()
    node, nginx = Server("node", options.node), Server("nginx", options.nginx)
    paths = {}
    for label, size in (("100 kB", SMALL), ("100 MB", LARGE)):
        content = JPEG + bytes(size - len(JPEG))
        with open(f"{options.folder}/{size}.jpg", "wb") as file:
            file.write(content)
        paths[size] = "/" + json.loads(bring(options.scheme, node.address, content))["path"]

    scheme = options.scheme

    def fetch(server, size):
        path = paths[size] if server is node else f"/{size}.jpg"
        return server.measure(
            lambda: wrk(options.seconds, 16 if size == SMALL else 2, f"{scheme}://{server.address}{path}")[1])

    def bring_small(server, _):
        way = "form" if server is node else "put"
        return server.measure(lambda: SMALL * wrk(
            options.seconds, 16, f"{scheme}://{server.address}/", "-s", f"{HERE}/upload.lua", "--", way)[0])

    def bring_large(server, number):
        return server.measure(lambda: upload_large(scheme, server, server is node, number, options.seconds))

    figures = [
        ("download of 100 kB", lambda server, _: fetch(server, SMALL)),
        ("download of 100 MB", lambda server, _: fetch(server, LARGE)),
        ("upload of 100 kB", bring_small),
        ("upload of 100 MB", bring_large),
    ]
    print(f"| {scheme} | node MB/s | nginx MB/s | node/nginx (min-max) | CPU s per GB: node, nginx |")
    print("|---|---|---|---|---|")
    for title, figure in figures:
        rounds = []
        for number in range(options.rounds):
            # Whoever is first finds the machine as the other left it: each in turn.
            order = (node, nginx) if number % 2 else (nginx, node)
            found = {server.name: figure(server, number) for server in order}
            rounds.append((*found["node"], *found["nginx"]))
        ratios = sorted(line[0] / line[2] for line in rounds)
        a, cpu_a, b, cpu_b = (statistics.median(line[place] for line in rounds) for place in range(4))
        middle = f"{statistics.median(ratios):.2f} ({ratios[0]:.2f}-{ratios[-1]:.2f})"
        print(f"| {title} | {a:,.0f} | {b:,.0f} | {middle} "
              f"| {cpu_a:.2f}, {cpu_b:.2f} |", flush=True)


if __name__ == "__main__":
    main()
