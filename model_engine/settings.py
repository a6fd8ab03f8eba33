"""Settings of everything that runs the model."""

from typing import Final, Literal

from pydantic import Field

from models.settings import Settings

RuntimeKind = Literal["auto", "onnx", "keras", "fake"]
"""What computes: `auto` takes Keras where a GPU is visible, else ONNX Runtime on the CPU; `fake` knows nothing."""

CHAMPION: Final = "champion"
"""In the place of a version's name: the one that operators promoted last; until then the starter version."""


class EngineSettings(Settings):
    """How a version is found and run."""

    runtime: RuntimeKind = Field(
        default="auto",
        description="What computes: auto (keras if a GPU is visible, else onnx), onnx, keras, or fake for trials",
    )
    model_version: str = Field(
        default=CHAMPION,
        description="Version that judges: champion (the one promoted last; before, the starter version), or always "
        "the same one: its name, or the path of its folder",
        pattern=r"\S",
    )
    versions_url: str = Field(
        default="",
        description="Where versions are kept, an obstore URL such as s3://bucket/versions; "
        "empty: the folder versions below the data directory",
    )
    max_batch_size: int | None = Field(
        default=None,
        ge=1,
        le=512,
        description="Most posters in one pass of the network, rounded down to 2^n; unset: 8 on a CPU, 32 on a GPU",
    )
    engine_threads: int = Field(
        default=0, ge=0, le=256, description="Threads that ONNX Runtime computes with; 0: one per core"
    )
