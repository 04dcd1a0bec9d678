"""The least that Flask can do."""

from __future__ import annotations

from flask import Flask

app = Flask(__name__)


@app.route("/")
def hello() -> str:
    return "Hello, World!"


@app.route("/healthz")
def healthz() -> str:
    return "ok"
