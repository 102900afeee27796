"""Nine rights of today's catalogue as plain Python, written by hand from the same rule files: the limit of speed.

Only the legal amounts are read from the rule files (they are dated); every condition stands here a second time,
and `clairdroit bench exact` says of how many households the two think otherwise. Where rules change, so must this.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from bot.eligibility.nodes import Table
from bot.eligibility.rulebook import RuleBook

_LONGEST_TABLE = 16
_ALIKE_FRENCH = ("french", "european", "refugee")
_AT_HOME = ("owner", "hosted", "passing")
_PARTNER_ASPA = 50


def law_of(book: RuleBook) -> SimpleNamespace:
    """The legal amounts in force by name, tables as lists from zero on, and the lines that follow from them."""
    law = SimpleNamespace(**{
        name: [each.value.at(index) for index in range(_LONGEST_TABLE)]
        if isinstance(each.value, Table)
        else each.value
        for name, each in book.parameters.items()
    })  # fmt: skip
    six_rate = 1 + law.rsa_second_person + 5 * law.rsa_other_person
    six_rate += 4 * (law.rsa_third_child - law.rsa_other_person)
    six_home = law.rsa_base * (1 + law.rsa_second_person + law.rsa_other_person) * law.housing_flat_rate[3]
    six_family = law.bmaf * (law.af_second_child + 4 * law.af_other_child + law.cf_share)
    law.rsa_bottom = law.rsa_base * six_rate - six_home - six_family - law.bmaf * 6 * law.rsa_asf_share
    law.rsa_top = law.rsa_base * (law.rsa_alone_base + 6 * law.rsa_alone_child) - six_family
    law.usual_floor = (1 - law.housing_flat_rate[1]) * law.rsa_base
    return law


class Home:
    """A household with all that several rights need to know of it, a month's money in euros."""

    def __init__(self, facts: Mapping[str, Any], law: SimpleNamespace) -> None:
        self.age = facts["age"]
        self.couple = facts["couple"]
        self.partner_age = facts["partner_age"]
        self.children = int(facts["children"])
        self.youngest = facts["youngest_child"]
        self.other_parent = facts["other_parent"]
        self.income = facts["household_income"]
        self.own_income = facts["own_income"]
        self.work = facts["work"]
        self.housing = facts["housing"]
        self.rent = facts["rent"]
        self.student = facts["student"]
        self.pregnant = facts["pregnant"]
        self.residence = facts["residence"]
        self.disability = facts["disability"]
        self.work_limited = facts["work_limited"]
        self.unfit = facts["unfit"]
        self.young = self.children - facts["grown_child"]
        self.pay = self._pay(facts["child_support"], facts["work_income"])
        self.aah_paid = facts["aah_paid"]
        self.means = self.income + (self._aah(law) if self.aah_paid else 0.0)
        self._family(facts["newly_alone"], law)
        self._stay(facts["permit_years"], law)
        self._benefits(law)
        self._housing(law)
        least = law.rsa_least_paid
        self.low_income = not self.aah_paid and (
            self.income <= law.rsa_bottom - least
            or (self.children <= 2 and self.income <= law.usual_floor - least)
        )

    def _pay(self, child_support: float, work_income: float) -> float:
        if self.work == "only":
            return max(0.0, self.income - child_support)
        return 0.0 if self.work == "none" else min(work_income, self.income)

    def _aah(self, law: SimpleNamespace) -> float:
        if self.couple:
            work, other = (self.own_income, 0.0) if self.work != "none" else (0.0, self.own_income)
        else:
            work, other = self.pay, self.income - self.pay
        limit = law.smic_month * law.aah_low_band
        counted = other + (1 - law.aah_low_off) * min(work, limit)
        counted += (1 - law.aah_high_off) * max(0.0, work - limit)
        line = law.aah_amount * (1 + law.aah_child_share * self.children)
        return max(0.0, min(law.aah_amount, line - counted))

    def _family(self, newly_alone: bool, law: SimpleNamespace) -> None:
        others = self.couple + self.children
        self.size = 1 + others
        self.alone_major = not self.couple and (
            self.pregnant or (self.children >= 1 and (self.youngest < law.rsa_alone_youngest or newly_alone))
        )
        self.family_rate = 1.0
        if others >= 1:
            self.family_rate += law.rsa_second_person + law.rsa_other_person * (others - 1)
        if self.children > 2:
            self.family_rate += (law.rsa_third_child - law.rsa_other_person) * (self.children - 2)
        self.alone_rate = law.rsa_alone_base + law.rsa_alone_child * self.children
        self.most_rate = self.family_rate if self.couple else max(self.family_rate, self.alone_rate)

    def _stay(self, permit_years: float, law: SimpleNamespace) -> None:
        french = self.residence in _ALIKE_FRENCH
        self.resident = self.residence != "none"
        self.resident_five = french or permit_years >= law.rsa_permit_years
        self.resident_ten = french or permit_years >= law.aspa_permit_years
        mine, other = self.age >= law.aspa_age, self.couple and self.partner_age >= law.aspa_age
        self.aspa_open = self.resident_ten and (mine or (self.age >= _PARTNER_ASPA and other))
        self.one_aspa = self.couple and not (mine and other)
        self.aspa_most = (law.aspa_couple if mine and other else law.aspa_single) / 12
        self.aspa_ceiling = (law.aspa_couple if self.couple else law.aspa_single) / 12

    def _benefits(self, law: SimpleNamespace) -> None:
        children = self.young
        self.family_allowance = 0.0
        if children >= 2:
            self.family_allowance = law.bmaf * (law.af_second_child + law.af_other_child * (children - 2))
        self.young_child = 0.0
        if self.children >= 1 and self.youngest < law.paje_age:
            self.young_child = law.bmaf * law.paje_share
        elif children >= 3:
            self.young_child = law.bmaf * law.cf_share
        self.support = 0.0
        self.support_counted = 0.0 if self.couple else law.bmaf * law.rsa_asf_share * children
        if not self.couple and self.other_parent != "full":
            self.support = law.bmaf * law.asf_share * children
        self.counted_benefits = self.family_allowance + self.young_child
        if self.other_parent != "full":
            self.counted_benefits += self.support_counted
        self.family_counted = self.family_allowance
        if children >= 3:
            self.family_counted += law.bmaf * max(law.paje_share, law.cf_share)
        self.baby_counted = law.bmaf * law.paje_share if 1 <= self.children <= 2 else 0.0

    def _housing(self, law: SimpleNamespace) -> None:
        rate = 1.0
        if self.size >= 2:
            rate += law.rsa_second_person
        if self.size >= 3:
            rate += law.rsa_other_person
        self.flat_size_rate = rate
        self.housed = self.housing == "tenant" or self.housing in _AT_HOME
        share = rate * law.housing_flat_rate[self.size]
        self.rsa_home = law.rsa_base * share if self.housed else 0.0
        self.ppa_home = law.ppa_base * share


