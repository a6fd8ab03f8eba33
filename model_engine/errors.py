"""What can go wrong in the engine, as one small tree; the class says what, the attributes with what."""

from typing import Final

MEMORY_WORDS: Final = (
    "out of memory",
    "cannot allocate memory",
    "failed to allocate",
    "bad_alloc",
    "can't start new thread",
    "can't spawn worker thread",
)
"""How the libraries below say that the machine gives no more memory, without a MemoryError: Pillow, the system, ONNX
Runtime, C++, Python's threads, obstore."""


class EngineError(Exception):
    """Root of the engine's own errors."""


class VersionError(EngineError):
    """A version of the model cannot be used.

    Attributes:
        code: `missing`, `incomplete`, `tampered`, `unreadable`, `exists` or `bad_name`, for rows and metrics.
    """

    def __init__(self, code: str, message: str) -> None:
        """Takes the code and one sentence that names the version and says what to do where something helps."""
        super().__init__(message)
        self.code = code


class DeviceError(EngineError):
    """The device ran out of memory or was lost: this process cannot go on judging as it is.

    Told apart from an error that one odd batch causes, which the next batch does not share.

    Attributes:
        out_of_memory: a smaller batch may still fit.
    """

    def __init__(self, message: str, *, out_of_memory: bool) -> None:
        """Takes one sentence and whether memory was the cause."""
        super().__init__(message)
        self.out_of_memory = out_of_memory


class DeviceHangs(DeviceError):
    """The device did not answer in time. The thread that waits for it cannot be ended but with its process."""


class RuntimeUnavailable(EngineError):
    """The runtime asked for cannot run here; the message says what is missing."""


def lacks_memory(error: BaseException) -> bool:
    """Whether an error, or one that led to it, says that the machine is out of memory: no poster's fault."""
    link: BaseException | None = error
    while link is not None:
        words = str(link).lower()
        if isinstance(link, MemoryError) or any(said in words for said in MEMORY_WORDS):
            return True
        link = link.__cause__ or link.__context__
    return False
