"""The names of all tests, as sentences with their kind in front: `unit: a key has one name in three spellings`."""

import pathlib
import re
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "architecture"))

import test_names  # noqa: E402  (it lies beside its own kind)


def cpp_tests():
    for path in test_names.cpp_files():
        for macro, name in test_names.doctest_names(path.read_text()):
            if macro.startswith("TEST_CASE"):
                yield f"{path.parent.name}: {name}", path


def python_tests():
    for path in test_names.python_files():
        for name in test_names.python_names(path.read_text()):
            yield f"{path.parent.name}: {name.removeprefix('test_').replace('_', ' ')}", path


def histories():
    for path in sorted((ROOT / "tests/linearizability").glob("*.cpp")):
        for macro, name in test_names.doctest_names(path.read_text()):
            if macro.startswith("TEST_CASE"):
                yield f"linearizability: {name}", path


def ctest_entries():
    """Those that no file of tests names; what CMake fills in reads as `…`."""
    for kind, file, call in (("simulation", "simulation/CMakeLists.txt", r'sessgate_simulation\("([^"]+)"'),
                             ("timing", "CMakeLists.txt", r'add_test\(NAME "timing: ([^"]+)"')):
        path = ROOT / "tests" / file
        for name in re.findall(call, path.read_text()):
            yield f"{kind}: {re.sub(r'[$]{.*?}', '…', name)}", path


def package_tests():
    for path in sorted((ROOT / "tests/packages").glob("test_*.py")):
        for name in test_names.python_names(path.read_text()):
            yield f"packages: {name.removeprefix('test_').replace('_', ' ')}", path


def model_runs():
    path = ROOT / "tests/model/runs.toml"
    runs = tomllib.loads(path.read_text())
    for run in runs["holds"] + runs["broken"]:
        yield f"model: {run['name']}", path


def fuzz_targets():
    for path in sorted((ROOT / "tests/fuzz").glob("*.cpp")):
        yield f"fuzz: {path.stem}", path


def all_tests():
    """Path of each test's file by its name, in the order of the files."""
    found = {}
    for source in (cpp_tests, python_tests, histories, ctest_entries, package_tests, model_runs, fuzz_targets):
        for name, path in source():
            found.setdefault(name, path.relative_to(ROOT))
    return found


if __name__ == "__main__":
    print("\n".join(all_tests()))