def rsa(home: Home, law: SimpleNamespace) -> str:
    if not (
        home.age >= law.rsa_age
        or home.children >= 1
        or home.pregnant
        or (home.couple and home.partner_age >= law.rsa_age)
    ):
        return "unlikely"
    if not (home.resident_five or (home.resident and home.alone_major)):
        return "unlikely"
    if home.student and not home.alone_major and not home.couple:
        return "unlikely"
    rate = home.family_rate if home.children == 0 and not home.pregnant else home.most_rate
    put_up = home.rsa_home if home.housing in ("hosted", "passing") else 0.0
    high = law.rsa_base * rate - put_up - home.family_counted
    said = _rsa_income(home, high, law)
    if not home.aspa_open:
        return said
    if home.income + home.aspa_most > high - law.rsa_least_paid:
        return "unlikely"
    return "unlikely" if said == "unlikely" else "open"


def _rsa_income(home: Home, high: float, law: SimpleNamespace) -> str:
    if home.low_income:
        return "likely"
    if home.means >= law.rsa_top or high - home.means < law.rsa_least_paid:
        return "unlikely"
    flat = law.rsa_base * (max(home.family_rate, home.alone_rate) if home.alone_major else home.family_rate)
    ceiling = min(law.rsa_top, max(law.rsa_bottom, flat - home.rsa_home - home.counted_benefits))
    if ceiling - home.means >= law.rsa_least_paid:
        return "likely"
    low = _least_flat(home, law.rsa_base) - home.rsa_home - home.family_counted - home.support_counted
    if low - home.means >= law.rsa_least_paid:
        return "likely"
    at_home = 0.0 if home.housing == "owner" else home.rsa_home
    if home.housing == "tenant":
        at_home = min(at_home, _housing_aid(home, law))
    most = flat - at_home - home.family_allowance - home.young_child
    if home.other_parent == "none":
        most -= home.support_counted
    return "open" if most - home.means >= law.rsa_least_paid else "unlikely"


