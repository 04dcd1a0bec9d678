"""Every component on one page, in each language: for the tests of the design system and for looking at it.

.venv/bin/python -m tests.gallery        # http://127.0.0.1:5055/en/
"""

from __future__ import annotations

from uuid import UUID

from flask import Flask, flash, render_template, request
from flask_babel import Babel
from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined
from wtforms import BooleanField
from wtforms.validators import InputRequired

from marketplace.core import components, messages, templating
from marketplace.core.forms import (
    ActionForm,
    ChoiceField,
    DateField,
    FileUploadField,
    Form,
    LineField,
    LocalDateTimeField,
    MoneyField,
    MultipleChoiceField,
    RadioChoiceField,
    TextField,
)
from marketplace.core.paths import PACKAGE, data_folder
from marketplace.web.layout import Alternate, Area, Feed, Layout, Membership, Person, Urls

NAMES = {"en": "English", "ar": "العربية", "fr": "Français"}


class SampleForm(Form):
    """One field of each kind."""

    name = LineField(
        "Name of the unit", description="As on its letterhead.", validators=[InputRequired("Write the name.")]
    )
    price = MoneyField(
        "Pilot, 6 months", currency="EUR", validators=[InputRequired("Enter a price, or 0 if it costs nothing")]
    )
    tax = RadioChoiceField(
        "Do these prices include tax?",
        choices=[("no", "No, tax is added"), ("yes", "Yes, tax is included"), ("none", "No tax applies to us")],
        validators=[InputRequired("Say whether the prices include tax")],
    )
    topics = MultipleChoiceField("Topics", choices=[("a", "Detection"), ("b", "Recovery"), ("c", "Identity")])
    country = ChoiceField("Country", choices=[("TN", "Tunisia"), ("JO", "Jordan")])
    begins = DateField("Begins on")
    deadline = LocalDateTimeField("Deadline", zone="Europe/Paris")
    covers = TextField("What the pilot price covers", max_length=1500)
    file = FileUploadField("Evidence")
    agreed = BooleanField("We have read the terms")
    score = RadioChoiceField("Detects slow tampering", choices=[(str(n), str(n)) for n in range(11)], default="8")


def create_gallery() -> Flask:
    """The gallery as an application of its own, without a database."""
    app = Flask("gallery", static_folder=str(data_folder("static")), static_url_path="/static")
    app.config.update(
        SECRET_KEY="gallery",
        WTF_CSRF_ENABLED=False,
        BABEL_TRANSLATION_DIRECTORIES=str(messages.compiled_folder()),
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_loader = ChoiceLoader(
        [FileSystemLoader(data_folder("templates")), FileSystemLoader(PACKAGE.parent / "tests" / "templates")]
    )
    Babel(app, locale_selector=_language)
    templating.install(app)
    components.install(app)
    app.add_url_rule("/<language>/", view_func=_page, methods=["GET", "POST"], endpoint="gallery")
    app.add_url_rule("/<language>/heads/", view_func=_heads)
    app.after_request(_protect)
    return app


def _language() -> str:
    return (request.view_args or {}).get("language", "en")


def _protect(response):
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'"
    )
    return response


def _page(language: str):
    form = SampleForm(formdata=request.form if request.args.get("errors") is None else None)
    if request.args.get("errors") is not None:
        form.process(formdata=None, data={"name": "Unit"})
        form.price.raw_data = ["one hundred sixty"]
        form.price.errors = ["Enter a price, or 0 if it costs nothing"]
        form.tax.errors = ["Say whether the prices include tax"]
    if request.args.get("toast") is not None:
        flash("Answer published. 34 followers are told.")
    return render_template(
        "gallery.html", layout=_layout(language), form=form, deed=ActionForm(), rtl=language == "ar"
    )


def _heads(language: str):
    return render_template("heads.html", layout=_layout(language), rtl=language == "ar")


URLS = Urls(
    home="/en/",
    search="/s",
    sign_in="/in",
    sign_out="/out",
    act_as="/act",
    dashboard="/d",
    account="/a",
    notices="/n",
    organisation="/o",
    decisions="/x",
    feeds="/f",
    accessibility="/acc",
    privacy="/p",
    theme="/theme",
    demo_people="/demo",
    demo_mail="/mail",
)
NADIA = Person(
    "Nadia Farouk",
    "National Water Authority",
    "agency",
    "Agency",
    "Challenge manager",
    (
        Membership(UUID(int=1), "National Water Authority", "agency", "Challenge manager", True),
        Membership(UUID(int=2), "Tidewatch Labs", "startup", "Editor"),
        Membership(UUID(int=3), "Jordan, National Cyber Centre", "partner", "Reader"),
    ),
    unread=3,
)


def _layout(language: str) -> Layout:
    arabic = language == "ar"
    signed_in = request.args.get("anonymous") is None
    return Layout(
        site_name="سوق التقنيات السيبرانية" if arabic else "Cyber Tech Marketplace",
        operator="المكتب الوطني للأمن الرقمي" if arabic else "the National Office for Digital Security",
        language=language,
        dir="rtl" if arabic else "ltr",
        urls=URLS,
        areas=tuple(
            Area(label, f"/{n}", n == 0)
            for n, label in enumerate(
                ["التحديات", "دراسات الحالة", "الجهات"] if arabic else ["Challenges", "Case studies", "Organisations"]
            )
        ),
        alternates=tuple(
            Alternate(other, name, f"/{other}/", f"http://localhost/{other}/")
            for other, name in NAMES.items()
            if other != language
        ),
        canonical=f"http://localhost/{language}/",
        default_url="http://localhost/en/",
        person=NADIA if signed_in else None,
        is_demo=request.args.get("demo") is not None,
        zone="باريس" if arabic else "Paris",
        csrf_token="token",
        feeds=[Feed("Challenges", "/feeds/challenges.atom", "application/atom+xml")],
        theme=request.args.get("theme"),  # type: ignore[arg-type]
    )


if __name__ == "__main__":
    create_gallery().run(port=5055)
