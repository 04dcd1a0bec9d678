"""What the command line says, in the language of the terminal: LANGUAGE, LC_ALL, LC_MESSAGES or LANG, as gettext has it.

Not the pages' way to speak: servers and workers run under these commands and have a language a request.
"""

from __future__ import annotations

import gettext as catalogues
import os
from contextlib import AbstractContextManager
from pathlib import Path

import click

from marketplace.core.i18n import DEFAULT_LANGUAGE, in_language, marked
from marketplace.core.messages import compiled_folder

# Click asks the same domain, so that its own words are found in our catalogues.
catalogues.bindtextdomain("messages", str(compiled_folder()))
_ = catalogues.gettext
ngettext = catalogues.ngettext

# Click's own words that a command here can say; listed to be translated with ours.
OF_CLICK = (
    marked("Usage:"),
    marked("Options"),
    marked("Commands"),
    marked("Positional arguments"),
    marked("Show this message and exit."),
    marked("Show the version and exit."),
    marked("%(prog)s, version %(version)s"),
    marked("default: {default}"),
    marked("Aborted!"),
    marked("Error: {message}"),
    marked("Try '{command} {option}' for help."),
    marked("Missing command."),
    marked("Missing argument"),
    marked("Missing {param_type}"),
    marked("No such command {name!r}."),
    marked("No such option {name!r}."),
    marked("Option {name!r} does not take a value."),
    marked("Invalid value: {message}"),
    marked("Invalid value for {param_hint}: {message}"),
    marked("{value!r} is not a valid {number_type}."),
    marked("{name} {filename!r} does not exist."),
    marked("{name} {filename!r} is a directory."),
    marked("{name} {filename!r} is not readable."),
    marked("file"),
    marked("path"),
)
OF_CLICK_COUNTED = (
    lambda count: ngettext(
        "Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})", count
    ),
    lambda count: ngettext("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)", count),
    lambda count: ngettext(
        "Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments.", count
    ),
)


def language() -> str:
    """The terminal's language, or English where it is none of ours."""
    found = catalogues.find("messages", str(compiled_folder()))
    return Path(found).parents[1].name if found else DEFAULT_LANGUAGE


def choose() -> None:
    """Settle on the terminal's first language that is ours; gettext would fill English up from the next one."""
    os.environ["LANGUAGE"] = language()


def speaking() -> AbstractContextManager[None]:
    """Let the packages below speak the terminal's language too, as long as nothing is kept of what they say."""
    return in_language(language())


def spoken(command: click.Command) -> click.Command:
    """A command whose explanations, and those of its options and commands, are in the terminal's language."""
    command.help = _(command.help) if command.help else command.help
    for parameter in command.params:
        explained = getattr(parameter, "help", None)
        if explained:
            parameter.help = _(explained)
    for inner in getattr(command, "commands", {}).values():
        spoken(inner)
    return command
