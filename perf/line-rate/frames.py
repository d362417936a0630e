# SPDX-License-Identifier: BSD-3-Clause
"""Messages of the protocol, inner frames and sealed payloads as bytes."""

import ctypes
import struct

MARKER = 0x3030
BROADCAST = b"\xff" * 6
COMMON, UPSTREAM, DOWNSTREAM = 16, 22, 28  # bytes of headers
INNER_MIN = 14
NONCE, TAG = 12, 16
SEALED = NONCE + TAG  # bytes that sealing adds
ETHERTYPE = 0x88B5  # IEEE's for local experiments: no host takes it for something
GET_TAG = 0x10


def common(to, hop, kind, subtype, marker):
    return to + hop + struct.pack(">HBB", marker, kind, subtype)


def heartbeat(hop, duration, number, hops, source, marker=MARKER):
    head = common(BROADCAST, hop, 0, 0, marker)
    return head + duration.to_bytes(16, "big") + struct.pack(">II", number, hops) + source


def reply(to, hop, duration, number, hops, source, sender, marker=MARKER):
    head = common(to, hop, 0, 1, marker) + duration.to_bytes(16, "big")
    return head + struct.pack(">II", number, hops) + source + sender


def upstream(to, hop, origin, payload, marker=MARKER):
    return common(to, hop, 1, 0, marker) + origin + payload


def downstream(to, hop, origin, destination, payload, marker=MARKER):
    return common(to, hop, 1, 1, marker) + origin + destination + payload


def inner(destination, source, number, length):
    """A frame of a client's that carries a number, where there is room for it."""
    head = destination + source + struct.pack(">HI", ETHERTYPE, number)
    return (head + bytes(at & 0xFF for at in range(len(head), length)))[:length]


class Sealer:
    """AES-256-GCM by OpenSSL's libcrypto; OSError where there is none."""

    def __init__(self, key):
        self.crypto = ctypes.CDLL("libcrypto.so.3")
        self.crypto.EVP_CIPHER_CTX_new.restype = ctypes.c_void_p
        self.crypto.EVP_aes_256_gcm.restype = ctypes.c_void_p
        self.cipher = ctypes.c_void_p(self.crypto.EVP_aes_256_gcm())
        self.context = ctypes.c_void_p(self.crypto.EVP_CIPHER_CTX_new())
        self.key = key

    def seal(self, nonce, clear):
        call, context, length = self.crypto, self.context, ctypes.c_int()
        out, tag = ctypes.create_string_buffer(len(clear) + TAG), ctypes.create_string_buffer(TAG)
        good = (
            call.EVP_EncryptInit_ex(context, self.cipher, None, self.key, nonce) == 1
            and call.EVP_EncryptUpdate(context, out, ctypes.byref(length), clear, len(clear)) == 1
            and call.EVP_EncryptFinal_ex(context, tag, ctypes.byref(length)) == 1
            and call.EVP_CIPHER_CTX_ctrl(context, GET_TAG, TAG, tag) == 1
        )
        if not good:
            raise OSError("libcrypto does not seal")
        return nonce + out.raw[: len(clear)] + tag.raw
