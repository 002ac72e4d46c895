"""Fills the disks of nodes, and makes them lie, while pictures come and go. See full."""
import hashlib
import os
import sys
import time

from pictures import Node, Run

ROUND = 30


def fill(folder):
    """All but what is kept free, and half a picture."""
    left = os.statvfs(folder)
    count = left.f_bavail * left.f_frsize - (8 << 20) - 50_000
    with open(f"{folder}/ballast", "wb") as ballast:
        ballast.write(bytes(max(0, count)))


def files(folder):
    for shelf, _, names in os.walk(f"{folder}/blobs"):
        for name in sorted(names):
            yield f"{shelf}/{name}"


class Reader(Run):
    """Who is not given a picture is told so by a node that lives."""

    def check(self, node, path, is_final=False):
        status, content = node.ask("GET", path)
        if status != 200:
            self.count("missing")
        elif hashlib.sha256(content).digest() != self.kept[path]:
            self.count("wrong")


class Phases:
    def __init__(self, folder, run):
        self.folder, self.run = folder, run

    def bring(self, title):
        """So many pictures to each node."""
        results, missing = [], self.run.missing
        for node in self.run.nodes:
            before = len(self.run.kept)
            for _ in range(ROUND):
                self.run.upload(node)
            results.append(f"{len(self.run.kept) - before} of {ROUND}")
        print(
            f"{title}: acknowledged by node1, node2, node3: {', '.join(results)}; "
            f"{self.run.missing - missing} times not given by another node at once", flush=True)

    def settle(self):
        """Until there are two copies of each; how long that took."""
        begin = time.monotonic()
        while any(node.metric("grapevine_blobs_short") != 0 for node in self.run.nodes):
            time.sleep(0.2)
            if time.monotonic() - begin > 120:
                sys.exit("there are still pictures with one copy after two minutes")
        return time.monotonic() - begin

    def read(self, title):
        wrong, missing = self.run.wrong, self.run.missing
        for path in list(self.run.kept):
            for node in self.run.nodes:
                self.run.check(node, path, is_final=True)
        print(
            f"{title}: {len(self.run.kept)} pictures read at 3 nodes, {self.run.missing - missing} not given, "
            f"{self.run.wrong - wrong} wrong", flush=True)

    def lie(self):
        """On the first node files are cut off, on the second a bit is changed; some on both are no files any more."""
        done = set()
        for number, node in enumerate(["node1", "node2"]):
            for index, path in enumerate(files(f"{self.folder}/{node}")):
                name = os.path.basename(path)
                # Of each picture one copy stays right.
                if name in done or index % 2:
                    continue
                done.add(name)
                if index % 10 == 0:
                    os.remove(path)
                    os.mkdir(path)
                elif number == 0:
                    os.truncate(path, os.path.getsize(path) - 1)
                else:
                    with open(path, "r+b") as file:
                        file.seek(70_000)
                        byte = file.read(1)[0]
                        file.seek(70_000)
                        file.write(bytes([byte ^ 4]))
        print(f"{len(done)} files lie", flush=True)


def main():
    folder = sys.argv[1]
    run = Reader([Node(*word.split("=")) for word in sys.argv[2].split()])
    phases = Phases(folder, run)
    phases.bring("all have room")
    fill(f"{folder}/node1")
    # A node says so with its next word to the database.
    time.sleep(4)
    phases.bring("node1 is full")
    fill(f"{folder}/node2")
    time.sleep(4)
    phases.bring("node1 and node2 are full")
    for node in "node1", "node2":
        os.remove(f"{folder}/{node}/ballast")
    time.sleep(4)
    phases.bring("all have room again")
    print(f"two copies of each after {phases.settle():.1f} s")
    phases.read("afterwards")
    phases.lie()
    phases.read("while files lie")
    print(f"two copies of each after {phases.settle():.1f} s")
    phases.read("in the end")
    sys.exit(1 if run.wrong or not run.kept else 0)


main()
