"""Certificates for TLS tests, made by openssl in a temporary folder, and peers in Python."""

import functools
import hashlib
import os
import shutil
import ssl
import subprocess
import tempfile
import unittest

from harness import DEADLINE, run

NAMES = "subjectAltName=DNS:localhost,DNS:sock.example,IP:127.0.0.1,IP:::1"


def openssl(*args, stdin=b"", **options):
    return subprocess.run(["openssl", *map(str, args)], input=stdin, capture_output=True,
                          timeout=DEADLINE, **{"check": True, **options})


class Folder:
    """`NAME.pem` and `NAME.key` of each certificate, removed at the end of the process."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()

    def __getitem__(self, file):
        return os.path.join(self.folder.name, file)

    def make(self, name, by=None, names=NAMES, subject=None, dates=()):
        """Makes a certificate signed by `by`, or by itself (an authority)."""
        new_key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
        subject = subject or f"/O=sock tests/CN={name}"
        request = ("req", *new_key, "-keyout", self[name + ".key"], "-subj", subject)
        if by is None:
            openssl(*request, "-x509", "-days", 2, "-addext", names, "-out", self[name + ".pem"])
            return
        openssl(*request, "-out", self[name + ".csr"])
        with open(self[name + ".ext"], "w", encoding="ascii") as file:
            file.write(names + "\n")
        # `x509 -req` would do, but for dates of the past.
        with open(self["ca.cnf"], "w", encoding="ascii") as file:
            file.write(f"""[ca]
default_ca = it
[it]
database = {self["ca.txt"]}
rand_serial = yes
default_md = sha256
policy = any
[any]
organizationName = optional
commonName = supplied
""")
        with open(self["ca.txt"], "w", encoding="ascii"):
            pass
        openssl("ca", "-batch", "-notext", "-config", self["ca.cnf"], "-in", self[name + ".csr"],
                "-cert", self[by + ".pem"], "-keyfile", self[by + ".key"],
                "-extfile", self[name + ".ext"], "-outdir", self.folder.name,
                "-out", self[name + ".pem"], *(dates or ("-days", 2)))

    def pin(self, name):
        """Returns the SHA-256 of the certificate's DER form, in lower case."""
        with open(self[name + ".pem"], encoding="ascii") as file:
            return hashlib.sha256(ssl.PEM_cert_to_DER_cert(file.read())).hexdigest()


@functools.lru_cache(maxsize=None)
def folder():
    """`authority` has signed `server`, `client` and `expired`; `stranger` is signed by itself."""
    made = Folder()
    made.make("authority")
    made.make("stranger")
    made.make("server", by="authority")
    made.make("client", by="authority", subject="/O=sock tests/CN=Ana")
    made.make("expired", by="authority",
              dates=("-startdate", "20200101000000Z", "-enddate", "20200102000000Z"))
    return made


def own_certificate():
    """The options for a certificate of sockserver that `authority` has signed."""
    return "--cert", folder()["server.pem"], "--key", folder()["server.key"]


def server_context(name="server"):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder()[name + ".pem"], folder()[name + ".key"])
    return context


def client_context(**versions):
    """The context of a client that does not verify the server."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    for name, version in versions.items():
        setattr(context, name, version)
    return context


def setUpModule():  # pylint: disable=invalid-name
    """For a file in which all tests need TLS."""
    if shutil.which("openssl") is None:
        raise unittest.SkipTest("openssl is not there")
    if b"without OpenSSL" in run("--tls", "--alpn", "x", "127.0.0.1", 1).stderr:
        raise unittest.SkipTest("the programs were built without OpenSSL")
