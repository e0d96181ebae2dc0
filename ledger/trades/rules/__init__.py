"""Pure decisions about trades: functions and tables of values."""

from ledger.trades.rules.recording import (
    DAYS_BACK,
    NO_SALT,
    SALT_BYTES,
    ensure_day,
    ensure_two_sides,
    is_near_ceiling,
    is_near_floor,
    memo_digest,
)

__all__ = [
    "DAYS_BACK",
    "NO_SALT",
    "SALT_BYTES",
    "ensure_day",
    "ensure_two_sides",
    "is_near_ceiling",
    "is_near_floor",
    "memo_digest",
]
