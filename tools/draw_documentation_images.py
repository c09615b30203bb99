"""Draw the pictures of the documentation again, from the tutorial scenario: python tools/draw_documentation_images.py"""

import shutil
import tempfile
from pathlib import Path

from pmosim.forecasting import forecast
from pmosim.output.results import write_results
from pmosim.scenario.reader import read_scenario

ROOT = Path(__file__).parents[1]
PICTURES = {"project-completion": "finish", "project-gantt": "gantt"}
"""Chart in the results folder -> picture in docs/images."""


def main() -> None:
    read = read_scenario(ROOT / "scenarios" / "tutorial.yaml")
    settings = read.settings
    made = forecast(read.portfolio, iterations=settings.iterations, seed=settings.seed, confidence=settings.confidence, notes=read.notes)
    images = ROOT / "docs" / "images"
    images.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        results = write_results(made, Path(folder) / "results")
        for chart, picture in PICTURES.items():
            shutil.copyfile(results / "charts" / f"{chart}.png", images / f"{picture}.png")


if __name__ == "__main__":
    main()
