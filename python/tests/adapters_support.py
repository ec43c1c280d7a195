"""Runs without a server, and what they told: read back from the spool, as a server would read it."""

import glob
import json
import os
import struct
import tempfile
import unittest

import loopbook


class AdapterTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        # A server of the machine's own is not to be told.
        os.environ["LOOPBOOK_URL"] = "http://127.0.0.1:9"
        self.run_ = loopbook.attach(
            os.path.join(self.folder.name, f"{self.id()}.ipynb"),
            spool=os.path.join(self.folder.name, "spool"),
            system=False,
            output=None,
            signals=False,
        )
        self.addCleanup(lambda: self.run_.finish(seconds=0))

    def wants(self, state="go", changes=()):
        """As if the server had said so just now."""
        self.wish = getattr(self, "wish", 0) + 1
        listed = [{"id": f"c{at}", "values": one, "reason": None, "by": "ana"} for at, one in enumerate(changes)]
        self.run_.news(
            {"revision": self.wish, "wanted": {"state": state, "wishId": str(self.wish), "by": "ana"}, "changes": listed, "answers": []}
        )

    def told(self, type_=None):
        """All facts, or those of one type."""
        return [fact for fact in self._records()[0] if type_ in (None, fact["type"])]

    def points(self, name):
        """Steps and values of a series."""
        return [(step, values[name]) for step, values in self._records()[1] if name in values]

    def shown(self):
        """The last of what was shown, by name."""
        return {fact["name"]: fact["shown"]["data"] for fact in self.told("show")}

    def _records(self):
        facts, rows, shapes = [], [], {}
        pattern = os.path.join(self.folder.name, "spool", "*", "*", "*.log")
        for path in sorted(glob.glob(pattern)):
            with open(path, "rb") as file:
                content = file.read()
            at = 0
            while at + 8 <= len(content):
                length, kind, padding, shape = struct.unpack_from("<IBBH", content, at)
                if length == 0:
                    break
                body = content[at + 8 : at + length - padding]
                if kind == 1:
                    facts.append(json.loads(body))
                elif kind == 2:
                    shapes[shape] = json.loads(body)
                else:
                    _, step = struct.unpack_from("<dq", body)
                    values = struct.unpack_from(f"<{len(shapes[shape])}d", body, 16)
                    rows.append((step, dict(zip(shapes[shape], values))))
                at += length
        return facts, rows
