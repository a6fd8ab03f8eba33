"""The devices that a version can run on, behind one narrow interface."""

from model_engine.runtimes.interface import RawOutputs, Runtime

__all__ = ["RawOutputs", "Runtime"]
