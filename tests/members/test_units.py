"""A community counts in a unit of its own, never in a state's money."""

import pytest
from babel.numbers import get_currency_name

from ledger.kernel.units import Unit
from ledger.members.errors import (
    ExportCodeIsStateMoney,
    ExportCodeUnreadable,
    ScaleOutOfRange,
    SymbolIsStateMoney,
    UnitIsStateMoney,
)
from ledger.members.rules.units import ISO_X_CODES, export_code_for, faults_of, is_code
from ledger.text.currencies import names_of_state_money

STATE_MONEY = names_of_state_money()

ISO_4217 = """
AED UAE Dirham; AFN Afghani; ALL Lek; AMD Armenian Dram; AOA Kwanza; ARS Argentine Peso;
AUD Australian Dollar; AWG Aruban Florin; AZN Azerbaijan Manat; BAM Convertible Mark;
BBD Barbados Dollar; BDT Taka; BHD Bahraini Dinar; BIF Burundi Franc; BMD Bermudian Dollar;
BND Brunei Dollar; BOB Boliviano; BOV Mvdol; BRL Brazilian Real; BSD Bahamian Dollar;
BTN Ngultrum; BWP Pula; BYN Belarusian Ruble; BZD Belize Dollar; CAD Canadian Dollar;
CDF Congolese Franc; CHE WIR Euro; CHF Swiss Franc; CHW WIR Franc; CLF Unidad de Fomento;
CLP Chilean Peso; CNY Yuan Renminbi; COP Colombian Peso; CRC Costa Rican Colon; CUP Cuban Peso;
CVE Cabo Verde Escudo; CZK Czech Koruna; DJF Djibouti Franc; DKK Danish Krone;
DOP Dominican Peso; DZD Algerian Dinar; EGP Egyptian Pound; ERN Nakfa; ETB Ethiopian Birr;
EUR Euro; FJD Fiji Dollar; FKP Falkland Islands Pound; GBP Pound Sterling; GEL Lari;
GHS Ghana Cedi; GIP Gibraltar Pound; GMD Dalasi; GNF Guinean Franc; GTQ Quetzal;
GYD Guyana Dollar; HKD Hong Kong Dollar; HNL Lempira; HTG Gourde; HUF Forint; IDR Rupiah;
ILS New Israeli Sheqel; INR Indian Rupee; IQD Iraqi Dinar; IRR Iranian Rial; ISK Iceland Krona;
JMD Jamaican Dollar; JOD Jordanian Dinar; JPY Yen; KES Kenyan Shilling; KGS Som; KHR Riel;
KMF Comorian Franc; KPW North Korean Won; KRW Won; KWD Kuwaiti Dinar; KYD Cayman Islands Dollar;
KZT Tenge; LAK Lao Kip; LBP Lebanese Pound; LKR Sri Lanka Rupee; LRD Liberian Dollar; LSL Loti;
LYD Libyan Dinar; MAD Moroccan Dirham; MDL Moldovan Leu; MGA Malagasy Ariary; MKD Denar;
MMK Kyat; MNT Tugrik; MOP Pataca; MRU Ouguiya; MUR Mauritius Rupee; MVR Rufiyaa;
MWK Malawi Kwacha; MXN Mexican Peso; MYR Malaysian Ringgit; MZN Mozambique Metical;
NAD Namibia Dollar; NGN Naira; NIO Cordoba Oro; NOK Norwegian Krone; NPR Nepalese Rupee;
NZD New Zealand Dollar; OMR Rial Omani; PAB Balboa; PEN Sol; PGK Kina; PHP Philippine Peso;
PKR Pakistan Rupee; PLN Zloty; PYG Guarani; QAR Qatari Rial; RON Romanian Leu;
RSD Serbian Dinar; RUB Russian Ruble; RWF Rwanda Franc; SAR Saudi Riyal;
SBD Solomon Islands Dollar; SCR Seychelles Rupee; SDG Sudanese Pound; SEK Swedish Krona;
SGD Singapore Dollar; SHP Saint Helena Pound; SLE Leone; SOS Somali Shilling;
SRD Surinam Dollar; SSP South Sudanese Pound; STN Dobra; SVC El Salvador Colon;
SYP Syrian Pound; SZL Lilangeni; THB Baht; TJS Somoni; TMT Turkmenistan New Manat;
TND Tunisian Dinar; TOP Pa'anga; TRY Turkish Lira; TTD Trinidad and Tobago Dollar;
TWD New Taiwan Dollar; TZS Tanzanian Shilling; UAH Hryvnia; UGX Uganda Shilling; USD US Dollar;
UYU Peso Uruguayo; UYW Unidad Previsional; UZS Uzbekistan Sum; VED Bolivar Soberano;
VES Bolivar Soberano; VND Dong; VUV Vatu; WST Tala; XAD Arab Accounting Dinar;
XAF CFA Franc BEAC; XAG Silver; XAU Gold; XCD East Caribbean Dollar; XCG Caribbean Guilder;
XDR SDR; XOF CFA Franc BCEAO; XPD Palladium; XPF CFP Franc; XPT Platinum; XSU Sucre;
XUA ADB Unit of Account; YER Yemeni Rial; ZAR Rand; ZMW Zambian Kwacha; ZWG Zimbabwe Gold
"""
"""The money of today, each with its name as ISO 4217 writes it."""

