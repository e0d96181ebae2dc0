"""What trades refuses. A refusal names figures of one's own account only."""

from __future__ import annotations

from ledger.kernel.errors import Conflict, Forbidden, NotFound, Refused


class OnlyLooking(Forbidden):
    """This person may look at the cell's books, not record for it."""

    code = "trades.only_looking"


class WithOneself(Refused):
    """A cell does not trade with itself."""

    code = "trades.with_oneself"
    field = "other"


class UnknownOther(Refused):
    """No cell of the community has this number or name."""

    code = "trades.unknown_other"
    field = "other"


class SeveralOthers(Refused):
    """The name fits several cells."""

    code = "trades.several_others"
    field = "other"


class OtherClosed(Refused):
    """The other's account is closed."""

    code = "trades.other_closed"
    field = "other"


class TheirLimit(Refused):
    """The trade would pass the other's limit; how much that is, is theirs to know."""

    code = "trades.their_limit"
    field = "amount"


class TheirLimitSeen(TheirLimit):
    """The same where members see each other's balances. Fact: `left`, their room."""

    code = "trades.their_limit_seen"


class DayAhead(Refused):
    """A trade is recorded once it has happened. Fact: `today`."""

    code = "trades.day_ahead"
    field = "occurred_on"


class DayTooOld(Refused):
    """Longer ago than people remember alike. Fact: `earliest`."""

    code = "trades.day_too_old"
    field = "occurred_on"


class NoSuchReceipt(NotFound):
    """No receipt has this address."""

    code = "trades.no_such_receipt"


class NoSuchTrade(NotFound):
    """The cell is no side of such a trade."""

    code = "trades.no_such_trade"


class MovedOn(Conflict):
    """The trade is not in a state in which this can be done. Fact: `state`."""

    code = "trades.moved_on"


class NotTheirs(Forbidden):
    """The other side of the trade decides this."""

    code = "trades.not_theirs"


class ReasonMissing(Refused):
    """The other side is owed a reason."""

    code = "trades.reason_missing"
    field = "reason"


class NoSuchPlan(NotFound):
    """The cell has no such planned trade."""

    code = "trades.no_such_plan"


class PlanTooSoon(Refused):
    """What happens today or happened before is recorded, not planned."""

    code = "trades.plan_too_soon"
    field = "first_on"


class PlanTooFar(Refused):
    """Nobody knows what will be then. Fact: `latest`."""

    code = "trades.plan_too_far"
    field = "first_on"


class PlannerLeft(Forbidden):
    """Who made the plan may no longer record for the cell."""

    code = "trades.planner_left"


class StillWaiting(Refused):
    """Trades of the cell wait for an answer. Fact: `count`."""

    code = "trades.still_waiting"


class ImportRefused(Refused):
    """Some lines are bad, so none was taken. `lines` holds a `formats.BadLine` for each."""

    code = "trades.import_refused"


class TooManySlips(Refused):
    """More lines than one grid takes. Fact: `most`."""

    code = "trades.too_many_slips"


class TooManyStacks(Refused):
    """So many stacks are begun that no other may be. Fact: `most`."""

    code = "trades.too_many_stacks"


class StackMoved(Conflict):
    """Somebody saved the stack since it was opened here. Facts: `name`, `moment`."""

    code = "trades.stack_moved"


class StackGone(Conflict):
    """The stack was booked or thrown away since it was opened here."""

    code = "trades.stack_gone"


class NoSuchStack(NotFound):
    """No such stack waits here."""

    code = "trades.no_such_stack"


class BookUnreadable(Refused):
    """A book is named by a few letters or digits."""

    code = "trades.book_unreadable"
    field = "book"


class SlipCounted(Refused):
    """The slip was typed before, and counts once. Facts: `slip`, `day` of typing."""

    code = "trades.slip_counted"
    field = "number"


class SlipTwice(Refused):
    """The slip stands in an earlier line of the same grid. Fact: `slip`."""

    code = "trades.slip_twice"
    field = "number"


class NotInBook(Refused):
    """The book that was printed here has fewer slips. Facts: `book`, `last`."""

    code = "trades.not_in_book"
    field = "number"


class SeveralCells(Refused):
    """The name fits several cells, and only a number tells which."""

    code = "trades.several_cells"


class SideFrozen(Refused):
    """The cell that would send cannot, while it is frozen. Fact: `account`."""

    code = "trades.side_frozen"
    field = "from"


class SideClosed(Refused):
    """One of the two accounts is closed. Fact: `account`."""

    code = "trades.side_closed"


class SideLimit(Refused):
    """It would pass the limit of one of the two; how much that is, is theirs to know.

    Fact: `account`.
    """

    code = "trades.side_limit"
    field = "amount"


class BookUsed(Conflict):
    """Slips of this book were printed or typed before. Fact: `book`."""

    code = "trades.book_used"
    field = "book"


class NoSuchBook(NotFound):
    """No such book was made here."""

    code = "trades.no_such_book"


class ObjectionTooLate(Refused):
    """The days in which one may object are over. Fact: `until`."""

    code = "trades.objection_too_late"
    field = "objection"


class ObjectedBefore(Conflict):
    """The cell has objected to this already."""

    code = "trades.objected_before"


class NoSuchObjection(NotFound):
    """The community has no such objection."""

    code = "trades.no_such_objection"


class ObjectionOver(Conflict):
    """The objection is ended."""

    code = "trades.objection_over"


class NotInOwnCause(Forbidden):
    """Who objected, or acts for one of the two cells, does not judge it."""

    code = "trades.not_in_own_cause"


class AnswerMissing(Refused):
    """Both cells are owed an answer."""

    code = "trades.answer_missing"
    field = "answer"


class NoSuchIntake(NotFound):
    """No upload of earlier books has this number in the community."""

    code = "trades.no_such_intake"


class IntakeElsewhere(Conflict):
    """The upload has moved on: it waits for a signature, or is over. Fact: `state`."""

    code = "trades.intake_elsewhere"


class FilesMissing(Refused):
    """A file that this layout needs was not sent, or is empty."""

    code = "trades.files_missing"
    field = "members_file"


class TradesMissing(FilesMissing):
    """The same of the file of trades."""

    code = "trades.trades_missing"
    field = "trades_file"


class NoTradesWanted(Refused):
    """The layout has no file of trades."""

    code = "trades.no_trades_wanted"
    field = "trades_file"
