"""The organisations' blueprint, on which the views of two files stand."""

from flask import Blueprint

blueprint = Blueprint("organisations", __name__, url_prefix="/organisations")
