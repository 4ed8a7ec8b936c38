"""The example of the TypeScript client opens a case, where its packages are installed."""

import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from tests.patience import PATIENCE
from tests.service import VAASA, Service, identity_code

CLIENT = Path(__file__).parents[2] / "clients" / "typescript"
COMPILER = CLIENT / "node_modules" / "typescript" / "bin" / "tsc"
NODE = shutil.which("node")


def run(folder: Path, service: Service, code: str) -> subprocess.CompletedProcess[str]:
    """Run the example for a person; the lists it waits for are brought up to date meanwhile."""
    assert NODE is not None
    example = partial(
        subprocess.run,
        [NODE, folder / "open.js", code],
        env={**os.environ, "CASES_SERVER": service.url, "CASES_TOKEN": service.token(VAASA)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    with ThreadPoolExecutor(1) as thread:
        ran = thread.submit(example)
        while not ran.done():
            service.settle()
        return ran.result()


@pytest.mark.guarantee("AP-16")
@pytest.mark.skipif(
    NODE is None or not COMPILER.exists() or not (CLIENT / "src" / "api.d.ts").exists(),
    reason="the client is not made on this machine: see clients/typescript/README.md",
)
def test_the_example_opens_a_case_and_finds_it_again(service: Service, tmp_path: Path) -> None:
    assert NODE is not None
    # Beside its packages, which Node looks for from where the program is.
    build = CLIENT / "build" / tmp_path.name
    try:
        # Types are checked by .ci/typescript, which takes longer.
        compiled: list[str | Path] = [NODE, COMPILER, "--noCheck", "-p", CLIENT, "--outDir", build]
        subprocess.run(compiled, check=True, timeout=PATIENCE)
        code = identity_code()
        service.secrets.add(code)
        opened = run(build, service, code)
        assert (opened.returncode, opened.stderr) == (0, "")
        assert opened.stdout == "assessment to start, by 2027-09-16 (14.2)\n"
        facts = service.facts()
        assert run(build, service, code).stdout == opened.stdout
        assert service.facts() == facts

        refused = run(build, service, code[:-1] + ("A" if code[-1] != "A" else "B"))
        assert refused.returncode == 1
        assert refused.stderr.startswith("malformed-request ")
        assert "#/identityCode: This is not a Finnish personal identity code." in refused.stderr
    finally:
        shutil.rmtree(build, ignore_errors=True)
