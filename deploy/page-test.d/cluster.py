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

    def pid(self, name):
        with open(f"{self.folder}/{name}.pid") as file:
            return int(file.read().split()[0])

    def setting(self, name, key):
        """Of a node, as it stands in its configuration."""
        with open(f"{self.folder}/{name}.conf", encoding="utf-8") as file:
            return next(line.split(" = ", 1)[1].strip().strip('"') for line in file if line.startswith(f"{key} = "))

    def talkctl(self, *arguments):
        program = os.path.join(os.path.dirname(os.readlink(f"/proc/{self.pid('node1')}/exe")), "talkctl")
        environment = {**os.environ, "GRAPEVINE_CONFIG": f"{self.folder}/node1.conf"}
        subprocess.run([program, *arguments], check=True, stdout=subprocess.DEVNULL, env=environment)

    def set(self, setting, value):
        """On all nodes, while they run."""
        for name in ("node1", "node2", "node3"):
            with open(f"{self.folder}/{name}.conf", "a", encoding="utf-8") as file:
                file.write(f"{setting} = {value}\n")
            os.kill(self.pid(name), signal.SIGHUP)

    def kill(self, name):
        """Gives back how to start it again."""
        pid = self.pid(name)
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

    def await_all(self):
        """All nodes take users again."""
        for name in ("node1", "node2", "node3"):
            self.await_ready(address=f"http://{self.setting(name, 'admin.listen')}")

    def await_ready(self, seconds=30, address=None):
        """The node of the page takes users again, or another one whose administration port this is."""
        end = time.monotonic() + seconds
        while True:
            try:
                return urllib.request.urlopen((address or self.address) + "/readyz", timeout=2)
            except OSError:
                assert time.monotonic() < end, "the node is not ready again"
                time.sleep(0.2)
