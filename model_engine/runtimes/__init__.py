"""The devices that a version can run on, behind one narrow interface."""

from model_engine.runtimes.interface import RawOutputs, Runtime
from model_engine.runtimes.opening import open_runtime

__all__ = ["RawOutputs", "Runtime", "open_runtime"]
