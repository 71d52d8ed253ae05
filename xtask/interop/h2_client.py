"""A client over python's h2, with the sockets and the credit by hand, so that a check may be as slow as it likes."""

import hashlib
import socket
import ssl
import time
import urllib.parse

import h2.config
import h2.connection
import h2.events
import h2.settings

from harness import MIB, Failure

PATIENCE = 60


class Answer:
    """What came back on one stream."""

    def __init__(self):
        self.status = None
        self.trailers = []
        self.octets = 0
        self.content = b""
        self.hasher = hashlib.sha256()
        self.ended = None
        self.uncredited = 0

    def digest(self):
        return self.hasher.hexdigest()

    def take(self, data):
        self.octets += len(data)
        self.hasher.update(data)
        if len(self.content) < 4096:
            self.content += data


class Client:
    """One connection. Streams in `slow` get no credit but what the check gives them."""

    def __init__(self, url, window=8 * MIB):
        self.url = urllib.parse.urlsplit(url)
        self.window = window
        self.answers = {}
        self.slow = set()
        self.sending = {}

    def __enter__(self):
        self.wire = socket.create_connection((self.url.hostname, self.url.port), 10)
        self.wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.url.scheme == "https":
            context = ssl.create_default_context()
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            context.set_alpn_protocols(["h2"])
            self.wire = context.wrap_socket(self.wire, server_hostname=self.url.hostname)
        config = h2.config.H2Configuration(client_side=True, header_encoding="utf-8")
        self.h2 = h2.connection.H2Connection(config)
        self.h2.initiate_connection()
        self.h2.update_settings({h2.settings.SettingCodes.INITIAL_WINDOW_SIZE: self.window})
        self.widen()
        self.flush()
        return self

    def widen(self):
        """Opens the window of the connection beyond what it has from the beginning."""
        self.h2.increment_flow_control_window(2 * self.window)

    def __exit__(self, *_):
        self.wire.close()

    @staticmethod
    def digest_of(path):
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def flush(self):
        if data := self.h2.data_to_send():
            self.wire.settimeout(PATIENCE)
            self.wire.sendall(data)

    def request(self, method, path, end=True, length=None, more=(), flush=True):
        stream = self.h2.get_next_available_stream_id()
        fields = [
            (":method", method),
            (":scheme", self.url.scheme),
            (":authority", self.url.netloc),
            (":path", path),
        ]
        if length is not None:
            fields.append(("content-length", str(length)))
        self.answers[stream] = Answer()
        self.h2.send_headers(stream, [*fields, *more], end_stream=end)
        if flush:
            self.flush()
        return stream

    def get(self, path, patience=PATIENCE):
        stream = self.request("GET", path)
        return self.finish(stream, patience)

    def post(self, path, file, trailers=(), patience=PATIENCE):
        stream = self.request("POST", path, end=False)
        self.sending[stream] = (open(file, "rb"), list(trailers))
        return self.finish(stream, patience)

    def finish(self, stream, patience):
        """Turns the connection until the stream has ended."""
        answer = self.answers[stream]
        deadline = time.monotonic() + patience
        while answer.ended is None:
            left = deadline - time.monotonic()
            if left <= 0:
                raise Failure(f"stream {stream} did not end within {patience} s, at {answer.octets} octets")
            self.turn(min(left, 1))
        if answer.ended != "end":
            raise Failure(f"stream {stream}: {answer.ended}")
        return answer

    def turn(self, pause, limit=256 * 1024):
        """Sends what may go, waits for input at most so long, and takes in at most `limit` octets of it."""
        self.pump()
        self.flush()
        self.wire.settimeout(max(pause, 0.001))
        try:
            data = self.wire.recv(limit)
        except (TimeoutError, ssl.SSLWantReadError):
            return 0
        if not data:
            raise Failure("the server closed the connection")
        for event in self.h2.receive_data(data):
            self.handle(event)
        self.flush()
        return len(data)

    def handle(self, event):
        stream = getattr(event, "stream_id", None)
        answer = self.answers.get(stream)
        if isinstance(event, h2.events.ConnectionTerminated):
            raise Failure(f"the server went away: {event.error_code} {event.additional_data}")
        if answer is None:
            return
        if isinstance(event, h2.events.ResponseReceived):
            answer.status = int(dict(event.headers)[":status"])
        elif isinstance(event, h2.events.DataReceived):
            answer.take(event.data)
            if stream in self.slow:
                answer.uncredited += event.flow_controlled_length
            else:
                self.give_back(event.flow_controlled_length, stream)
        elif isinstance(event, h2.events.TrailersReceived):
            answer.trailers = [tuple(field) for field in event.headers]
        elif isinstance(event, h2.events.StreamEnded):
            answer.ended = answer.ended or "end"
        elif isinstance(event, h2.events.StreamReset):
            answer.ended = answer.ended or f"reset by the server: {event.error_code}"

    def give_back(self, octets, stream):
        """Opens both windows by what has come."""
        self.h2.acknowledge_received_data(octets, stream)

    def credit(self, stream, octets):
        """Gives a slow stream, and the connection, so many octets back, as far as they have come."""
        answer = self.answers[stream]
        octets = min(octets, answer.uncredited)
        if octets:
            answer.uncredited -= octets
            self.h2.acknowledge_received_data(octets, stream)
            self.flush()

    def pump(self):
        """Sends content as far as the windows allow, some frames at a time."""
        for stream in list(self.sending):
            file, trailers = self.sending[stream]
            for _ in range(16):
                space = min(self.h2.local_flow_control_window(stream), self.h2.max_outbound_frame_size)
                if space <= 0:
                    break
                data = file.read(space)
                if data:
                    self.h2.send_data(stream, data)
                    continue
                if trailers:
                    self.h2.send_headers(stream, trailers, end_stream=True)
                else:
                    self.h2.end_stream(stream)
                del self.sending[stream]
                file.close()
                break
            self.flush()
