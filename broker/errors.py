"""What can go wrong on the way."""


class BrokerError(Exception):
    """Root of this package's errors."""


class BrokerUnavailable(BrokerError):
    """The queue cannot be reached or does not answer."""


class BrokerMisconfigured(BrokerError):
    """The server refuses the streams as the settings want them; trying again is of no use."""


class QueueFull(BrokerError):
    """The work queue holds as many requests as it may."""
