"""The files by which others join and cite the project agree with the package."""

import importlib
import inspect
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

import skrnn
import skrnn.forecasting

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
WORKFLOW = yaml.safe_load((ROOT / ".github/workflows/tests.yml").read_text(encoding="utf-8"))


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def steps_of(job):
    return [step["run"] for step in WORKFLOW["jobs"][job]["steps"] if "run" in step]


def test_workflow_tests_every_python_that_is_named():
    prefix = "Programming Language :: Python :: 3."
    named = {
        c.rpartition(" ")[2] for c in PYPROJECT["project"]["classifiers"] if c.startswith(prefix)
    }
    matrix = WORKFLOW["jobs"]["tests"]["strategy"]["matrix"]
    assert set(matrix["python"]) == named
    assert PYPROJECT["project"]["requires-python"] == f">={min(named)}"
    assert {case["os"] for case in matrix["include"]} == {"macos-latest", "windows-latest"}


def test_workflow_tests_as_the_readme_does():
    [command] = re.findall(r"^python3 -m venv .*pytest.*$", read("README.md"), re.MULTILINE)
    assert steps_of("tests")[-1] == command.rpartition(".venv/bin/")[2]


@pytest.mark.parametrize(
    ("job", "python", "words"),
    [("oldest", "python3.11", "-c tests/oldest.txt"), ("newest", "python3", "'pandas>=3'")],
)
def test_workflow_finds_the_command_of_the_contributing_page(job, python, words):
    [script] = steps_of(job)
    find = re.search(r"command=\$\((.*)\)", script)[1]
    command = subprocess.run(
        ["bash", "-c", find], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert command.split()[:3] == [python, "-m", "venv"]
    assert words in command
    for path in re.findall(r"tests/\S+", command):
        assert (ROOT / path).exists(), path
    assert (find in read(".ci/run")) == (job == "newest")


def test_hooks_are_the_linters_of_the_gate():
    config = yaml.safe_load(read(".pre-commit-config.yaml"))
    entries = {hook["entry"] for repo in config["repos"] for hook in repo["hooks"]}
    gate = read(".ci/run")
    for entry in entries:
        command = " ".join(word for word in entry.split() if word != "--force-exclude")
        assert re.search(rf"^{command}\b", gate, re.MULTILINE), command
    assert len(entries) == len(config["repos"][0]["hooks"])


def test_citation_and_changelog_name_this_version():
    citation = yaml.safe_load(read("CITATION.cff"))
    assert citation["version"] == skrnn.__version__
    assert citation["license"] == PYPROJECT["project"]["license"]
    assert citation["repository-code"] == PYPROJECT["project"]["urls"]["Repository"]
    newest = re.search(r"^## (\S+)", read("CHANGELOG.md"), re.MULTILINE)[1]
    assert newest == skrnn.__version__.removesuffix(".dev0")


@pytest.mark.parametrize("form", ["bug.yml", "idea.yml"])
def test_issue_forms_have_what_a_form_needs(form):
    content = yaml.safe_load(read(f".github/ISSUE_TEMPLATE/{form}"))
    assert {"name", "description", "body"} <= set(content)
    ids = [field["id"] for field in content["body"]]
    assert len(ids) == len(set(ids))
    assert all(field["attributes"]["label"] for field in content["body"])


@pytest.mark.parametrize(
    "name", ["CHANGELOG.md", "CONTRIBUTING.md", "CODE_OF_CONDUCT.md", "SECURITY.md"]
)
def test_links_between_the_files_lead_somewhere(name):
    repository = PYPROJECT["project"]["urls"]["Repository"]
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", read(name)):
        path = target.removeprefix(f"{repository}/blob/main/")
        assert (ROOT / path).is_file(), target


def test_conda_recipe_needs_what_the_package_needs():
    recipe = yaml.safe_load(read("recipe/meta.yaml"))
    project = PYPROJECT["project"]
    assert recipe["package"] == {"name": project["name"], "version": skrnn.__version__}
    run = [line.replace(" ", "") for line in recipe["requirements"]["run"]]
    assert run == [f"python{project['requires-python']}", *project["dependencies"]]
    host = [line.replace(" ", "") for line in recipe["requirements"]["host"]]
    assert host == [run[0], "pip", *PYPROJECT["build-system"]["requires"]]
    assert recipe["about"]["summary"] == project["description"]
    assert recipe["about"]["license"] == project["license"]
    extra = [line.replace(" ", "") for line in recipe["test"]["requires"]]
    assert set(project["optional-dependencies"]["sktime"]) <= set(extra)


def test_placeholders_for_sktime_have_the_parameters_and_tags(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "recipe"))
    source = importlib.import_module("sktime_placeholder").module()
    absent = {}
    monkeypatch.setattr("sktime.utils.dependencies._placeholder_record", lambda _: lambda cls: cls)
    exec(compile(source, "skrnn.py", "exec"), absent)
    for name in ("AutoRNNForecaster", "RNNForecaster"):
        forecaster = getattr(skrnn.forecasting, name)
        shown = absent[name]
        assert shown is not forecaster
        parameters, expected = (
            [(p.name, p.kind, p.default) for p in inspect.signature(cls).parameters.values()]
            for cls in (shown, forecaster)
        )
        assert parameters == expected
        assert shown._tags == forecaster._tags | {"python_dependencies": "skrnn>=0.2.0"}
