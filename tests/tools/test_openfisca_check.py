"""The comparison with openfisca-france, without openfisca-france: what is asked, told and counted."""

import json
import re
from dataclasses import replace
from pathlib import Path

from bot.eligibility.exact import answers
from bot.eligibility.library import read
from tools.openfisca_check import oracle
from tools.openfisca_check.comparing import VARIABLES, Pair, pairs
from tools.openfisca_check.facts import KNOWN, facts_of
from tools.openfisca_check.kinds import KINDS, explained
from tools.openfisca_check.lives import Adult, Life, draw
from tools.openfisca_check.page import COLUMNS, page, table
from tools.openfisca_check.tally import tallied

ROOT = Path(__file__).parents[2]
NOTHING = {"salaire_net": 0.0, "chomage_net": 0.0, "retraite_nette": 0.0}


def answer(pay=0.0, pension=0.0, partner=None, aah=0.0, **pays):
    net = {**NOTHING, "salaire_net": pay, "retraite_nette": pension}
    return {
        "net": net,
        "partner_net": partner,
        "aah": aah,
        "pays": dict.fromkeys(VARIABLES, 0.0) | pays,
    }


def alone(**changes):
    return replace(Life(id=0, mixture="wages", me=Adult(age=30), housing="hosted"), **changes)


def pair(verdict, paid, right="rsa", life=None, amount=None):
    return Pair(
        right, life or alone(), {}, verdict, amount, paid, {**dict.fromkeys(VARIABLES, 0.0), right: paid}
    )


def test_the_same_seed_draws_the_same_households_of_every_group():
    drawn = list(draw(600, seed=3))
    assert drawn == list(draw(600, seed=3)) != list(draw(600, seed=4))
    assert {life.mixture for life in drawn} == {
        "wages",
        "jobless",
        "old",
        "handicap",
        "lone",
        "student",
        "young",
    }
    assert any(life.claims_aah for life in drawn) and any(life.newly_alone for life in drawn)


def test_every_life_answers_our_facts_within_their_domains():
    book = read(ROOT / "rules").on(max(read(ROOT / "rules").days_of_change()))
    for life in draw(300):
        partner = {**NOTHING, "salaire_net": 400.0} if life.partner else None
        told = facts_of(life, answer(pay=900.0, partner=partner))
        assert told.keys() <= KNOWN
        answers(book.facts, {fact: value for fact, value in told.items() if fact in book.facts})


def test_resources_hold_pay_pensions_and_support_but_neither_the_aah_nor_a_family_benefit():
    life = alone(me=Adult(age=30, disability="from_50"), children=(4, 9), support=120.0, claims_aah=True)
    told = facts_of(life, answer(pay=500.0, pension=100.0, aah=300.0, asf=283.0, rsa=50.0))
    assert told["household_income"] == 720.0
    assert told["work"] == "mixed" and told["work_income"] == 500.0
    assert told["other_parent"] == "part" and told["child_support"] == 120.0
    assert told["aah_paid"] == "yes" and "work_limited" not in told
    unpaid = facts_of(replace(life, claims_aah=False), answer(pay=500.0, aah=300.0))
    assert (unpaid["household_income"], unpaid["aah_paid"], unpaid["work_limited"]) == (620.0, "no", "no")


def test_what_a_child_opens_is_told_by_the_ages():
    told = facts_of(alone(me=Adult(age=45), children=(4, 12, 16, 21)), answer())
    assert {told[fact] for fact in ("grown_child", "school_child", "college_child", "lycee_child")} == {"yes"}
    assert (told["school_children"], told["older_children"]) == (2, 1)


def test_pay_alone_is_the_only_means():
    assert facts_of(alone(), answer(pay=800.0))["work"] == "only"
    assert facts_of(alone(), answer())["work"] == "none"


def test_what_is_asked_of_some_is_told_of_them_alone():
    told = facts_of(alone(me=Adult(age=70)), answer())
    assert not told.keys() & {
        "pregnant",
        "student",
        "unfit",
        "partner_age",
        "youngest_child",
        "rent",
        "permit_years",
    }


