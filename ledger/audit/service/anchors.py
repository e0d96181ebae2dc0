"""The anchor file, read a second time: what was told to the world outside the database."""

from __future__ import annotations

import json
from pathlib import Path

from ledger.audit.errors import Wrong


class Anchored:
    """The hashes of the anchor file by community and number of the seal.

    Raises `Wrong` for a line that no sealer wrote. A last line without its end is
    one being written, and does not count.
    """

    def __init__(self, file: Path | None) -> None:
        self._hashes: dict[int, dict[int, bytes]] = {}
        if file is None or not file.exists():
            return
        with file.open(encoding="ascii", errors="replace") as lines:
            for number, line in enumerate(lines, start=1):
                if line.endswith("\n"):
                    self._read(line, f"line {number}")

    def pop(self, community: int, seal: int) -> bytes | None:
        """Take out the hash of a seal, or None if the file has none."""
        return self._hashes.get(community, {}).pop(seal, None)

    def rest(self, community: int) -> int | None:
        """The lowest number of a seal that was not taken out, or None."""
        return min(self._hashes.get(community, {}), default=None)

    def communities(self) -> set[int]:
        """The communities that the file knows."""
        return set(self._hashes)

    def _read(self, line: str, key: str) -> None:
        try:
            fields = json.loads(line)
            community, seal = int(fields["community"]), int(fields["number"])
            digest = bytes.fromhex(fields["hash"])
        except (ValueError, KeyError, TypeError) as error:
            raise Wrong("anchor file", key, "not the line of a seal") from error
        known = self._hashes.setdefault(community, {})
        if seal != len(known) + 1:
            raise Wrong("anchor file", key, f"seal {len(known) + 1} should come here, not {seal}")
        known[seal] = digest
