"""What all members cannot decide as it was asked: constitutions, elections and recalls."""

from __future__ import annotations

from ledger.kernel.errors import Conflict, Forbidden, NotFound, Refused


class ConstitutionUnreadable(Refused):
    """A constitution lacks something, or says what none can. Fact: `article`, the field's name."""

    code = "governance.constitution_unreadable"


class ChoiceUnknown(Refused):
    """A secret ballot names something that can't be voted for."""

    code = "governance.choice_unknown"
    field = "choice"


class VoteUnknown(NotFound):
    """There is no such vote of all members in this community."""

    code = "governance.vote_unknown"


class NotOnRoll(Forbidden):
    """This person votes for no cell that is on the roll."""

    code = "governance.not_on_roll"


class VotedAlready(Conflict):
    """The cell has voted, for good."""

    code = "governance.voted_already"


class FormUsed(Conflict):
    """Another ballot came from this form: it has to be opened anew."""

    code = "governance.form_used"


class VoteOpen(Conflict):
    """A vote about the same is not over yet. Fact: `vote`, its number."""

    code = "governance.vote_open"


class NothingChanged(Refused):
    """The proposed constitution says what the one in force says."""

    code = "governance.nothing_changed"


class OutOfDate(Conflict):
    """Another version of the constitution came into force in between."""

    code = "governance.out_of_date"


class NoVoter(Forbidden):
    """Only who votes for a cell of 30 days can do this."""

    code = "governance.no_voter"


class NoSeats(Refused):
    """No seat is vacant or about to be: nobody is to be elected."""

    code = "governance.no_seats"


class NotASteward(Refused):
    """This person holds no seat on the committee."""

    code = "governance.not_a_steward"
    field = "person"


class SeatedAlready(Refused):
    """This person holds a seat whose term goes on."""

    code = "governance.seated_already"
    field = "person"


class TermsOver(Refused):
    """This person has served as many terms in a row as the constitution allows. Fact: `terms`."""

    code = "governance.terms_over"
    field = "person"


class AuditsNow(Refused):
    """An auditor holds no other role."""

    code = "governance.audits_now"
    field = "person"


class NamedAlready(Refused):
    """This person is named already."""

    code = "governance.named_already"
    field = "person"


class CandidacyUnknown(NotFound):
    """This person is not named in this election."""

    code = "governance.candidacy_unknown"


class ConstitutionUnknown(NotFound):
    """There is no such version of the constitution."""

    code = "governance.constitution_unknown"
