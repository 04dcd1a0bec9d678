"""What a stolen table of passwords costs its thief."""

from __future__ import annotations

from argon2 import PasswordHasher

from marketplace.accounts import passwords


def test_a_password_is_kept_at_the_cost_that_the_standard_asks():
    """RFC 9106, section 4: 64 MiB, three passes, four lanes; the suite itself hashes cheaply."""
    kept = PasswordHasher.from_parameters(passwords.COST).hash("lanterns over quiet water")
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_a_hash_of_lower_cost_is_made_anew_at_the_next_sign_in(configuration, monkeypatch):
    cheap = passwords.hashed("lanterns over quiet water")
    assert not passwords.is_outdated(cheap)
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher.from_parameters(passwords.COST))
    assert passwords.is_outdated(cheap)
    assert passwords.verify(cheap, "lanterns over quiet water")