def _housing_aid(home: Home, law: SimpleNamespace) -> float:
    """The aid that this rent and these means give, in zone 3."""
    case = home.children + 1 if home.children >= 1 else int(home.couple or home.pregnant)
    year = law.housing_student_income
    if not home.student:
        year = 12 * (home.income + law.wage_taxable_part * home.pay) * (1 - law.work_costs_off)
    over = max(0.0, year + law.housing_rounding - law.housing_income_off[case])
    kept = min(home.rent, law.rent_most_zone3[case])
    costs = kept + law.rent_charges + law.rent_charges_child * home.children
    part = kept / law.rent_most_zone2[0] * law.rent_ratio_zone2[case]
    rate = law.housing_rent_rate * max(0.0, min(part, law.housing_rent_high) - law.housing_rent_low)
    rate += law.housing_rent_rate_high * max(0.0, part - law.housing_rent_high)
    own = max(law.rent_own_share * costs, law.rent_own_least) + (law.housing_family_rate[case] + rate) * over
    share = 1.0
    if home.disability == "none":
        excess = home.rent / law.rent_most_zone3[0] * law.rent_ratio_zone3[case]
        share = (law.housing_rent_none - excess) / (law.housing_rent_none - law.housing_rent_less)
        share = max(0.0, min(1.0, share))
    paid = (1 - law.crds) * ((costs - own) * share - law.housing_aid_off) - law.housing_floor
    return max(0.0, float(paid))


def _least_flat(home: Home, base: float) -> float:
    if home.couple or home.children == 0:
        return base * home.family_rate - home.baby_counted
    return min(base * home.family_rate, base * home.alone_rate - home.baby_counted)


def prime_activite(home: Home, law: SimpleNamespace) -> str:
    grown = home.age >= law.ppa_age or (home.couple and home.partner_age >= law.ppa_age)
    if not grown or home.work == "none":
        return "unlikely"
    if not (home.resident_five or (home.resident and home.alone_major)):
        return "unlikely"
    said = "likely"
    if home.student and not home.couple and not home.alone_major:
        if home.income <= law.student_work_share * law.student_hours * law.smic_hour:
            return "unlikely"
        said = "likely" if home.work == "only" else "open"
    return _ppa_income(home, law, said)


def _ppa_income(home: Home, law: SimpleNamespace, said: str) -> str:
    at_home = home.ppa_home if home.housing in _AT_HOME else 0.0
    anywhere = home.ppa_home if home.housed else 0.0
    beside = 0.0 if home.housing == "owner" else at_home
    bonus = law.ppa_base * law.ppa_bonus_most
    kept = (1 - law.ppa_work_share) * home.means
    means = home.income - law.ppa_work_share * home.pay
    only = home.work == "only"
    aah_apart = home.means - law.ppa_work_share * (home.income if only else 0.0)
    own = home.own_income if home.couple else home.income
    as_pay = only and home.other_parent == "none" and own >= law.ppa_aah_hours * law.smic_hour
    bonuses = _bonuses(home, bonus, law)
    support_most, support_least = _supports(home, law)
    low = _least_flat(home, law.ppa_base) - home.family_counted - home.support_counted
    if not home.aspa_open:
        if home.low_income:
            return said
        pay_low = low + home.support_counted - support_most - at_home + bonus - law.ppa_least_paid
        if only and (not home.aah_paid or as_pay) and kept <= pay_low:
            return said
        if only and home.aah_paid and aah_apart <= low - anywhere - law.ppa_least_paid:
            return said
        beside_pay = min(home.income, means - min(bonuses) + law.ppa_least_paid)
        if home.work == "mixed" and not home.aah_paid and beside_pay <= low - anywhere:
            return said
    elif home.income < home.aspa_ceiling and not home.one_aspa:
        return "unlikely"
    rate = home.family_rate if home.children == 0 and not home.pregnant else home.most_rate
    high = law.ppa_base * rate - home.family_counted
    if kept > high - support_least - beside + bonus * (1 + home.couple) - law.ppa_least_paid:
        return "unlikely"
    if (
        (only and (not home.aah_paid or as_pay or home.other_parent != "none"))
        or (home.work == "mixed" and home.aah_paid)
        or aah_apart <= high - beside
        or (not home.aah_paid and means <= high - beside + max(bonuses) - law.ppa_least_paid)
    ):
        return "open"
    return "unlikely"


