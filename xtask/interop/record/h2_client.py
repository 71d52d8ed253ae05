"""A client over python's h2: `h2_client.py PORT ACT`; the act says what it asks for and how it leaves."""

import socket
import sys
import time

import h2.config
import h2.connection
import h2.errors
import h2.events
import h2.exceptions
import h2.settings


class Client:
    def __init__(self, port, window=None):
        self.authority = f"127.0.0.1:{port}"
        self.wire = socket.create_connection(("127.0.0.1", port), 10)
        self.h2 = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True))
        self.open = set()
        self.credits = True
        self.pongs = 0
        self.h2.initiate_connection()
        if window is not None:
            self.h2.update_settings({h2.settings.SettingCodes.INITIAL_WINDOW_SIZE: window})
        self.flush()

    def ask(self, path="/text", method="GET", end=True, extra=(), **options):
        stream = self.h2.get_next_available_stream_id()
        head = [(":method", method), (":scheme", "http"), (":authority", self.authority), (":path", path), *extra]
        self.h2.send_headers(stream, head, end_stream=end, **options)
        self.open.add(stream)
        self.flush()
        return stream

    def flush(self):
        if data := self.h2.data_to_send():
            self.wire.sendall(data)

    def listen(self, seconds=3.0, until=None):
        """Reads until all streams are closed, or as long as it is told."""
        until = until or (lambda: not self.open)
        deadline = time.monotonic() + seconds
        while not until() and time.monotonic() < deadline:
            self.wire.settimeout(max(deadline - time.monotonic(), 0.01))
            try:
                data = self.wire.recv(65536)
            except TimeoutError:
                return
            if not data:
                return
            for event in self.h2.receive_data(data):
                self.note(event)
            self.flush()

    def note(self, event):
        if isinstance(event, (h2.events.StreamEnded, h2.events.StreamReset)):
            self.open.discard(event.stream_id)
        elif isinstance(event, h2.events.PingAckReceived):
            self.pongs += 1
        elif isinstance(event, h2.events.DataReceived) and self.credits:
            self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)

    def leave(self, code=h2.errors.ErrorCodes.NO_ERROR):
        self.h2.close_connection(code)
        self.flush()
        self.wire.close()


def get(client):
    for path in ("/text", "/empty", "/missing"):
        client.ask(path)
        client.listen()
    client.leave()


def padded(client):
    stream = client.ask("/echo", "POST", end=False)
    for padding in (0, 1, 100, 255):
        client.h2.send_data(stream, b"padded content", pad_length=padding)
        client.flush()
    client.h2.send_data(stream, b"", end_stream=True, pad_length=3)
    client.flush()
    client.listen()
    client.leave()


def continued(client):
    big = [(f"x-big-{place}", "a long value that goes on and on; " * 270) for place in range(2)]
    client.ask("/text", extra=big)
    client.listen()
    client.ask("/text", extra=[*big, ("x-more", "b" * 3000)])
    client.listen()
    client.leave()


def windows(client):
    client.credits = False
    stream = client.ask("/text")
    client.listen(0.2)
    for increment in (1, 9, 90, 400, 60000):
        client.h2.increment_flow_control_window(increment, stream)
        client.h2.increment_flow_control_window(increment)
        client.flush()
        client.listen(0.1)
    client.listen()
    client.leave()


def reset(client):
    streams = [client.ask("/echo", "POST", end=False) for _ in range(6)]
    for stream in streams[::2]:
        client.h2.reset_stream(stream, h2.errors.ErrorCodes.CANCEL)
        client.open.discard(stream)
    client.flush()
    for stream in streams[1::2]:
        client.h2.send_data(stream, b"to the end", end_stream=True)
    client.flush()
    client.listen()
    client.leave()


def ping(client):
    for payload in (b"pingping", b"\0" * 8, b"12345678"):
        client.h2.ping(payload)
    client.flush()
    client.listen(until=lambda: client.pongs == 3)
    client.ask("/text")
    client.listen()
    client.leave()


def prioritized(client):
    first = client.ask("/text", priority_weight=16, priority_depends_on=0, priority_exclusive=False)
    second = client.ask("/text", priority_weight=256, priority_depends_on=first, priority_exclusive=True)
    client.h2.prioritize(first, weight=1, depends_on=second)
    client.flush()
    client.listen()
    client.leave()


def settings(client):
    codes = h2.settings.SettingCodes
    changes = ((codes.INITIAL_WINDOW_SIZE, 100), (codes.HEADER_TABLE_SIZE, 0), (codes.MAX_FRAME_SIZE, 20000))
    for code, value in (*changes, (codes.INITIAL_WINDOW_SIZE, 100000), (codes.HEADER_TABLE_SIZE, 8192)):
        client.h2.update_settings({code: value})
        client.ask("/text")
        client.listen(0.5)
    client.listen()
    client.leave()


def trailers(client):
    for fields in ([("x-check", "the-end")], [("x-check", "c" * 5000), ("x-more", "and more")]):
        stream = client.ask("/echo", "POST", end=False, extra=[("te", "trailers")])
        client.h2.send_data(stream, b"content before trailers")
        client.h2.send_headers(stream, fields, end_stream=True)
        client.flush()
        client.listen()
    client.leave()


def rude(client):
    client.ask("/text")
    client.listen()
    client.ask("/echo", "POST", end=False)
    client.leave(h2.errors.ErrorCodes.INTERNAL_ERROR)


def cut(client):
    client.ask("/text")
    client.listen()
    stream = client.ask("/echo", "POST", end=False, extra=[("content-length", "1000")])
    client.h2.send_data(stream, b"ten octets")
    client.flush()
    time.sleep(0.1)
    client.wire.close()


def cookie_pairs(client):
    client.ask("/text", extra=[("cookie", f"crumb-{place}={place}") for place in range(40)])
    client.ask("/text", extra=[("cookie", f"crumb-{place}={place}") for place in range(40)])
    client.listen()
    client.leave()


WINDOWS = {"windows": 0}


def main():
    port, act = sys.argv[1:]
    client = Client(int(port), WINDOWS.get(act))
    globals()[act](client)


main()
