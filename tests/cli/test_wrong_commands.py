"""A wrong command ends with exit code 2 and a message that says what to write instead; nothing is written, nothing traced."""

import pytest


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["rnu", "shed.yaml"], "Write 'run'"),
        (["frobnicate"], "The commands are: run, "),
        (["run"], "Missing argument 'SCENARIO'"),
        (["run", "shet.yaml"], "did you mean 'shed.yaml'?"),
        (["run", "nowhere/at/all.yaml"], "there is no file 'nowhere/at/all.yaml'"),
        (["run", "."], "is a directory"),
        (["run", "shed.yaml", "--seeds", "3"], "--seed"),
        (["run", "shed.yaml", "--seed", "many"], "'many' is no whole number"),
        (["run", "shed.yaml", "--seed", "-1"], "-1 is not between 0 and"),
        (["run", "shed.yaml", "--seed", str(2**64)], "is not between 0 and"),
        (["run", "shed.yaml", "-n", "0"], "0 is not between 1 and"),
        (["run", "shed.yaml", "--sampling", "sobol"], "'sobol' is not one of 'random', 'latin-hypercube'"),
        (["run", "shed.yaml", "--sampling", "latin-hypercube", "-n", "1005"], "1,005 iterations do not make. Give -n 1010."),
        (["run", "shed.yaml", "--precision", "narrow"], "write for example 1d or 0.5d"),
        (["run", "shed.yaml", "--precision", "0"], "write for example 1d or 0.5d"),
        (["run", "shed.yaml", "--precision", "1d", "-n", "100"], "Give either -n or --precision"),
        (["run", "shed.yaml", "--level", "90"], "Add for example --precision 1d"),
        (["run", "shed.yaml", "--precision", "1d", "--most", "10"], "10 is not between 1000 and"),
        (["run", "shed.yaml", "--threads", "0"], "0 is not between 1 and"),
        (["run", "shed.yaml", "--fail-below", "80"], "did you mean 80%?"),
        (["run", "shed.yaml", "--fail-below", "120%"], "outside 0% to 100%"),
        (["run", "shed.yaml", "--fail-below", "nan"], "outside 0% to 100%"),
        (["run", "shed.yaml", "--fail-below", "likely"], "write for example 80% or 0.8"),
        (["run", "shed.yaml", "-o", "shed.yaml"], "'shed.yaml' is a file"),
        (["run", "shed.yaml", "-o", "."], "holds what pmosim did not write"),
        (["run", "shed.yaml", "-o", "shed.yaml/below"], "would lie inside the file"),
        (["check"], "Missing argument 'FILE'"),
        (["check", "shet.yaml"], "did you mean 'shed.yaml'?"),
        (["check", "."], "is a directory"),
        (["check", "shed.yaml", "--format", "html"], "'html' is not one of 'table', 'json', 'sarif', 'junit'"),
        (["check", "shed.yaml", "--fail-on", "trifle"], "'trifle' is not one of 'none', 'error', 'warning', 'note'"),
        (["check", "shed.yaml", "-o", "."], "is a directory"),
        (["init", "shed.yaml"], "'shed.yaml' exists already"),
        (["init", "a.yaml", "b.yaml"], "unexpected extra argument"),
        (["report", "shed.yaml"], "is no forecast"),
        (["schema", "--yaml"], "No such option"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_wrong_command_says_what_to_write_instead(arguments, said, command, here):
    before = sorted(here.rglob("*"))
    code, out, err = command(*arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err
    assert sorted(here.rglob("*")) == before


def test_a_threshold_without_a_target_is_refused_rather_than_passed(command, here):
    text = (here / "shed.yaml").read_text()
    (here / "free.yaml").write_text(text.replace("    target: {finish: 2027-01-22}\n", ""))
    code, out, err = command("run", "free.yaml", "--fail-below", "80%")
    assert (code, out) == (2, "")
    assert "needs a target" in err


@pytest.mark.parametrize("name", ["run", "check"])
def test_every_mistake_of_a_scenario_is_shown_with_its_line(name, command, here):
    text = (here / "shed.yaml").read_text()
    (here / "wrong.yaml").write_text(text.replace("after: slab", "after: slob").replace("30%", "130%"))
    code, out, err = command(name, "wrong.yaml")
    assert (code, out) == (2, "")
    assert "wrong.yaml:10:" in err
    assert "wrong.yaml:14:" in err
    assert "Traceback" not in err
    assert not list(here.glob("*.results"))
