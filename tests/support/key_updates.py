"""A TLS client that says again and again that its keys are new ones (RFC 8446, 4.6.3), which Python's own cannot."""

import ctypes

BIO_CTRL_INFO = 3
UPDATE_NOT_REQUESTED = 0

crypto, tls = ctypes.CDLL("libcrypto.so.3"), ctypes.CDLL("libssl.so.3")
for library, name in ((crypto, "BIO_new"), (crypto, "BIO_s_mem"), (tls, "SSL_CTX_new"), (tls, "SSL_new"),
                      (tls, "TLS_client_method")):
    getattr(library, name).restype = ctypes.c_void_p
crypto.BIO_ctrl.restype = ctypes.c_long


def checked(result):
    assert result == 1, "OpenSSL refuses"


class KeyUpdates:
    """A client on a connected socket. It certifies nothing and is never freed."""

    def __init__(self, client):
        context = tls.SSL_CTX_new(ctypes.c_void_p(tls.TLS_client_method()))
        self.ssl = ctypes.c_void_p(tls.SSL_new(ctypes.c_void_p(context)))
        checked(tls.SSL_set_fd(self.ssl, client.fileno()))
        checked(tls.SSL_connect(self.ssl))

    def encrypted(self, count, request):
        """So many key updates and the request behind them, as bytes to send."""
        memory = ctypes.c_void_p(crypto.BIO_new(ctypes.c_void_p(crypto.BIO_s_mem())))
        tls.SSL_set0_wbio(self.ssl, memory)
        for _ in range(count):
            checked(tls.SSL_key_update(self.ssl, UPDATE_NOT_REQUESTED))
            checked(tls.SSL_do_handshake(self.ssl))
        assert tls.SSL_write(self.ssl, request, len(request)) == len(request)
        start = ctypes.c_void_p()
        size = crypto.BIO_ctrl(memory, BIO_CTRL_INFO, ctypes.c_long(0), ctypes.byref(start))
        return ctypes.string_at(start, size)

    def answer(self):
        """Waits for it."""
        buffer = ctypes.create_string_buffer(4096)
        size = tls.SSL_read(self.ssl, buffer, len(buffer))
        return buffer.raw[:max(0, size)]
