#!/usr/bin/env python3
"""A bot that answers what is written to it: copy it and put something useful in the place of `reply`.

    talkctl bot add echo
    talkctl bot token echo --name mine | deploy/examples/echo-bot.py http://127.0.0.1:8080

The token is the first line of standard input, or stands in GRAPEVINE_BOT_TOKEN. More URLs are other nodes, to go on at
when one has gone. Python 3 and nothing else.
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request


def reply(message):
    """What to answer; None: nothing."""
    if message["type"] != "text":
        return None
    if message["conversation"].startswith("g") and not message["text"].startswith("/echo "):
        return None  # In a group it speaks when it is spoken to.
    return message["text"].removeprefix("/echo ")


class Node:
    """Asks one node, and the next one when that does not answer."""

    def __init__(self, urls, token):
        self.urls = [url.rstrip("/") + "/bot/v1" for url in urls]
        self.token = token

    def ask(self, method, path, body=None):
        while True:
            request = urllib.request.Request(self.urls[0] + path, method=method)
            request.add_header("Authorization", "Bearer " + self.token)
            if body is not None:
                request.add_header("Content-Type", "application/json")
                request.data = json.dumps(body).encode()
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as error:
                if error.code not in (429, 503):
                    raise SystemExit(f"{method} {path}: {error.code} {error.read().decode()}")
                # What was refused was not done, or is done once: each message has its key.
                time.sleep(int(error.headers.get("Retry-After", "1")))
            except OSError:
                self.urls.append(self.urls.pop(0))
                time.sleep(0.5)


def answer(node, message):
    """Sends the reply, then marks the message read: after a crash in between it is sent again, under the same key."""
    path = "/conversations/" + message["conversation"]
    text = reply(message)
    if text:
        key = f"reply-{message['id']}"
        node.ask("POST", path + "/messages", {"text": text, "key": key})
    node.ask("PUT", path + "/read", {"through": message["id"]})


def main():
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        raise SystemExit(__doc__)
    token = os.environ.get("GRAPEVINE_BOT_TOKEN") or sys.stdin.readline().strip()
    node = Node(sys.argv[1:], token)
    print(f"I am {node.ask('GET', '/me')['name']}.", flush=True)
    while True:
        for message in node.ask("GET", "/updates?wait=25")["items"]:
            answer(node, message)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
