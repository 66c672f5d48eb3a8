"""Sends a running kernel what nobody should send, then asks whether it is still there."""

import os
import socket
import struct
import time

import jupyter_client
import zmq

manager, client = jupyter_client.manager.start_new_kernel(kernel_name="gen")
info = manager.get_connection_info()
ports = [info[f"{name}_port"] for name in ("shell", "control", "stdin", "hb", "iopub")]

# Bytes that are no ZeroMQ, and a connection that is left alone.
idle = [socket.create_connection((info["ip"], port)) for port in ports]
for port in ports:
    with socket.create_connection((info["ip"], port)) as stream:
        stream.sendall(os.urandom(4096))

# Frames that are no message, and messages that somebody else has signed.
context = zmq.Context()
for port in ports:
    sender = context.socket(zmq.SUB if port == info["iopub_port"] else zmq.DEALER)
    sender.connect(f"tcp://{info['ip']}:{port}")
    if sender.socket_type == zmq.DEALER:
        for frames in ([b""], [b"<IDS|MSG>"], [b"<IDS|MSG>", b"0" * 64, b"{}", b"{}", b"{}", b"{}"]):
            sender.send_multipart(frames)
        sender.send_multipart([b"<IDS|MSG>"] + [b""] * 5000)
        sender.send(bytes(64 << 20))
    else:
        sender.subscribe(b"\xff" * 200)
    time.sleep(0.1)
    sender.close(linger=1000)

forger = jupyter_client.session.Session(key=b"not the key")
shell = context.socket(zmq.DEALER)
shell.connect(f"tcp://{info['ip']}:{info['shell_port']}")
forger.send(shell, "execute_request", {"code": 'save(plain(8, 8), "forged.png")'})
time.sleep(0.5)
assert not shell.poll(500), "a forged message was answered"
assert not os.path.exists("forged.png"), "a forged message was obeyed"

# Front ends that come and go while they are sent something.
for _ in range(5):
    other = jupyter_client.BlockingKernelClient(connection_file=manager.connection_file)
    other.load_connection_file()
    other.start_channels(hb=False)
    other.execute("plain(300, 300)")
    other.stop_channels()

# A cell that is stopped by the signal rather than by a message.
asked = client.execute("for i in 1..500 { blur(plain(1024, 1024), 5 + i / 500) }")
message = client.get_iopub_msg(timeout=30)
while (message["parent_header"].get("msg_id"), message["msg_type"]) != (asked, "execute_input"):
    message = client.get_iopub_msg(timeout=30)
time.sleep(1)
os.kill(manager.provisioner.pid, 2)
reply = client.get_shell_msg(timeout=30)
assert reply["content"]["status"] == "error", reply["content"]

reply = client.execute_interactive("6 * 7", timeout=60, allow_stdin=False)
assert reply["content"]["status"] == "ok", reply["content"]
assert client.is_alive() and manager.is_alive()
started = time.monotonic()
manager.shutdown_kernel()
assert time.monotonic() - started < 5, "the kernel had to be killed"
print("still there")
