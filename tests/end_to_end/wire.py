"""The network between our processes and the queue, in the test's hands."""

import asyncio
from contextlib import suppress

PIECE = 65_536
"""Bytes forwarded at a time."""


class Wire:
    """Forwards TCP connections to a server on this machine; can hold what passes, or break."""

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._listening: asyncio.Server | None = None
        self._connections: dict[asyncio.Task[None], _Connection] = {}
        self._taken = asyncio.Event()
        self._newcomers_pass = True
        self.port = 0
        """Where it is entered; stays the same for its whole life."""

    async def mend(self) -> None:
        """Takes connections, and lets everything pass."""
        self._newcomers_pass = True
        for connection in self._connections.values():
            connection.questions.set()
            connection.answers.set()
        if self._listening is None:
            self._listening = await asyncio.start_server(self._take, "127.0.0.1", self.port)
            self.port = self._listening.sockets[0].getsockname()[1]

    def hold_answers(self) -> None:
        """On the connections of now, what the server says no longer arrives; what is said to it does."""
        for connection in self._connections.values():
            connection.answers.clear()

    def hold(self) -> None:
        """On the connections of now nothing passes either way, and nobody is told, as when a cable is pulled."""
        self.hold_answers()
        for connection in self._connections.values():
            connection.questions.clear()

    def hold_newcomers(self) -> None:
        """On the connections to come nothing passes either way."""
        self._newcomers_pass = False
        self._taken.clear()

    async def entered(self) -> None:
        """Waits for the first connection since then."""
        async with asyncio.timeout(40):
            await self._taken.wait()

    async def drop(self) -> None:
        """Ends all connections, with what was held in them; new ones are taken."""
        connections, self._connections = self._connections, {}
        for task, connection in connections.items():
            task.cancel()
            connection.abort()
        await asyncio.gather(*connections, return_exceptions=True)

    async def cut(self) -> None:
        """Ends all connections and takes no new ones, until `mend`."""
        if self._listening is not None:
            self._listening.close()
            self._listening = None
        await self.drop()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        connection = self._connections[task] = _Connection(writer, passes=self._newcomers_pass)
        self._taken.set()
        with suppress(OSError, asyncio.CancelledError):
            await connection.run(reader, self._server_port)
        connection.abort()
        self._connections.pop(task, None)


class _Connection:
    """One connection, in two halves."""

    def __init__(self, client: asyncio.StreamWriter, *, passes: bool) -> None:
        self._ends = [client]
        self.questions, self.answers = asyncio.Event(), asyncio.Event()
        """What is said to the server and by it; passes while set."""
        if passes:
            self.questions.set()
            self.answers.set()

    async def run(self, reader: asyncio.StreamReader, server_port: int) -> None:
        """Until either end closes: NATS knows no half-closed connection."""
        server_reader, server = await asyncio.open_connection("127.0.0.1", server_port)
        self._ends.append(server)
        ways = [
            asyncio.create_task(_forward(reader, server, self.questions)),
            asyncio.create_task(_forward(server_reader, self._ends[0], self.answers)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    def abort(self) -> None:
        """Ends it at once, with what is still in it."""
        for end in self._ends:
            end.transport.abort()


async def _forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, flowing: asyncio.Event) -> None:
    with suppress(OSError):
        while piece := await reader.read(PIECE):
            await flowing.wait()
            writer.write(piece)
            await writer.drain()
