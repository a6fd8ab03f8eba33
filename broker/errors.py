"""What can go wrong on the way."""


class BrokerError(Exception):
    """Root of this package's errors."""


class BrokerUnavailable(BrokerError):
    """The queue cannot be reached or does not answer."""


class QueueFull(BrokerError):
    """The work queue holds as many requests as it may."""
