"""Taking in the books that a community kept before: its members and its trades.

First everything is read (`read_into`, without the database), then judged against what the
community has (`judge`, which writes nothing), then taken (`take`), all or nothing. History is
taken as fact: it may pass a limit, and the report names the accounts it left outside.
What stands here already is passed over.
"""

from ledger.trades.service.importing import documents
from ledger.trades.service.importing.judging import judge
from ledger.trades.service.importing.outlook import FundLine, ImportReport, Outlook
from ledger.trades.service.importing.reading import (
    Files,
    Way,
    import_history,
    reading_of,
    staged,
)
from ledger.trades.service.importing.staging import MOST_NAMED, Stage
from ledger.trades.service.importing.taking import take

__all__ = [
    "MOST_NAMED",
    "Files",
    "FundLine",
    "ImportReport",
    "Outlook",
    "Stage",
    "Way",
    "documents",
    "import_history",
    "judge",
    "reading_of",
    "staged",
    "take",
]
