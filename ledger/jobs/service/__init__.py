"""Schedule work, send mail, and run what is due.

`schedule` and `send_mail` write into the caller's session: what they ask for
happens exactly if the caller commits. `run_due` takes the engine. `Rounds` does what is
done every so often, asked for or not.
"""

from ledger.jobs.service.mail import (
    Attachment,
    FileMailer,
    Mail,
    Mailer,
    SmtpMailer,
    SmtpServer,
    is_refused,
    mail_handler,
    message_of,
    send_mail,
)
from ledger.jobs.service.regular import Regular, Rounds
from ledger.jobs.service.runner import Handler, Handlers, Inside, Outside, Ran, run_due
from ledger.jobs.service.schedule import Payload, schedule, schedule_all, schedule_anew

__all__ = [
    "Attachment",
    "FileMailer",
    "Handler",
    "Handlers",
    "Inside",
    "Mail",
    "Mailer",
    "Outside",
    "Payload",
    "Ran",
    "Regular",
    "Rounds",
    "SmtpMailer",
    "SmtpServer",
    "is_refused",
    "mail_handler",
    "message_of",
    "run_due",
    "schedule",
    "schedule_all",
    "schedule_anew",
    "send_mail",
]
