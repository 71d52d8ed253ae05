"""A server over python's h2: `h2_server.py ACT`; the act says what it does besides answering. Prints its port."""

import socket
import sys

import h2.config
import h2.connection
import h2.errors
import h2.events
import h2.exceptions
import h2.settings

OK = [(":status", "200"), ("server", "python-h2")]


def page(size):
    return (b"python says this again and again; " * (size // 34 + 1))[:size]


def send(h2, stream, content, padding=None):
    """Sends content in frames of uneven lengths, as far as the window lets it."""
    length = 1
    while content:
        space = min(h2.local_flow_control_window(stream) - 256, h2.max_outbound_frame_size - 256, length)
        piece, content = content[:max(space, 0)], content[max(space, 0):]
        if not piece:
            return
        h2.send_data(stream, piece, pad_length=padding)
        length = length * 3 + 1


def plain(h2, stream):
    h2.send_headers(stream, OK + [("content-length", "500")])
    h2.send_data(stream, page(500), end_stream=True)


def hints(h2, stream):
    for name in ("a", "b", "c"):
        h2.send_headers(stream, [(":status", "103"), ("link", f"</{name}.css>; rel=preload")])
    h2.send_headers(stream, OK)
    send(h2, stream, page(4000))
    h2.send_headers(stream, [("x-check", "the-end")], end_stream=True)


def padded(h2, stream):
    h2.send_headers(stream, OK)
    for padding in (0, 1, 100, 255):
        send(h2, stream, page(900), padding)
    h2.send_data(stream, b"", end_stream=True, pad_length=7)


def continued(h2, stream):
    big = [(f"x-big-{place}", page(9000).decode()) for place in range(3)]
    h2.send_headers(stream, OK + big)
    h2.send_headers(stream, [("x-check", page(3000).decode())], end_stream=True)


def reset(h2, stream):
    h2.send_headers(stream, OK)
    send(h2, stream, page(800))
    h2.reset_stream(stream, h2_code("INTERNAL_ERROR"))


def refuse(h2, stream):
    h2.reset_stream(stream, h2_code("REFUSED_STREAM"))


def goaway(h2, stream):
    plain(h2, stream)
    h2.close_connection(h2_code("NO_ERROR"), b"that was all", stream)


def rude(h2, stream):
    h2.send_headers(stream, OK)
    send(h2, stream, page(300))
    h2.close_connection(h2_code("ENHANCE_YOUR_CALM"), b"too much of you", 0)


def settings(h2, stream):
    h2.update_settings({
        h2_setting("INITIAL_WINDOW_SIZE"): 10 * stream,
        h2_setting("MAX_FRAME_SIZE"): 16384 + stream,
        h2_setting("HEADER_TABLE_SIZE"): 64 * stream,
    })
    h2.ping(b"python-1")
    plain(h2, stream)
    h2.update_settings({h2_setting("INITIAL_WINDOW_SIZE"): 100000, h2_setting("MAX_CONCURRENT_STREAMS"): 3})
    h2.ping(b"python-2")


def windows(h2, stream):
    for increment in (1, 2, 4096, 1000000):
        h2.increment_flow_control_window(increment)
        h2.increment_flow_control_window(increment, stream)
    h2.send_headers(stream, OK)
    send(h2, stream, page(12000))
    h2.send_data(stream, b"", end_stream=True)


def push(h2, stream):
    promised = h2.get_next_available_stream_id()
    ask = [(":method", "GET"), (":scheme", "http"), (":authority", "127.0.0.1"), (":path", "/style.css")]
    h2.push_stream(stream, promised, ask)
    plain(h2, stream)
    plain(h2, promised)


def many(h2, stream):
    cookie_pairs = [("set-cookie", f"crumb-{place}={place}") for place in range(60)]
    h2.send_headers(stream, OK + cookie_pairs)
    h2.send_data(stream, page(20), end_stream=True)


def h2_code(name):
    return h2.errors.ErrorCodes[name]


def h2_setting(name):
    return h2.settings.SettingCodes[name]


def serve(wire, act):
    connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
    connection.initiate_connection()
    wire.sendall(connection.data_to_send())
    while data := wire.recv(65536):
        try:
            events = connection.receive_data(data)
        except h2.exceptions.ProtocolError:
            events = []
        for event in events:
            if isinstance(event, h2.events.DataReceived):
                connection.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            elif isinstance(event, h2.events.StreamEnded):
                act(connection, event.stream_id)
            elif isinstance(event, h2.events.ConnectionTerminated):
                wire.sendall(connection.data_to_send())
                return
        wire.sendall(connection.data_to_send())


def main():
    act = globals()[sys.argv[1]]
    listener = socket.create_server(("127.0.0.1", 0))
    print(f"port {listener.getsockname()[1]}", flush=True)
    while True:
        wire, _ = listener.accept()
        with wire:
            try:
                serve(wire, act)
            except (OSError, h2.exceptions.ProtocolError) as error:
                print(error, file=sys.stderr)


main()
