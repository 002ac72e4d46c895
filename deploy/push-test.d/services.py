"""Push services for tests: APNs, FCM, a relay, and one of browsers, as strict as the real ones.

Runs under hypercorn, which speaks HTTP/2. What was taken is written to a file, one JSON object a line; what the tests
want to be answered stands in another file, which is read for each request:
{"gone": ["token", …], "status": 503, "reason": "…"}.
"""

import base64
import hashlib
import hmac
import json
import os
import time

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FOLDER = os.environ["SERVICES"]
TOKEN = "token-of-the-service-account"


def unpadded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def wanted():
    with open(f"{FOLDER}/wanted.json", encoding="utf-8") as file:
        return json.load(file)


def took(record):
    line = json.dumps({"at": time.time(), **record}, ensure_ascii=False) + "\n"
    with open(f"{FOLDER}/taken", "a", encoding="utf-8") as file:
        file.write(line)


def public_key(name):
    with open(f"{FOLDER}/{name}", "rb") as file:
        return serialization.load_pem_private_key(file.read(), None).public_key()


def claims(token, key):
    """Those of a JWT that the key has signed."""
    head, body, signature = token.split(".")
    signed, signature = f"{head}.{body}".encode(), unpadded(signature)
    if isinstance(key, ec.EllipticCurvePublicKey):
        assert json.loads(unpadded(head))["alg"] == "ES256" and len(signature) == 64
        numbers = utils.encode_dss_signature(
            int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
        key.verify(numbers, signed, ec.ECDSA(hashes.SHA256()))
    else:
        assert json.loads(unpadded(head))["alg"] == "RS256"
        key.verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
    return json.loads(unpadded(body)), json.loads(unpadded(head))


def apns(path, headers, body):
    token = path.removeprefix("/3/device/")
    now = time.time()
    try:
        says, head = claims(headers["authorization"].removeprefix("bearer "), public_key("apns.key"))
    except Exception:  # pylint: disable=broad-exception-caught
        return 403, {"reason": "InvalidProviderToken"}
    if says["iss"] != "TEAM567890" or head["kid"] != "KEY1234567":
        return 403, {"reason": "InvalidProviderToken"}
    if not now - 3600 < says["iat"] <= now + 60:
        return 403, {"reason": "ExpiredProviderToken"}
    if headers["apns-topic"] != "org.example.talk":
        return 400, {"reason": "TopicDisallowed"}
    if headers["apns-push-type"] != "alert" or headers["apns-priority"] not in ("5", "10"):
        return 400, {"reason": "BadPriority"}
    if not now < int(headers["apns-expiration"]) <= now + 86400 + 60:
        return 400, {"reason": "BadExpirationDate"}
    if not 0 < len(headers["apns-collapse-id"].encode()) <= 64:
        return 400, {"reason": "BadCollapseId"}
    if len(body) > 4096:
        return 413, {"reason": "PayloadTooLarge"}
    if not token or any(sign not in "0123456789abcdef" for sign in token):
        return 400, {"reason": "BadDeviceToken"}
    if token in wanted().get("gone", []):
        return 410, {"reason": "Unregistered", "timestamp": int(now * 1000)}
    payload = json.loads(body)
    alert = payload["aps"].get("alert")
    took({
        "service": "apns", "device": token, "id": headers["apns-id"], "badge": payload["aps"]["badge"],
        "text": alert and alert["body"], "title": alert and alert["title"], "custom": json.loads(payload["custom"]),
        "priority": headers["apns-priority"], "collapse": headers["apns-collapse-id"],
    })
    return 200, None


def fcm_token(body):
    form = dict(pair.split("=", 1) for pair in body.decode().split("&"))
    says, _ = claims(form["assertion"], public_key("fcm.key"))
    assert says["iss"] == "push@example.iam" and says["exp"] - says["iat"] <= 3600
    assert says["scope"].endswith("firebase.messaging")
    return 200, {"access_token": TOKEN, "expires_in": 3599, "token_type": "Bearer"}


def fcm(path, headers, body):
    if headers["authorization"] != f"Bearer {TOKEN}":
        return 401, {"error": {"status": "UNAUTHENTICATED"}}
    assert path == "/v1/projects/example/messages:send"
    message = json.loads(body)["message"]
    assert all(isinstance(value, str) for value in message["data"].values())
    if message["token"] in wanted().get("gone", []):
        return 404, {"error": {"status": "NOT_FOUND", "details": [{"errorCode": "UNREGISTERED"}]}}
    shown = message.get("notification", {})
    took({
        "service": "fcm", "device": message["token"], "id": message["data"]["id"], "text": shown.get("body"),
        "title": shown.get("title"), "badge": int(message["data"]["unread"]),
        "collapse": message["android"]["collapse_key"],
    })
    return 200, {"name": "projects/example/messages/1"}


def relay(headers, body):
    signed = headers["grapevine-timestamp"].encode() + b"." + body
    code = "v1=" + hmac.new(b"a secret of the relay that is long enough", signed, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(code, headers["grapevine-signature"]):
        return 401, None
    if abs(time.time() - int(headers["grapevine-timestamp"])) > 300:
        return 401, None
    message = json.loads(body)
    took({
        "service": "relay", "device": message["token"], "id": message["id"], "text": message.get("text"),
        "title": message.get("title"), "badge": message["unread"],
    })
    return 204, None


def browser(path, headers, body):
    """RFC 8291, written from its text and not from the code that it tests."""
    scheme, _, parameters = headers["authorization"].partition(" ")
    assert scheme == "vapid"
    named = dict(part.strip().split("=", 1) for part in parameters.split(","))
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unpadded(named["k"]))
    says, _ = claims(named["t"], key)
    now = time.time()
    if says["aud"] != "https://" + headers["host"] or not now < says["exp"] <= now + 86400:
        return 403, None
    if not says["sub"].startswith("mailto:") or headers["content-encoding"] != "aes128gcm":
        return 400, None
    if int(headers["ttl"]) < 0 or len(headers["topic"]) > 32:
        return 400, None
    if len(body) > 4096:
        return 413, None
    if path in wanted().get("gone", []):
        return 410, None
    with open(f"{FOLDER}/browser.key", "rb") as file:
        own = serialization.load_pem_private_key(file.read(), None)
    secret = b"sixteen bytes ok"
    salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
    sender, sealed = body[21:21 + length], body[21 + length:]
    assert size == 4096 and len(sealed) <= size
    point = own.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    shared = own.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))

    def derive(material, salt, info, length):
        return HKDF(hashes.SHA256(), length, salt, info).derive(material)

    material = derive(shared, secret, b"WebPush: info\0" + point + sender, 32)
    content = AESGCM(derive(material, salt, b"Content-Encoding: aes128gcm\0", 16)).decrypt(
        derive(material, salt, b"Content-Encoding: nonce\0", 12), sealed, None)
    assert content.endswith(b"\x02")
    message = json.loads(content[:-1])
    took({
        "service": "browser", "device": path, "text": message["body"], "title": message["title"],
        "badge": message["unread"], "collapse": headers["topic"],
    })
    return 201, None


