"""A small scenario, as often as it is wanted."""

SCENARIO = """\
pmosim: 1
name: {name}
status_date: {status}
simulation: {{iterations: 200, seed: 3}}
target: {{finish: 2027-02-26}}
tasks:
  survey: {{duration: pert 4d 5d 9d}}
  deck: {{duration: {deck}, after: survey}}
"""


def write(folder, name, *, deck="pert 5d 8d 20d", status="2027-01-04"):
    path = folder / f"{name}.yaml"
    path.write_text(SCENARIO.format(name=name.title(), deck=deck, status=status))
    return path