def test_the_oracle_is_asked_about_the_same_household():
    life = alone(me=Adult(age=63, wage=100.0, disability="from_80", unfit=True), partner=Adult(age=60),
                 children=(2,), support=50.0, residence="refugee", rent=0.0, housing="hosted")  # fmt: skip
    asked = json.loads(json.dumps(life, default=lambda x: {f: getattr(x, f) for f in x.__slots__}))
    given = oracle.situation([asked], aah=False)
    me = given["individus"]["me0"]
    assert me["date_naissance"]["ETERNITY"].startswith("1963")
    assert me["salaire_de_base"] == {oracle.SPAN: 6000.0}
    assert me["inapte_travail"] == {oracle.SPAN: True} and me["aah"] == {oracle.SPAN: 0}
    assert me["pensions_alimentaires_percues"] == {oracle.SPAN: 3000.0}
    assert given["individus"]["child0_0"]["nationalite"] == {oracle.SPAN: "AF"}
    assert given["familles"]["f0"]["parents"] == ["me0", "partner0"]
    assert given["menages"]["h0"]["statut_occupation_logement"] == {oracle.SPAN: "loge_gratuitement"}
    assert "aah" not in oracle.situation([asked], aah=True)["individus"]["me0"]


def test_outcomes_and_amounts():
    assert [pair(v, p).outcome for v, p in [("likely", 9), ("unlikely", 0), ("likely", 0), ("unlikely", 9), ("open", 9)]] == [
        "agree", "agree", "wrong yes", "wrong no", "open"]  # fmt: skip
    assert pair("likely", 100, amount=(96.0, 104.0)).close
    assert not pair("likely", 100, amount=(80.0, 100.0)).close
    assert not pair("likely", 100).priced


def test_each_compared_right_of_the_catalogue_makes_a_pair():
    verdicts = {"verdicts": {"aah": "unlikely", "css_free": "open", "rsa": "likely"}, "amounts": {}}
    lives = [alone(claims_aah=True)]
    assert [p.right for p in pairs(lives, [answer()], [verdicts], [{}])] == ["rsa", "aah"]


def test_what_no_kind_explains_is_counted_as_unexplained():
    tally = tallied([pair("unlikely", 400.0), pair("likely", 400.0, amount=(400.0, 400.0))])
    row = tally.rows["rsa"]
    assert (row.households, row.explained, row.unexplained, row.agreement) == (2, 0, 1, 0.5)
    assert "unexplained" in tally.sorts


def test_a_mistake_of_the_oracle_is_set_right_in_its_own_column():
    refugee = alone(me=Adult(age=70), residence="refugee")
    tally = tallied([pair("likely", 0.0, "aspa", refugee), pair("likely", 5.0, "aspa")])
    row = tally.rows["aspa"]
    assert (row.agreement, row.mended, row.unexplained) == (0.5, 1.0, 0)


def test_kinds_have_names_of_their_own_and_known_rights():
    assert len({kind.name for kind in KINDS}) == len(KINDS)
    assert all(kind.rights <= VARIABLES.keys() and kind.why.endswith(".") for kind in KINDS)


def test_an_open_verdict_is_open_on_purpose_whatever_else_holds():
    assert explained(pair("open", 0.0, life=alone(children=(22,))), "open").name == "Open on purpose"


def test_the_page_shows_the_table_and_each_kind():
    tally = tallied([pair("open", 0.0), pair("likely", 5.0, amount=(5.0, 5.0))])
    told = page(tally, households=2, seed=1, zone=3, day="2026-11-21")
    assert "\n".join(table(tally)) in told and "### Open on purpose" in told


def test_the_published_page_explains_every_disagreement():
    told = (ROOT / "docs" / "verification.md").read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in told.splitlines() if line.startswith("| ")]
    assert tuple(rows[0]) == COLUMNS
    unexplained = COLUMNS.index("unexplained")
    published = {row[0]: row for row in rows[1:]}
    catalogue = {folder.name for folder in (ROOT / "rules" / "rights").iterdir()}
    assert published.keys() == VARIABLES.keys() & catalogue
    assert all(int(row[1]) >= 2000 and row[unexplained] == "0" for row in published.values())
    assert all(re.search(rf"^### {re.escape(kind)}$", told, re.MULTILINE) for kind in ("Open on purpose",))
