#!/usr/bin/env python3
"""A service that is told of events: copy it and put something useful in the place of `take`.

    GRAPEVINE_WEBHOOK_SECRET=gvs_... deploy/examples/webhook-receiver.py 8099

It believes what is signed with the secret and is not older than five minutes, answers 204, and takes what comes again
(under the same id) once. Python 3 and nothing else.
"""

import hashlib
import hmac
import http.server
import json
import os
import sys
import time


def take(event):
    """What to do with an event that is new. An exception: the event comes again later, and nothing behind it before."""
    print(json.dumps(event, ensure_ascii=False, sort_keys=True), flush=True)


class Receiver(http.server.BaseHTTPRequestHandler):
    secret = os.environ.get("GRAPEVINE_WEBHOOK_SECRET", "").encode()
    seen = set()  # Of a service that may be restarted: in its database, with what it does.

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.judge(body))
        self.end_headers()

    def judge(self, body):
        timestamp = self.headers["Grapevine-Timestamp"]
        signature = hmac.new(self.secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest("v1=" + signature, self.headers["Grapevine-Signature"]):
            return 401
        if abs(time.time() - int(timestamp)) > 300:
            return 401  # Somebody has kept it, and sends it again.
        if self.headers["Grapevine-Id"] not in self.seen:
            try:
                take(json.loads(body))
            except Exception as error:  # pylint: disable=broad-except
                print(f"not taken: {error}", file=sys.stderr)
                return 500
            self.seen.add(self.headers["Grapevine-Id"])
        return 204

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    if len(sys.argv) != 2 or not Receiver.secret:
        raise SystemExit(__doc__)
    try:
        http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
    except KeyboardInterrupt:
        pass