def _bonuses(home: Home, most: float, law: SimpleNamespace) -> tuple[float, ...]:
    """Of one full pay; with a couple of two halves too."""
    start, span = law.ppa_bonus_start, law.ppa_bonus_end - law.ppa_bonus_start
    whole = most * min(1.0, max(0.0, home.pay / law.smic_hour - start) / span)
    if not home.couple:
        return (whole,)
    return (whole, 2 * most * min(1.0, max(0.0, home.pay / 2 / law.smic_hour - start) / span))


def _supports(home: Home, law: SimpleNamespace) -> tuple[float, float]:
    """What a pension for the children and the benefit in its place take off, at most and at least."""
    if home.couple:
        return 0.0, 0.0
    if home.other_parent == "full":
        line = law.ppa_work_share * law.support_line * home.children
        return 2 * line, line
    if home.other_parent == "part":
        share = law.rsa_asf_share + law.ppa_work_share * (law.asf_share - law.rsa_asf_share)
        return law.bmaf * share * home.children, home.support_counted
    return home.support_counted, home.support_counted


def aspa(home: Home, law: SimpleNamespace) -> str:
    partner = home.age >= _PARTNER_ASPA and home.couple and home.partner_age >= law.aspa_age
    early = home.age >= law.aspa_unfit_age and (home.unfit or home.disability != "none")
    if not home.resident_ten or not (home.age >= law.aspa_age or partner or early):
        return "unlikely"
    if home.income < home.aspa_ceiling:
        return "likely"
    share = law.aspa_work_couple if home.couple else law.aspa_work_single
    if home.income >= home.aspa_ceiling + law.smic_month / 3 * share:
        return "unlikely"
    return {"only": "likely", "mixed": "open", "none": "unlikely"}[home.work]


def aah(home: Home, law: SimpleNamespace) -> str:
    if home.age < law.aah_young_age or not home.resident:
        return "unlikely"
    if home.disability != "from_80" and not (
        home.disability == "from_50"
        and (home.work_limited or home.aah_paid)
        and home.age <= law.aah_age_limit
    ):
        return "unlikely"
    said = _aah_income(home, law)
    return "open" if said == "likely" and home.age < law.aah_age else said


def _aah_income(home: Home, law: SimpleNamespace) -> str:
    ceiling = law.aah_amount * (1 + law.aah_child_share * home.children)
    if home.aah_paid or home.income < ceiling or (home.couple and home.own_income < ceiling):
        return "likely"
    room = (law.aah_high_off - law.aah_low_off) * law.smic_month * law.aah_low_band
    own = home.own_income if home.couple else home.income
    worked = home.work != "none" and (1 - law.aah_high_off) * own + room < ceiling
    unsupported = home.children == 0 or home.other_parent == "none"
    if worked and home.work == "only" and not home.couple and unsupported:
        return "likely"
    return "open" if worked or (1 - law.aah_jobless_off) * own < ceiling else "unlikely"


def aide_logement(home: Home, law: SimpleNamespace) -> str:
    if home.housing != "tenant" or not home.resident:
        return "unlikely"
    if home.student:
        return "likely"
    case = home.children + 1 if home.children >= 1 else int(home.couple)
    year = 12 * home.income * (1 - law.work_costs_off)
    over_wages = max(0.0, year * (1 + law.wage_taxable_part) - law.housing_income_off[case])
    half = 0.5
    rate_half = law.housing_family_rate[case] + law.housing_rent_rate * (half - law.housing_rent_low)
    charges = law.rent_charges + law.rent_charges_child * home.children
    if _aid(half * law.rent_most_zone3[case] + charges, rate_half * over_wages, law) >= law.housing_aid_least:
        return "likely"
    rate_full = law.housing_family_rate[case] + _rent_rate(law)
    aid_full = _aid(law.rent_most_zone3[case] + charges, rate_full * over_wages, law)
    if home.rent >= law.rent_most_zone3[case] and aid_full >= law.housing_aid_least:
        return "likely"
    if home.pregnant and case == 0:
        case = 1
    over_most = max(0.0, year - law.housing_income_off[case])
    own = (law.housing_family_rate[case] + _rent_rate(law)) * over_most
    return "open" if _aid(law.rent_most_zone2[case] + charges, own, law) > 0 else "unlikely"


