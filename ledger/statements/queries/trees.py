"""The trees over closings: where an account's leaf lies, and the siblings up to the root.

A proof needs one digest for each level, but a level is made from all leaves. A closing is
frozen, so its tree is built from its lines once in each process and kept, 64 bytes for
each account; whoever comes next reads their own line alone. Stored nodes would double the
rows of every closing and be one thing more that could be wrong.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from sqlalchemy.orm import Session

from ledger.kernel.merkle import merkle_levels, merkle_path
from ledger.statements.model import ClosingLine
from ledger.statements.queries.closings import ClosingView, lines
from ledger.statements.rules.proofs import Proof

_MOST = 4
"""So many trees are kept: after a closing everybody asks for the newest."""

Levels = list[list[bytes]]

_trees: OrderedDict[bytes, Levels] = OrderedDict()
_at_the_trees = Lock()


def proof_in(
    session: Session, community_id: int, closed: ClosingView, account: int
) -> Proof | None:
    """That an account's line is in this closing; None where there is none.

    Reads the line by its key, and all lines only where the tree is not kept.
    """
    line = session.get(ClosingLine, (community_id, closed.month.key, account))
    if line is None:
        return None
    path = merkle_path(_levels(session, community_id, closed), line.place)
    return Proof(line.salt, line.place, tuple(path), closed.head)


def _levels(session: Session, community_id: int, closed: ClosingView) -> Levels:
    """The tree of a closing. It is kept under its root, which says what it is made of.

    One that does not come to the root that was closed is handed out once, to be found wrong
    by whoever checks, and never kept.
    """
    with _at_the_trees:
        if closed.head.root in _trees:
            _trees.move_to_end(closed.head.root)
            return _trees[closed.head.root]
    levels = merkle_levels([line.leaf() for line in lines(session, community_id, closed.month)])
    if levels[-1] == [closed.head.root]:
        with _at_the_trees:
            _trees[closed.head.root] = levels
            while len(_trees) > _MOST:
                _trees.popitem(last=False)
    return levels
