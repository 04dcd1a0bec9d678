"""The command line speaks the language of the terminal, click's own words included."""

from __future__ import annotations

import inspect
import re
from importlib import import_module

import click
import pytest

from marketplace.cli import COMMANDS, words
from marketplace.core import messages
from tests.processes import run

SAID = {
    "en": "Show this message and exit.",
    "fr": "Afficher ce message et quitter.",
    "ar": "عرض هذه الرسالة والخروج.",
}
SILENT = {"LANGUAGE": "", "LC_ALL": "", "LC_MESSAGES": "", "LANG": ""}


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "ar_TN.UTF-8"}, "ar"),
        ({"LANG": "fr_FR.UTF-8", "LANGUAGE": "ar"}, "ar"),
        ({"LANGUAGE": "en_GB:fr"}, "en"),
        ({"LANGUAGE": "de:fr"}, "fr"),
        ({"LANG": "tr_TR.UTF-8"}, "en"),
    ],
)
def test_the_terminal_says_which_language(configuration, environment, language):
    answer = run("--help", **(SILENT | environment))
    assert answer.returncode == 0, answer.stderr
    assert SAID[language] in answer.stdout


@pytest.mark.parametrize(
    ("name", "language"), [(name, ("ar", "fr")[place % 2]) for place, name in enumerate(COMMANDS)]
)
def test_each_command_explains_itself_in_that_language(configuration, name, language):
    answer = run(name, "--help", LANGUAGE=language)
    assert answer.returncode == 0, answer.stderr
    assert SAID[language] in answer.stdout
    command = import_module(COMMANDS[name]).command
    explained = [command.help, *(option.help for option in command.params if isinstance(option, click.Option))]
    flat = " ".join(answer.stdout.split())
    for english in explained:
        assert english
        assert " ".join(english.split("\n")[0].split()) not in flat


def test_a_fault_of_usage_is_said_in_that_language(configuration):
    answer = run("nothing-such", LANGUAGE="fr")
    assert answer.returncode == 2
    assert "Commande inconnue\u00a0: 'nothing-such'." in answer.stderr
    assert "Essayez 'marketplace --help' pour de l’aide." in answer.stderr
    answer = run("import", "challenge-gov", "/nowhere.json", LANGUAGE="ar")
    assert answer.returncode == 2
    assert "غير موجود" in answer.stderr


def test_a_check_names_its_faults_in_that_language(db):
    answer = run("check", LANGUAGE="fr", MARKETPLACE_ZONE="Nowhere/Else")
    assert answer.returncode == 1
    assert "Défaut\u00a0: Nowhere/Else n’est pas un fuseau horaire" in answer.stdout
    assert "Remède\u00a0: Donnez à MARKETPLACE_ZONE un nom IANA" in answer.stdout
    assert "Port du serveur de courriel" in answer.stdout


def test_what_is_done_is_said_in_that_language(db):
    assert run("migrate", LANGUAGE="ar").stdout == "المخطط محدّث.\n"
    answer = run("audit", "verify", LANGUAGE="fr")
    assert answer.stdout == "Aucun défaut\u00a0: rien n’a été modifié, coupé ni inséré.\n", answer.stderr
    assert run("reindex", LANGUAGE="fr").stdout.startswith("0 défi est indexé.")


def test_clicks_words_are_those_that_click_says():
    """A new version of click that says something else is noticed here."""
    source = "".join(
        inspect.getsource(import_module(f"click.{name}"))
        for name in ("core", "decorators", "exceptions", "formatting", "parser", "types")
    )
    assert [word for word in words.OF_CLICK if f'"{word}"' not in source] == []


def test_what_the_commands_say_goes_through_the_catalogues():
    listed = {str(message.id) for message in messages.extracted("cli") if message.id}
    assert "The schema is up to date." in listed
    for name in ("migrate", "worker", "serve", "demo", "check", "create_admin", "import_", "audit", "reindex"):
        source = inspect.getsource(import_module(f"marketplace.cli.{name}"))
        bare = re.findall(r'(?:echo|ClickException)\(\s*f?"', source)
        assert [found for found in bare if "echo" not in found] == [], name
