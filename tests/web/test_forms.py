"""Forms: read in the person's language, and shown again with what was wrong."""

import re

import pytest
from flask.testing import FlaskClient

from ledger.kernel.identifiers import is_request_key
from tests.web.conftest import BOOKED

ADDRESS = "/c/SB/SB001/take"
GOOD = {"payer": "SB002", "amount": "25,50", "what": "Beras", "request_key": "k" * 22}


@pytest.fixture
def phone(siti: FlaskClient) -> FlaskClient:
    """Siti's browser, in Indonesian."""
    siti.set_cookie("language", "id")
    return siti


def test_a_new_form_carries_a_new_request_key(phone: FlaskClient) -> None:
    keys = [
        re.search(r'name="request_key" value="([^"]+)"', phone.get(ADDRESS).text) for _ in range(2)
    ]
    assert keys[0]
    assert keys[1]
    assert is_request_key(keys[0][1])
    assert keys[0][1] != keys[1][1]


def test_what_is_sent_is_read_in_the_persons_notation(phone: FlaskClient) -> None:
    assert phone.post(ADDRESS, data={**GOOD, "csrf_token": "x", "more": "y"}).status_code == 303
    assert BOOKED == [{"payer": 2, "amount": 2550, "what": "Beras", "request_key": "k" * 22}]
    phone.set_cookie("language", "en")
    assert phone.post(ADDRESS, data={**GOOD, "amount": "25.50"}).status_code == 303
    assert BOOKED[1]["amount"] == 2550


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(phone: FlaskClient) -> None:
    answer = phone.post(ADDRESS, data={**GOOD, "amount": "1.5", "what": '"><b>Beras'})
    assert answer.status_code == 422
    assert BOOKED == []
    page = answer.text
    assert '<p class="form-error" id="amount-error">Tulis nominal dengan angka' in page
    assert 'aria-describedby="amount-error" aria-invalid="true"' in page
    assert 'aria-describedby="payer-help"' in page
    assert 'value="1.5"' in page
    assert "&gt;&lt;b&gt;Beras" in page
    assert f'name="request_key" value="{"k" * 22}"' in page


def test_a_refusal_of_the_ledger_stands_at_the_field_it_names(phone: FlaskClient) -> None:
    answer = phone.post(ADDRESS, data={**GOOD, "amount": "1.000"})
    assert answer.status_code == 422
    assert re.search(r'id="amount-error">Transaksi ini melewati batas kredit 300,00', answer.text)


@pytest.mark.parametrize(
    "amount", ["", "NaN", "1e400", "-0", "9" * 10**4, "１２", "\x00", "1,5,5", "٣"]
)  # fmt: skip
def test_no_amount_breaks_the_page(phone: FlaskClient, amount: str) -> None:
    assert phone.post(ADDRESS, data={**GOOD, "amount": amount}).status_code == 422
    assert BOOKED == []


def test_every_field_has_a_label_and_every_description_exists(phone: FlaskClient) -> None:
    page = phone.post(ADDRESS, data={}).text
    ids = set(re.findall(r'\sid="([^"]+)"', page))
    assert set(re.findall(r'<label[^>]* for="([^"]+)"', page)) <= ids
    described = re.findall(r'aria-describedby="([^"]+)"', page)
    assert described
    assert {one for many in described for one in many.split()} <= ids
