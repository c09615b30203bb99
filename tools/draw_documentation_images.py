"""Draw the pictures of the documentation again, from the tutorial scenario: python tools/draw_documentation_images.py"""

import shutil
import tempfile
from pathlib import Path

from pmosim.forecasting import forecast
from pmosim.forecasting.compare import Given, compare
from pmosim.forecasting.replay import replay
from pmosim.output.charts import cashflow, iteration, overlay
from pmosim.output.charts.chart import Chart
from pmosim.output.results import write_results
from pmosim.output.style import png_of
from pmosim.scenario.reader import read_scenario

ROOT = Path(__file__).parents[1]
TUTORIAL, PORTFOLIO = ROOT / "scenarios" / "tutorial.yaml", ROOT / "scenarios" / "portfolio" / "portfolio.yaml"
FOOTBRIDGE = ROOT / "scenarios" / "footbridge.yaml"
PICTURES = {"project-completion": "finish", "project-gantt": "gantt", "project-joint": "joint"}
"""Chart in the results folder -> picture in docs/images."""


def main() -> None:
    read = read_scenario(TUTORIAL)
    settings = read.settings
    made = forecast(read.portfolio, iterations=settings.iterations, seed=settings.seed, confidence=settings.confidence, notes=read.notes)
    images = ROOT / "docs" / "images"
    images.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        results = write_results(made, Path(folder) / "results")
        for chart, picture in PICTURES.items():
            shutil.copyfile(results / "charts" / f"{chart}.png", images / f"{picture}.png")
    draw(overlay_of_two(), images / "compared.png")
    draw(spending(), images / "spending.png")
    draw(iteration.chart(replay(read_scenario(PORTFOLIO).portfolio, nearest=90, seed=11)), images / "replayed.png")


def spending() -> Chart:
    """What docs/cost.md shows of the footbridge."""
    read = read_scenario(FOOTBRIDGE)
    made = forecast(read.portfolio, iterations=read.settings.iterations, seed=read.settings.seed)
    return cashflow.charts(made, made.targets[0], "footbridge")[1]


def overlay_of_two() -> Chart:
    """The comparison that docs/comparing.md shows."""
    changed = ["risks.asbestos.probability=60%", "tasks.delivery.duration=pert 42ed 70ed 98ed"]
    sides = [
        Given(read_scenario(TUTORIAL, overrides).portfolio, name) for overrides, name in (([], "before"), (changed, "asbestos, later oven"))
    ]
    made = compare(*sides)
    return overlay.chart(made, made.targets[0], "compared")


def draw(chart: Chart, file: Path) -> None:
    file.write_bytes(png_of(chart.figure()))


if __name__ == "__main__":
    main()