LISTED = [tuple(item.split(None, 1)) for item in " ".join(ISO_4217.split()).split("; ")]


def ensure_own_unit(unit: Unit, state_money: frozenset[str]) -> None:
    for fault in faults_of(unit, state_money):
        raise fault


@pytest.mark.parametrize(
    "name",
    ["poin", "jam", "rukun", "beras", "satuan waktu", "titik", "tepa selira", "benih", "Pohon"],
)
def test_a_unit_of_its_own_is_taken(name: str) -> None:
    ensure_own_unit(Unit(name, name, 2, "XPN"), STATE_MONEY)


@pytest.mark.parametrize(
    "word",
    [
        "rupiah", "Rupiah Desa", "r u p i a h", "Rp", "IDR", "Rp Sragen", "rupiah Indonesia",
        "US Dollar", "dolar", "Euro", "\N{EURO SIGN}", "Swiss Franc", "RUPIAH", "USD", "Gold",
        "Rup1ah", "ru\N{CYRILLIC SMALL LETTER ER}iah", "R.p.", "r p", "1DR", "D0lar Desa", "S$",
        "Ru\N{COMBINING ACUTE ACCENT}piah", "\N{FULLWIDTH LATIN CAPITAL LETTER R}p", "sen",
        "yuan Tiongkok", "emas", "perak", "pound sterling", "dolar Amerika Serikat", "XAU", "Xdr",
    ],
)  # fmt: skip
def test_the_money_of_a_state_is_refused(word: str) -> None:
    with pytest.raises(UnitIsStateMoney):
        ensure_own_unit(Unit(word, "poin", 2, "XPN"), STATE_MONEY)
    with pytest.raises(SymbolIsStateMoney):
        ensure_own_unit(Unit("poin", word, 2, "XPN"), STATE_MONEY)


@pytest.mark.parametrize(("code", "name"), LISTED)
def test_each_code_and_name_of_iso_4217_is_refused(code: str, name: str) -> None:
    for word in (code, code.lower(), name, name.upper(), *in_our_languages(code)):
        with pytest.raises(UnitIsStateMoney):
            ensure_own_unit(Unit(word, "poin", 2, "XPN"), STATE_MONEY)


def in_our_languages(code: str) -> list[str]:
    """The names of a currency in Indonesian and English, where CLDR knows it."""
    return [
        name for name in (get_currency_name(code, locale=one) for one in ("id", "en_GB")) if name
    ]


@pytest.mark.parametrize(
    "code",
    [*(code for code, _ in LISTED if code[0] == "X"), "XXX", "XTS", "XEU", "XBA", "XBB", "XBC"],
)
def test_x_codes_that_mean_something_are_refused(code: str) -> None:
    with pytest.raises(ExportCodeIsStateMoney):
        ensure_own_unit(Unit("poin", "poin", 2, code), STATE_MONEY)


@pytest.mark.parametrize("code", ["POI", "xpn", "XP", "XPNN", "X1N", "X\u0420N"])
def test_the_export_code_is_x_and_two_capitals(code: str) -> None:
    with pytest.raises(ExportCodeUnreadable):
        ensure_own_unit(Unit("poin", "poin", 2, code), STATE_MONEY)


def test_a_unit_has_at_most_three_decimals() -> None:
    with pytest.raises(ScaleOutOfRange):
        ensure_own_unit(Unit("poin", "poin", 4, "XPN"), STATE_MONEY)


@pytest.mark.parametrize("code", ["S", "sb", "SB1", "SIMPULS", ""])
def test_a_code_is_capitals(code: str) -> None:
    assert not is_code(code)


def test_all_that_is_wrong_is_said_at_once() -> None:
    found = faults_of(Unit("Rupiah", "Rp", 4, "XAU"), STATE_MONEY)
    assert [fault.field for fault in found] == [
        "unit_scale", "unit_name", "unit_symbol", "unit_export_code",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["jam", "poin", "uang", "agem", "ye", "\N{GREEK SMALL LETTER PI}"])
def test_a_code_is_made_for_who_needs_none(name: str) -> None:
    code = export_code_for(name, STATE_MONEY)
    assert faults_of(Unit("poin", "poin", 2, code), STATE_MONEY) == []
    assert code not in ISO_X_CODES
