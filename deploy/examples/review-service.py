#!/usr/bin/env python3
"""A service that is asked before a message is stored: copy it and put something useful in the place of `accepts`.

    GRAPEVINE_REVIEW_SECRET=... deploy/examples/review-service.py 8098 WORD...

It refuses texts with one of the words. Nodes need `review.url = "http://127.0.0.1:8098/"` and the same `review.secret`.
It answers who signs with the secret, not more than five minutes ago. Python 3 and nothing else.
"""

import hashlib
import hmac
import http.server
import json
import os
import sys
import time

WORDS = [word.casefold() for word in sys.argv[2:]]


def accepts(message):
    """Whether it is stored. People wait meanwhile, each for the messages that he has sent."""
    text = (message["text"] or "").casefold()
    return not any(word in text for word in WORDS)


class Reviewer(http.server.BaseHTTPRequestHandler):
    secret = os.environ.get("GRAPEVINE_REVIEW_SECRET", "").encode()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if not self.is_believed(body):
            return self.answer(401, {"accept": False})
        return self.answer(200, {"accept": accepts(json.loads(body))})

    def is_believed(self, body):
        timestamp = self.headers["Grapevine-Timestamp"]
        signature = hmac.new(self.secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        return hmac.compare_digest("v1=" + signature, self.headers["Grapevine-Signature"]) \
            and abs(time.time() - int(timestamp)) <= 300

    def answer(self, status, what):
        body = json.dumps(what).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    if len(sys.argv) < 2 or not Reviewer.secret:
        raise SystemExit(__doc__)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Reviewer)
    print(f"asked at http://127.0.0.1:{server.server_port}/", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
