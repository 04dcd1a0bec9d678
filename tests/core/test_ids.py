"""Identifiers: unique, in order where order helps, and never to be guessed."""

import re
import time

from marketplace.core import ids


def test_ids_come_in_order_and_once():
    made = [ids.new_id() for _ in range(20_000)]
    assert made == sorted(set(made))
    assert all(one.version == 7 and one.variant == "specified in RFC 4122" for one in made)


def test_an_id_carries_its_millisecond():
    before = time.time_ns() // 1_000_000
    assert before <= (ids.new_id().int >> 80) <= time.time_ns() // 1_000_000 + 50


def test_a_random_id_tells_no_time():
    assert ids.new_random_id().version == 4


def test_keys_have_thirteen_letters_of_base_32():
    keys = {ids.new_key() for _ in range(2000)}
    assert len(keys) == 2000
    assert all(ids.is_key(key) for key in keys)
    assert not ids.is_key("ABCDEFGHJKLMN")
    assert not ids.is_key("abc")


def test_a_receipt_code_is_read_however_it_is_typed():
    code = ids.receipt_code()
    assert re.fullmatch(r"[2-9A-HJKMNP-TV-Z]{4}(-[2-9A-HJKMNP-TV-Z]{4}){3}", code)
    assert ids.read_receipt_code(f"  {code.lower().replace('-', ' ')}") == code
    assert ids.read_receipt_code(code[:-1]) is None
    assert ids.read_receipt_code(code[:-1] + "0") is None
