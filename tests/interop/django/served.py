"""What the Django projects beside this file have in common: what they are told, who can log in,
and how they are served.

A project reads one line of JSON with the settings that differ, prints one with the port, and ends
when its standard input does.
"""

import json
import logging
import os
import sys
import threading
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.conf import settings

asked = json.loads(sys.stdin.readline())


def configure(urls, database, **more):
    """Sets Django up: the paths are in the module `urls`."""
    settings.configure(
        SECRET_KEY=asked["secret"],
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF=urls,
        USE_TZ=True,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": database}},
        # Three passwords that everybody knows need no slow hash.
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        **more,
    )
    # What it makes of a broken request is in the answer.
    logging.disable(logging.CRITICAL)

    import django

    django.setup()


class SideBySide(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 256


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


def end_with_input():
    sys.stdin.read()
    os._exit(0)


def serve(server_class=WSGIServer):
    """Makes the tables and the accounts, says where it listens, and never returns.

    A database in memory is one connection's: such a project takes one request after the other.
    """
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application

    call_command("migrate", verbosity=0)
    for username, password in asked["accounts"]:
        User.objects.create_user(username, f"{username}@example.test", password)
    threading.Thread(target=end_with_input, daemon=True).start()
    server = make_server(
        "127.0.0.1", 0, get_wsgi_application(), server_class=server_class, handler_class=Quiet
    )
    print(json.dumps({"port": server.server_port}), flush=True)
    server.serve_forever()
