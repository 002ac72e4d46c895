"""The receiver of deploy/examples on a bad day.

    moody-receiver.py PORT-FILE EVENTS MOOD...

It answers requests in these moods (500, hang, redirect, long, late, ok), and those after them well; it ends after so
many events and prints, for each event, its id and the attempt that brought it.
"""

import http.server
import importlib.util
import os
import pathlib
import sys
import threading
import time

EXAMPLE = pathlib.Path(__file__).parent.parent / "examples" / "webhook-receiver.py"
spec = importlib.util.spec_from_file_location("receiver", EXAMPLE)
receiver = importlib.util.module_from_spec(spec)
spec.loader.exec_module(receiver)

place, count, moods = pathlib.Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]


class Moody(receiver.Receiver):
    taken = []

    def do_POST(self):
        mood = moods.pop(0) if moods else "ok"
        if mood == "ok":
            return super().do_POST()
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if mood == "hang":
            time.sleep(8)
        elif mood == "late":
            self.judge(body)  # It was taken, and nobody hears that.
        elif mood == "redirect":
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:1/")
            self.end_headers()
        elif mood == "long":
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"x" * (1 << 20))
        else:
            self.send_response(int(mood))
            self.end_headers()
        return None

    def judge(self, body):
        self.secret = pathlib.Path(os.environ["GRAPEVINE_WEBHOOK_SECRET_FILE"]).read_bytes()
        before = len(self.seen)
        status = super().judge(body)
        if len(self.seen) > before:
            self.taken.append(f"{self.headers['Grapevine-Id']} {self.headers['Grapevine-Attempt']}")
        return status


receiver.take = lambda event: None
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Moody)
threading.Thread(target=server.serve_forever, daemon=True).start()
draft = place.with_suffix(".new")
draft.write_text(str(server.server_port))
os.rename(draft, place)
end = time.monotonic() + 60
while len(Moody.taken) < count and time.monotonic() < end:
    time.sleep(0.05)
print("\n".join(Moody.taken))
