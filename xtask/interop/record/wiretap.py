"""A relay on loopback that writes down what goes by, in both directions and in order."""

import select
import socket
import ssl
import subprocess
import threading

# What is read at once becomes one line of the recording.
PIECE = 4096


class Wiretap:
    """Stands in front of a server for one connection; `lines` holds what was said: (direction, octets).

    With a certificate it ends the client's TLS, and the server hears cleartext.
    """

    def __init__(self, port, certificate=None):
        self.target = ("127.0.0.1", port)
        self.lines = []
        self.connections = 0
        self.tls = certificate and tls(certificate)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.done = threading.Event()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            if self.tls:
                client = self.tls.wrap_socket(client, server_side=True)
            server = socket.create_connection(self.target)
            for wire in (client, server):
                wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.relay({client: (">", server), server: ("<", client)})
            self.done.set()

    def relay(self, ways):
        """Passes on what either end says, until one of them is gone and the other has ended too."""
        open_ends = list(ways)
        while open_ends:
            for source in select.select(open_ends, [], [])[0]:
                direction, sink = ways[source]
                try:
                    if not self.pass_on(direction, source, sink):
                        open_ends.remove(source)
                        sink.shutdown(socket.SHUT_WR)
                except OSError:
                    open_ends.clear()
                    break
        for wire in ways:
            wire.close()

    def pass_on(self, direction, source, sink):
        piece = source.recv(PIECE)
        while piece:
            self.lines.append((direction, piece))
            sink.sendall(piece)
            if not (self.tls and isinstance(source, ssl.SSLSocket) and source.pending()):
                return True
            piece = source.recv(PIECE)
        return False

    def finish(self):
        """Waits for both ends to say their last; returns the lines."""
        self.done.wait(3)
        self.listener.close()
        if self.connections != 1:
            raise SystemExit(f"{self.connections} connections where one was to be recorded")
        return list(self.lines)


def tls(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.set_alpn_protocols(["h2"])
    return context


def make_certificate(path):
    """A key and a certificate for loopback, in one file, for a day."""
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", *subject]
    subprocess.run([*command, "-keyout", path, "-out", f"{path}.crt"], check=True, capture_output=True)
    with open(path, "a") as both, open(f"{path}.crt") as certificate:
        both.write(certificate.read())
    return path
