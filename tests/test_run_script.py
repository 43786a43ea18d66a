"""How a checkout starts: `run` on a machine with only a shell, its tools, and a Python that plays its part.

Door: processes; nothing is fetched.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TOOLS = ("cat", "chmod", "cksum", "cp", "dirname", "id", "mkdir", "readlink", "rm", "sed", "sh")

PYTHON = """\
#!/bin/sh
case "$*" in
    "-m venv --without-pip "*) mkdir -p "$4/bin" && cp "$0" "$4/bin/python" ;;
    "-m pip --version") ;;
    "-m pip install "*)
        if [ -e "$INSTALLS.fail" ]; then exit 1; fi
        echo install >>"$INSTALLS"
        printf '#!/bin/sh\\npwd\\nprintf "<%%s>" "$@"\\n' >"${0%/python}/monitor"
        chmod +x "${0%/python}/monitor" ;;
    *) exec "$REAL" "$@" ;;
esac
"""

OLD = """\
#!/bin/sh
case $1 in
    -V) echo Python 3.9.2 ;;
    -c) exec "$REAL" -c "import sys; sys.version_info = (3, 9, 2); $2" ;;
esac
"""

BARE = PYTHON.replace('"-m pip --version") ;;', '"-m pip --version" | "-m ensurepip") exit 1 ;;')


@dataclass(frozen=True, slots=True)
class Checkout:
    folder: Path
    elsewhere: Path
    path: Path
    installs: Path

    def python(self, script: str) -> None:
        command = self.path / "python3"
        command.write_text(script)
        command.chmod(0o755)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        env = {"PATH": str(self.path), "HOME": "/nonexistent", "REAL": sys.executable, "INSTALLS": str(self.installs)}
        return subprocess.Popen(
            [self.folder / "run", *arguments],
            cwd=self.elsewhere,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str) -> tuple[int, str, str]:
        process = self.start(*arguments)
        out, err = process.communicate(timeout=60)
        return process.returncode, out, err

    def installed(self) -> int:
        return len(self.installs.read_text().splitlines()) if self.installs.exists() else 0


@pytest.fixture
def checkout(tmp_path):
    made = Checkout(tmp_path / "a check out", tmp_path / "else where", tmp_path / "bin", tmp_path / "installs")
    for folder in (made.folder, made.elsewhere, made.path):
        folder.mkdir()
    for tool in TOOLS:
        (made.path / tool).symlink_to(shutil.which(tool) or pytest.fail(f"this machine has no {tool}"))
    shutil.copy(ROOT / "run", made.folder)
    shutil.copy(ROOT / "pyproject.toml", made.folder)
    shutil.copytree(ROOT / "requirements", made.folder / "requirements")
    made.python(PYTHON)
    return made


def test_help_needs_nothing_installed(checkout):
    (checkout.path / "python3").unlink()
    code, out, _ = checkout.run()
    assert code == 0
    assert "./run demo" in out
    assert "./run test" in out
    assert checkout.run("help") == (0, out, "")


def test_a_command_runs_where_the_user_stands_with_its_arguments_whole(checkout):
    code, out, _ = checkout.run("check", "two words", "")
    assert code == 0
    assert out == f"{checkout.elsewhere}\n<check><two words><>"


def test_the_second_start_installs_nothing(checkout):
    checkout.run("status")
    first = checkout.installed()
    _, _, err = checkout.run("status")
    assert first == 3
    assert checkout.installed() == first
    assert err == ""


def test_a_changed_lock_is_installed_again(checkout):
    checkout.run("status")
    before = checkout.installed()
    with (checkout.folder / "requirements" / "monitor.txt").open("a") as lock:
        lock.write("# changed\n")
    checkout.run("status")
    assert checkout.installed() == before + 1


def test_starts_at_the_same_moment_install_once(checkout):
    starts = [checkout.start("status") for _ in range(4)]
    answers = [process.communicate(timeout=60)[0] for process in starts]
    assert [process.returncode for process in starts] == [0] * 4
    assert len(set(answers)) == 1
    assert checkout.installed() == 3


def test_a_python_too_old_is_named(checkout):
    checkout.python(OLD)
    code, out, err = checkout.run("demo")
    assert (code, out) == (1, "")
    assert "needs Python 3.11 or newer, and python3 is Python 3.9.2" in err
    assert not (checkout.folder / ".venv").exists()


def test_no_python_at_all_is_said(checkout):
    (checkout.path / "python3").unlink()
    code, _, err = checkout.run("demo")
    assert code == 1
    assert "python3 is not there" in err


def test_a_debian_without_ensurepip_is_told_the_one_command(checkout):
    checkout.python(BARE)
    code, _, err = checkout.run("demo")
    assert code == 1
    assert f"apt-get install python3.{sys.version_info[1]}-venv" in err
    assert checkout.installed() == 0


def test_a_failed_install_is_taken_up_again(checkout):
    broken = checkout.installs.with_suffix(".fail")
    broken.touch()
    assert checkout.run("demo")[0] == 1
    broken.unlink()
    code, out, _ = checkout.run("demo")
    assert code == 0
    assert out.endswith("<demo>")


def test_an_environment_whose_python_is_gone_is_made_anew(checkout):
    checkout.run("demo")
    (checkout.folder / ".venv" / "bin" / "python").unlink()
    code, out, _ = checkout.run("demo")
    assert code == 0
    assert out.endswith("<demo>")
    assert checkout.installed() == 6