def answer(path, headers, body):
    failing = wanted()
    if "status" in failing and path != "/token":
        return failing["status"], {"reason": failing.get("reason", "")}
    if path.startswith("/3/device/"):
        return apns(path, headers, body)
    if path == "/token":
        return fcm_token(body)
    if path.startswith("/v1/projects/"):
        return fcm(path, headers, body)
    if path == "/relay":
        return relay(headers, body)
    if path.startswith("/browser/"):
        return browser(path, headers, body)
    if path == "/elsewhere":
        return 302, None
    return 404, None


async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    body = b""
    while True:
        event = await receive()
        if event["type"] == "http.disconnect":
            return
        body += event.get("body", b"")
        if not event.get("more_body"):
            break
    headers = {name.decode(): value.decode() for name, value in scope["headers"]}
    try:
        status, says = answer(scope["path"], headers, body)
    except Exception as error:  # pylint: disable=broad-exception-caught
        took({"service": "refused", "path": scope["path"], "why": repr(error)})
        status, says = 400, {"reason": repr(error)}
    if wanted().get("http_version") == scope["http_version"]:
        took({"service": "protocol", "version": scope["http_version"]})
    content = json.dumps(says).encode() if says is not None else b""
    fields = [(b"content-type", b"application/json")]
    if status == 302:
        fields.append((b"location", b"https://127.0.0.1/3/device/00"))
    await send({"type": "http.response.start", "status": status, "headers": fields})
    await send({"type": "http.response.body", "body": content})
