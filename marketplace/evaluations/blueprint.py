"""The blueprint that the views of all parts hang on."""

from flask import Blueprint

blueprint = Blueprint("evaluations", __name__, url_prefix="/evaluations")
