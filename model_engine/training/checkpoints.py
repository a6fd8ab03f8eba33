"""What a run keeps on disk after every epoch, so that it can be killed at any moment and go on.

Keras' own backup writes weights and epoch one after the other in place: a kill between the two, or within one, leaves a
backup that cannot be used; it leaves random generators out; and HDF5, in which it writes, ends the process on a full
disk. Here new files get names of their own, and one rename of `progress.json` makes them count.
"""

import math
import os
import shutil
import zipfile
from pathlib import Path
from typing import Final

import keras
import msgspec
import numpy as np

from model_engine.training.averaging import averaged_weights
from model_engine.training.failures import TrainingError
from model_engine.training.progress import Epoch

STATE_FILE: Final = "progress.json"


class RunState(msgspec.Struct, kw_only=True):
    """`progress.json`."""

    fingerprint: str
    """Of recipe and posters: another run must not go on from here."""
    phase: int = 0
    """Index of the phase that is under way."""
    epoch: int = 0
    """Epochs of it that are done."""
    waited: int = 0
    """Epochs of it since the last one that was the best so far."""
    best_loss: float | None = None
    """Least validation loss of all phases."""
    best: str | None = None
    """File with the network's weights of that epoch."""
    last: str | None = None
    """File with all that the phase goes on from: weights, optimizer, random generators; None before its first epoch."""
    history: list[Epoch] = []


class Checkpoints:
    """The folder of one run."""

    def __init__(self, folder: Path, fingerprint: str, *, resume: bool) -> None:
        """Reads the state of the run that is to go on, or begins anew.

        Raises:
            TrainingError: what is there is another run's, or cannot be read.
        """
        self.folder = folder
        path = folder / STATE_FILE
        if resume and path.is_file():
            self.state = _read(path)
            if self.state.fingerprint != fingerprint:
                raise TrainingError(
                    f"{folder} is of another recipe or other posters; leave --resume out to begin anew."
                )
            return
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self.state = RunState(fingerprint=fingerprint)

    def restore(self, trainee: keras.Model) -> None:
        """Puts back what a phase that was under way goes on from."""
        if self.state.last is not None:
            trainee.optimizer.build(trainee.trainable_variables)
            _load([*trainee.variables, *trainee.optimizer.variables], self.folder / self.state.last)

    def keep(self, trainee: keras.Model, network: keras.Model, epoch: Epoch) -> bool:
        """Keeps an epoch that ended; whether it is the best so far."""
        state = self.state
        loss = epoch.figures["validation_loss"]
        best = loss < (math.inf if state.best_loss is None else state.best_loss)
        name = f"{state.phase}-{epoch.epoch}"
        last_file, best_file = f"{name}-last.npz", state.best
        if best:
            best_file = f"{name}-best.npz"
            with averaged_weights(trainee):
                _save(network.variables, self.folder / best_file)
        # After the best: to exchange weights and averages, to and fro, rounds what the next epoch goes on from.
        _save([*trainee.variables, *trainee.optimizer.variables], self.folder / last_file)
        self._commit(
            msgspec.structs.replace(
                state,
                epoch=epoch.epoch,
                waited=0 if best else state.waited + 1,
                best_loss=loss if best else state.best_loss,
                best=best_file,
                last=last_file,
                history=[*state.history, epoch],
            )
        )
        return best

    def next_phase(self) -> None:
        """The phase is over; the next one begins at the best epoch so far."""
        self._commit(msgspec.structs.replace(self.state, phase=self.state.phase + 1, epoch=0, waited=0, last=None))

    def load_best(self, network: keras.Model) -> None:
        """Gives the network the weights of the best epoch."""
        if self.state.best is None:
            raise TrainingError("No epoch had a validation loss that is a number.")
        _load(network.variables, self.folder / self.state.best)

    def _commit(self, state: RunState) -> None:
        draft = self.folder / f".{STATE_FILE}"
        with draft.open("wb") as file:
            file.write(msgspec.json.encode(state))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.folder / STATE_FILE)
        self.state = state
        for path in self.folder.glob("*.npz"):
            if path.name not in (state.best, state.last):
                path.unlink(missing_ok=True)


def _save(variables: list[keras.Variable], path: Path) -> None:
    np.savez(path, *(keras.ops.convert_to_numpy(variable.value) for variable in variables), allow_pickle=False)


def _load(variables: list[keras.Variable], path: Path) -> None:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            for variable, name in zip(variables, arrays.files, strict=True):
                variable.assign(arrays[name])
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise TrainingError(f"The checkpoint {path} cannot be used ({error}).") from error


def _read(path: Path) -> RunState:
    try:
        return msgspec.json.decode(path.read_bytes(), type=RunState)
    except (OSError, msgspec.DecodeError) as error:
        raise TrainingError(f"{path} cannot be read ({error}); leave --resume out to begin anew.") from error
