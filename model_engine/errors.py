"""What can go wrong in the engine, as one small tree; the class says what, the attributes with what."""


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
