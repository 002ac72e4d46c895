"""The cluster of a test: its tokens, and the lives of its nodes."""

import os
import signal
import subprocess
import time
import urllib.request


class Cluster:
    def __init__(self, folder, address):
        self.folder = folder
        self.address = address

    def token(self, name):
        with open(f"{self.folder}/secrets/{name}.token") as file:
            return file.read().strip()

    def kill(self, name):
        """Gives back how to start it again."""
        with open(f"{self.folder}/{name}.pid") as file:
            pid = int(file.read().split()[0])
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            command = file.read().split(b"\0")[:-1]
        os.kill(pid, signal.SIGKILL)
        return command

    def start(self, name, command):
        """And notes its number as deploy/local does, so that it is stopped in the end."""
        with open(f"{self.folder}/log/{name}.log", "ab") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                                       start_new_session=True)
        with open(f"/proc/{process.pid}/stat") as file:
            started = file.read().rpartition(") ")[2].split()[19]
        with open(f"{self.folder}/{name}.pid", "w") as file:
            file.write(f"{process.pid} {started}\n")

    def await_ready(self, seconds=30):
        """The node of the page takes users again."""
        end = time.monotonic() + seconds
        while True:
            try:
                return urllib.request.urlopen(self.address + "/readyz", timeout=2)
            except OSError:
                assert time.monotonic() < end, "the node is not ready again"
                time.sleep(0.2)
