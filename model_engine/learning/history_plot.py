"""How the loss went while a challenger learnt, drawn without a display."""

import io
from collections.abc import Mapping

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from model_engine.calibration import Calibration
from model_engine.learning.examples import Examples
from model_engine.learning.losses import poster_losses
from model_engine.training.plots import DOTS_PER_INCH, MODEL_COLOUR, OTHER_COLOUR, QUIET_COLOUR
from model_engine.versions import Heads


class History:
    """Mean log loss of the posters that teach and of those that measure, step by step from the champion's on."""

    def __init__(
        self, champion: Heads, calibration: Calibration, teaching: Examples, measuring: Examples, judged: np.ndarray
    ) -> None:
        self._calibration = calibration
        self._sides = {"posters that teach": teaching, "posters that measure": measuring}
        self._judged = judged
        self._deeper_from: int | None = None
        self.losses: dict[str, list[float]] = {name: [] for name, side in self._sides.items() if len(side)}
        self.look(champion)

    def look(self, heads: Heads) -> None:
        """Notes the losses of the heads as they are after one more step."""
        self._note(heads, self._sides)

    def look_deeper(self, heads: Heads, teaching: Examples, measuring: Examples) -> None:
        """The same after a pass of the last stage, with features as the network now sees them."""
        if self._deeper_from is None:
            self._deeper_from = max(map(len, self.losses.values()), default=1) - 1
        self._note(heads, dict(zip(self._sides, (teaching, measuring), strict=True)))

    def _note(self, heads: Heads, sides: Mapping[str, Examples]) -> None:
        for name, losses in self.losses.items():
            of_each = poster_losses(heads, self._calibration, sides[name], self._judged)
            losses.append(float(of_each.mean()))

    def png(self) -> bytes:
        """The plot; step 0 is the champion."""
        figure = Figure(figsize=(6.4, 4.0), dpi=DOTS_PER_INCH, layout="constrained")
        FigureCanvasAgg(figure)
        axis = figure.add_subplot()
        for (name, losses), colour in zip(self.losses.items(), (MODEL_COLOUR, OTHER_COLOUR), strict=False):
            axis.plot(range(len(losses)), losses, color=colour, label=name)
            axis.axhline(losses[0], color=QUIET_COLOUR, linestyle=":", linewidth=1.0)
        if self._deeper_from is not None:
            axis.axvline(self._deeper_from, color=QUIET_COLOUR, linestyle="--", linewidth=1.0, label="the heads alone")
        axis.set(xlabel="step (0 is the champion)", ylabel="log loss a poster (nats)")
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
        axis.legend(frameon=False)
        axis.grid(visible=True, color="#e6e9ec", linewidth=0.8)
        axis.spines[["top", "right"]].set_visible(False)
        drawn = io.BytesIO()
        figure.savefig(drawn, format="png", metadata={"Software": "poster-judge"})
        return drawn.getvalue()
