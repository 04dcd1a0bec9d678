"""What `make setup` makes from sources: message catalogues and web fonts."""

from marketplace.core import messages


def main() -> None:
    """Compile every catalogue; each step leaves alone what is up to date."""
    messages.compile_catalogues()


if __name__ == "__main__":
    main()