def _rent_rate(law: SimpleNamespace) -> float:
    """Of an ordinary rent."""
    low, high = law.housing_rent_low, law.housing_rent_high
    return float(law.housing_rent_rate * (high - low) + law.housing_rent_rate_high * (1 - high))


def _aid(costs: float, own: float, law: SimpleNamespace) -> float:
    return costs - max(law.rent_own_share * costs, law.rent_own_least) - own - law.housing_aid_off


def asf(home: Home, law: SimpleNamespace) -> str:
    young = home.children >= 1 and home.youngest < law.family_child_age
    alone = not home.couple and home.resident and home.other_parent in ("none", "part")
    return "likely" if young and alone else "unlikely"


def domiciliation(home: Home, _law: SimpleNamespace) -> str:
    return "likely" if home.housing in ("passing", "none") else "unlikely"


# --- complémentaire santé solidaire ------------------------------------------------------------------------------


class Health:
    """What counts for the health cover: at most, and at least."""

    def __init__(self, home: Home, law: SimpleNamespace) -> None:
        size = min(home.size, 3)
        share = 0.0
        if home.housing in _AT_HOME:
            share = law.css_flat_free[size]
        elif home.housing == "tenant":
            share = law.css_flat_aid[size]
        flat = law.rsa_base * home.flat_size_rate * share
        family = home.family_allowance
        if home.children >= 3 and home.youngest >= law.paje_age:
            family += law.bmaf * law.cf_share
        self.counted = flat + family + home.support
        self.least = family + (flat if home.housing != "owner" else 0.0)
        if home.other_parent == "none":
            self.least += home.support
        off = law.css_aspa_off_couple if home.couple else law.css_aspa_off_single
        self.floor = home.aspa_ceiling - off if home.aspa_open else 0.0
        self.alone = home.means + law.aspa_single / 12 - off
        self.younger = home.one_aspa

    def under(self, limit: float) -> bool:
        """Whether the minimum for old people still leaves the household under a limit."""
        return self.floor <= limit or (self.younger and self.alone <= limit)


def css_free(home: Home, law: SimpleNamespace) -> str:
    if not home.resident:
        return "unlikely"
    health, ceiling = Health(home, law), law.css_ceiling[home.size] / 12
    limit, most = max(law.rsa_bottom, ceiling - health.counted), max(law.rsa_bottom, ceiling - health.least)
    if (home.low_income or home.means <= limit) and health.under(limit):
        return "likely"
    return "open" if home.means <= most and health.under(most) else "unlikely"


def css_paid(home: Home, law: SimpleNamespace) -> str:
    if not home.resident:
        return "unlikely"
    health = Health(home, law)
    free, paid = law.css_ceiling[home.size] / 12, law.css_paid_ceiling[home.size] / 12
    above = _above(home, health, max(law.rsa_bottom, free - health.least))
    if not above and not _above(home, health, max(law.rsa_bottom, free - health.counted)):
        return "unlikely"
    limit, most = max(law.rsa_bottom, paid - health.counted), max(law.rsa_bottom, paid - health.least)
    if (home.low_income or home.means <= limit) and health.under(limit):
        return "likely" if above else "open"
    return "open" if home.means <= most and health.under(most) else "unlikely"


def _above(home: Home, health: Health, limit: float) -> bool:
    return (not home.low_income and home.means > limit) or not health.under(limit)


RIGHTS = {
    "aah": aah,
    "aide_logement": aide_logement,
    "asf": asf,
    "aspa": aspa,
    "css_free": css_free,
    "css_paid": css_paid,
    "domiciliation": domiciliation,
    "prime_activite": prime_activite,
    "rsa": rsa,
}


def verdicts(facts: Mapping[str, Any], law: SimpleNamespace) -> dict[str, str]:
    """Of each right: likely, open or unlikely."""
    home = Home(facts, law)
    return {right: judge(home, law) for right, judge in RIGHTS.items()}
