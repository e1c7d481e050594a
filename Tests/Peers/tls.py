"""A client of a server whose certificate changes: tls.py PORT TRUSTED-CERTIFICATES.

Prints the serial number of the server's certificate, waits for another one, and checks that the first connection still
works."""

import socket
import ssl
import sys
import time

import websocket

port, trusted = sys.argv[1:]
url = f"wss://localhost:{port}/socket.io/?EIO=4&transport=websocket"


def connect():
    connection = websocket.create_connection(url, timeout=10, sslopt={"ca_certs": trusted})
    assert connection.recv().startswith("0{")
    return connection


def serial(connection):
    return connection.sock.getpeercert()["serialNumber"]


first = connect()
known = serial(first)
assert first.sock.version() in ("TLSv1.2", "TLSv1.3")
print("serial", known, flush=True)
end = time.monotonic() + 20
while True:
    later = connect()
    if serial(later) != known:
        break
    later.close()
    assert time.monotonic() < end, "no new certificate"
    time.sleep(0.1)
print("serial", serial(later), flush=True)
first.send("40")
assert first.recv().startswith("40{")
print("kept", flush=True)

# An answer with which the server closes the connection arrives complete, even if the client keeps it open.
plain = ssl.create_default_context(cafile=trusted).wrap_socket(
    socket.create_connection(("localhost", int(port)), timeout=10), server_hostname="localhost"
)
plain.sendall(b"GET /healthz HTTP/1.1\r\nHost: evil.example\r\n\r\n")
answer = b""
while part := plain.recv(4096):
    answer += part
assert answer.startswith(b"HTTP/1.1 421 ") and answer.endswith(b"\n"), answer
print("answered", flush=True)
plain.close()

# Old TLS versions are refused.
context = ssl.create_default_context(cafile=trusted)
context.minimum_version = ssl.TLSVersion.TLSv1
context.maximum_version = ssl.TLSVersion.TLSv1_1
try:
    websocket.create_connection(url, timeout=10, sslopt={"context": context})
    sys.exit("TLS 1.1 was taken")
except ssl.SSLError:
    print("done", flush=True)
