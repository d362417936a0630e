# SPDX-License-Identifier: BSD-3-Clause
"""AES-256-GCM as peers use it, by OpenSSL's libcrypto: Python's standard library has none."""

import ctypes
import os

NONCE, TAG = 12, 16
OVERHEAD = NONCE + TAG
SET_TAG, GET_TAG = 0x11, 0x10

_crypto = ctypes.CDLL("libcrypto.so.3")
_crypto.EVP_CIPHER_CTX_new.restype = ctypes.c_void_p
_crypto.EVP_aes_256_gcm.restype = ctypes.c_void_p
_CONTEXT = ctypes.c_void_p


def _run(key, nonce, data, encrypt, tag=None):
    """The other bytes and the tag; None when the tag is wrong."""
    context = _CONTEXT(_crypto.EVP_CIPHER_CTX_new())
    out = ctypes.create_string_buffer(len(data) + TAG)
    rest = ctypes.create_string_buffer(TAG)
    length = ctypes.c_int()
    cipher = ctypes.c_void_p(_crypto.EVP_aes_256_gcm())
    try:
        _crypto.EVP_CipherInit_ex(context, cipher, None, key, nonce, int(encrypt))
        if tag is not None:
            _crypto.EVP_CIPHER_CTX_ctrl(context, SET_TAG, TAG, tag)
        _crypto.EVP_CipherUpdate(context, out, ctypes.byref(length), data, len(data))
        if _crypto.EVP_CipherFinal_ex(context, rest, ctypes.byref(length)) != 1:
            return None
        if encrypt:
            _crypto.EVP_CIPHER_CTX_ctrl(context, GET_TAG, TAG, rest)
    finally:
        _crypto.EVP_CIPHER_CTX_free(context)
    return out.raw[: len(data)], rest.raw


def seal(key, inner, nonce=None):
    nonce = nonce or os.urandom(NONCE)
    sealed, tag = _run(key, nonce, inner, True)
    return nonce + sealed + tag


def unseal(key, payload):
    """The inner frame; None when it is not one that was sealed with the key."""
    if len(payload) < OVERHEAD:
        return None
    opened = _run(key, payload[:NONCE], payload[NONCE:-TAG], False, payload[-TAG:])
    return None if opened is None else opened[0]
