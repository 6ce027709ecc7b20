"""A small transit engine on a loopback socket: real keys in versions, real HTTP, and what can go wrong with it."""

import base64
import json
import os
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_FORM = re.compile(r"vault:v(\d+):(.*)")


class Refused(Exception):
    """The engine's 400."""


class Kms(ThreadingHTTPServer):
    """`status` (503 sealed, 403) and `delay` spoil every answer; `asked` counts requests by operation."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, key="hushgate", token="root-token", namespace=None):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.key, self.token, self.namespace = key, token, namespace
        self.versions = {1: AESGCM(AESGCM.generate_key(256))}
        self.minimum, self.status, self.delay, self.garbage = 1, 0, 0.0, None
        self.asked = {}

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()

    def rotate(self):
        self.versions[max(self.versions) + 1] = AESGCM(AESGCM.generate_key(256))

    def encrypt(self, item):
        version = item.get("key_version") or max(self.versions)
        nonce = os.urandom(12)
        sealed = self.versions[version].encrypt(nonce, base64.b64decode(item["plaintext"], validate=True), None)
        return {"ciphertext": f"vault:v{version}:{base64.b64encode(nonce + sealed).decode()}"}

    def decrypt(self, item):
        match = _FORM.fullmatch(item["ciphertext"])
        if not match or int(match[1]) not in self.versions:
            raise Refused("invalid ciphertext")
        if int(match[1]) < self.minimum:
            raise Refused("ciphertext or signature version is disallowed by policy (too old)")
        raw = base64.b64decode(match[2])
        try:
            return {"plaintext": base64.b64encode(self.versions[int(match[1])].decrypt(raw[:12], raw[12:], None)).decode()}
        except (InvalidTag, ValueError):
            raise Refused("cipher: message authentication failed") from None

    def rewrap(self, item):
        return self.encrypt({**self.decrypt(item), "key_version": item.get("key_version")})


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def do_GET(self):
        self._serve(None)

    def do_POST(self):
        self._serve(json.loads(self.rfile.read(int(self.headers["content-length"]))))

    def _serve(self, body):
        kms = self.server
        time.sleep(kms.delay)
        _, _, mount, operation, key = self.path.split("/")
        kms.asked[operation] = kms.asked.get(operation, 0) + 1
        if kms.garbage is not None:
            return self._answer(200, kms.garbage)
        if kms.status:
            return self._answer(kms.status, {"errors": ["Vault is sealed" if kms.status == 503 else "permission denied"]})
        if self.headers["x-vault-token"] != kms.token or self.headers["x-vault-namespace"] != kms.namespace:
            return self._answer(403, {"errors": ["permission denied"]})
        if (mount, key) != ("transit", kms.key):
            return self._answer(404, {"errors": []})
        if operation == "keys":
            return self._answer(200, {"data": {"latest_version": max(kms.versions), "min_decryption_version": kms.minimum}})
        return self._operate(getattr(kms, operation), body)

    def _operate(self, do, body):
        try:
            if "batch_input" not in body:
                return self._answer(200, {"data": do(body)})
        except Refused as error:
            return self._answer(400, {"errors": [str(error)]})
        results = []
        for item in body["batch_input"]:
            try:
                results.append(do(item))
            except Refused as error:
                results.append({"error": str(error)})
        return self._answer(400 if any("error" in one for one in results) else 200, {"data": {"batch_results": results}})

    def _answer(self, status, document):
        content = document if isinstance(document, bytes) else json.dumps(document).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
