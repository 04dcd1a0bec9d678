"""The accounts' blueprint, on which the views of three files stand."""

from flask import Blueprint

blueprint = Blueprint("accounts", __name__)
