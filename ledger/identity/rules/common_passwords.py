"""Passwords that are tried first: the 30 000 most leaked ones, and Indonesian ones.

The former come with the package zxcvbn; the latter are written by hand from what published
rankings have in common. Digits and signs around a word are taken off before it is looked up
here, so `rahasia` covers `Rahasia123!`.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

_SHORTEST_WORD = 4
"""What is left of a password that is mostly digits is no word."""


@cache
def common_passwords() -> frozenset[str]:
    """All of them, in lower case; read when first somebody chooses a password."""
    leaked = import_module("zxcvbn.frequency_lists").FREQUENCY_LISTS["passwords"]
    return _OURS | {word for word in leaked if len(word) >= _SHORTEST_WORD}


_OURS = frozenset(
    """
    0123456789 0987654321 11111111 111222333 11112222 11223344 112233445566 12121212 12312312
    123123123 1234512345 12344321 12345678 123456789 1234567890 12345678910 123456789a 123654789
    1357924680 147258369 147852369 159357456 19171945 17081945 20202020 22222222 23456789
    33333333 44444444 55555555 66666666 77777777 78945612 789456123 87654321 88888888 98765432
    987654321 99999999 00000000 1q2w3e4r 1q2w3e4r5t 1qaz2wsx 1qazxsw2 a1b2c3d4 aa123456 abc12345
    abcd1234 q1w2e3r4 qwer1234 zaq12wsx abcd abcde abcdef abcdefg abcdefgh abcdefghij aaaaaaaa
    asdasdasd asdf asdfasdf asdfgh asdfghjk asdfghjkl qazwsx qazwsxedc qwer qwerty qwertyu
    qwertyui qwertyuiop qweasd qweasdzxc qweqweqwe zxcvbn zxcvbnm zxcvbnmasdfghjkl

    admin administrator access account adminadmin apple babygirl bailey baseball basketball
    batman beautiful blessed butterfly changeme charlie cheese chelsea chocolate computer cookie
    correcthorsebatterystaple daniel default donald dragon family flower football freedom friend
    friends fuckyou golden google guest hello hellohello helloworld hunter iloveyou internet
    jennifer jessica jesus jordan killer letmein liverpool login lovely loveme loveyou
    manchester master matrix michael monkey mustang myspace naruto nothing onepiece orange pass
    passpass passw0rd p@ssw0rd p@ssword p4ssw0rd password passwordpassword peanut pepper pokemon
    princess purple root sample secret security server shadow sayang soccer somebody starwars
    strawberry summer sunshine superman system temp test tester testing testtest thomas trustno
    unknown user username welcome whatever william winter wonderful yellow

    adikkakak akucinta akucintakamu akusayang akusayangkamu akusukakamu alhamdulillah
    allahuakbar anakku anggota anjing arema assalamualaikum astaga ayah ayahibu ayahbunda
    bajingan bali bandung bangsat bendahara bersama bersatu bidadari bintang bismillah bobotoh
    bukalapak bunda bundaku cantik cinta cintaku cintakamu cintasejati damai dewata dirgahayu
    doraemon dompet facebook gantengku ganteng gojek gotongroyong indah indomie indonesia
    indonesiaku indonesiaraya instagram insyaallah jakarta jakmania jancok jawa jawabarat
    jawatimur jogja jogjakarta kampret kamu kangen karunia kasih kasihsayang katakunci katasandi
    keluarga keluargaku kerja komputer koperasi kredit kucing lupalagi lupasandi makassar
    malaikat malang mantap masjid masuk mawar medan melati merahputih merdeka merpati muhammad
    namaku narutokun nusantara padang pancasila pandawa pahlawan pasar pengurus perempuan
    permata persib persija persebaya putri putra rahasia rahasiaku rahasiabanget rahasiadong
    rahayu rajawali ramadhan rejeki rindu rumah rumahku sahabat salam saldo sandi sandiku
    satudua satuduatiga sayangku sayangkamu sayangmama sayangibu sederhana sehat sehati
    sejahtera selalu selamanya selamat semangat semarang semua sendiri senyum setia siapa simpul
    singa sinar sukses sulit sumatera surabaya syukur tanahair telkomsel terimakasih tokopedia
    tuhan tuhanyesus twitter whatsapp yesus yogyakarta youtube
    """.split()  # noqa: SIM905 - words to be read, not quotes
)
