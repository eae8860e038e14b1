"""A TCP proxy that holds every byte back for half a round trip each way, without limiting how much is under way."""
# SPDX-License-Identifier: Apache-2.0
import asyncio
import collections
import threading


class DelayProxy:
    def __init__(self, target, round_trip=0.04):
        self.target, self.delay, self.port = target, round_trip / 2, 0
        self.loop = asyncio.new_event_loop()
        ready = threading.Event()
        self.thread = threading.Thread(target=self.run, args=(ready,), daemon=True)
        self.thread.start()
        ready.wait(10)

    def run(self, ready):
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(asyncio.start_server(self.serve, "127.0.0.1", 0, limit=1 << 20))
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        self.loop.run_forever()

    async def serve(self, reader, writer):
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self.target, limit=1 << 20)
        await asyncio.gather(self.pump(reader, there_writer), self.pump(there_reader, writer), return_exceptions=True)

    async def pump(self, reader, writer):
        waiting, more = collections.deque(), asyncio.Event()

        async def send():
            while True:
                while not waiting:
                    more.clear()
                    await more.wait()
                due, data = waiting.popleft()
                await asyncio.sleep(max(0, due - self.loop.time()))
                if data is None:
                    writer.close()
                    return
                writer.write(data)
                await writer.drain()

        sender = asyncio.ensure_future(send())
        try:
            while data := await reader.read(1 << 18):
                waiting.append((self.loop.time() + self.delay, data))
                more.set()
        except OSError:
            pass
        waiting.append((self.loop.time() + self.delay, None))
        more.set()
        await sender

    def stop(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
