"""Schedule work, send mail, and run what is due.

`schedule` and `send_mail` write into the caller's session: what they ask for
happens exactly if the caller commits. `run_due` takes the engine. `Rounds` does what is
done every so often, asked for or not.
"""

from ledger.jobs.service.mail import (
    FileMailer,
    Mail,
    Mailer,
    SmtpMailer,
    SmtpServer,
    mail_handler,
    send_mail,
)
from ledger.jobs.service.regular import Regular, Rounds
from ledger.jobs.service.runner import Handler, Handlers, Outside, Ran, run_due
from ledger.jobs.service.schedule import Payload, schedule

__all__ = [
    "FileMailer",
    "Handler",
    "Handlers",
    "Mail",
    "Mailer",
    "Outside",
    "Payload",
    "Ran",
    "Regular",
    "Rounds",
    "SmtpMailer",
    "SmtpServer",
    "mail_handler",
    "run_due",
    "schedule",
    "send_mail",
]
