"""What a newcomer reads after `make run`: addresses, accounts, and how a phone gets here."""

from pathlib import Path

from backend.settings import Settings
from backend.start import introduce


def told(public_url: str) -> str:
    settings = Settings(data_folder=Path("data"), port=8123, public_url=public_url)
    return "\n".join(introduce(settings, ["Ana, floor inspector"]))


def test_addresses_and_accounts_are_told():
    words = told("")
    assert "http://127.0.0.1:8123/office.html" in words
    assert "Ana, floor inspector" in words


def test_without_https_one_sentence_says_what_phones_need_and_no_code_is_drawn():
    for public_url in ("", "http://roundsman.example"):
        words = told(public_url)
        assert words.count("Phones need HTTPS") == 1
        assert "ROUNDSMAN_PUBLIC_URL=https://" in words
        assert "█" not in words
        assert "▀" not in words


def test_with_https_a_code_is_drawn_for_phones():
    words = told("https://roundsman.example")
    assert "https://roundsman.example/" in words
    assert "█" in words or "▀" in words
    assert "Phones need HTTPS" not in words
