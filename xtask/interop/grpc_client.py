"""`grpc_client.py HOST:PORT KIND CALLS STORM`: calls over one channel of grpcio, and storms of calls whose deadline passes.

KIND is `calls` where the server speaks gRPC; `echo` where it only sends back what it gets, so that a call has its
message and no status.
"""

import json
import sys
import threading

import grpc

ROUNDS = 3
# Longer than the round trip of any link here, and shorter than what is asked for.
DEADLINE = 2.0
PATIENCE = 200
MESSAGE = bytes(range(256)) * 8


class Calls:
    """A server that speaks gRPC."""

    def __init__(self, channel):
        self.say = channel.unary_stream("/check.Echo/Say")

    def answered(self):
        found = list(self.say(MESSAGE, timeout=PATIENCE, metadata=[("x-times", "4")]))
        return found == [MESSAGE] * 4

    def slow(self):
        return self.say(MESSAGE, timeout=DEADLINE, metadata=[("x-pause", "60000")])


class Echo:
    """A server that sends content back: the message comes, and then there is no status, which is UNKNOWN."""

    def __init__(self, channel):
        self.echo = channel.unary_stream("/echo")
        self.sink = channel.unary_stream("/sink?rate=1")

    def answered(self):
        call, found = self.echo(MESSAGE, timeout=PATIENCE), []
        try:
            found.extend(call)
        except grpc.RpcError as error:
            return found == [MESSAGE] and error.code() == grpc.StatusCode.UNKNOWN
        return False

    def slow(self):
        return self.sink(b"some octets, a second each", timeout=DEADLINE)


def main():
    place, kind, calls, storm = sys.argv[1:]
    done = {"answered": 0, "expired": 0, "wrong": []}
    lock = threading.Lock()

    def answer(server):
        try:
            good, why = server.answered(), "another answer"
        except grpc.RpcError as error:
            good, why = False, f"{error.code()}: {error.details()}"
        with lock:
            done["answered"] += good
            done["wrong"] += [] if good else [why]

    with grpc.insecure_channel(place) as channel:
        grpc.channel_ready_future(channel).result(20)
        server = {"calls": Calls, "echo": Echo}[kind](channel)
        share = [int(calls) // ROUNDS] * ROUNDS
        share[0] += int(calls) % ROUNDS
        for count in share:
            slow = [server.slow() for _ in range(int(storm))]
            fast = [threading.Thread(target=answer, args=(server,)) for _ in range(count)]
            for thread in fast:
                thread.start()
            for call in slow:
                code = call.code()
                done["expired"] += code == grpc.StatusCode.DEADLINE_EXCEEDED
                if code != grpc.StatusCode.DEADLINE_EXCEEDED:
                    done["wrong"].append(f"{code}: {call.details()}")
            for thread in fast:
                thread.join()
    print(json.dumps(done))


if __name__ == "__main__":
    main()
