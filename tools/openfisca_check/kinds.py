"""Every kind of disagreement that is known: how to tell it, who is right, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Literal

from tools.openfisca_check.comparing import VARIABLES, Pair
from tools.openfisca_check.lives import Adult, Life

Right = Literal["ours", "openfisca", "coarse"]
"""Who is right; `coarse` is what our rules leave out on purpose, and say so."""
ANY: Final = frozenset({"wrong yes", "wrong no", "amount"})
ASPA_AGE: Final = 65
UNFIT_AGE: Final = 62
ASF: Final = 201.79  # a month and child
LEAST_ASF: Final = 15
COUNTED: Final = 107.59  # of it in the RSA, a month and child


@dataclass(frozen=True, slots=True)
class Kind:
    """One reason to disagree. `when` says of which outcomes it can be the reason."""

    name: str
    rights: frozenset[str]
    when: frozenset[str]
    holds: Callable[[Pair], bool]
    right: Right
    why: str


def explained(pair: Pair, outcome: str) -> Kind | None:
    """The first kind that this disagreement is of; None where nobody has explained it yet."""
    return next((k for k in KINDS if pair.right in k.rights and outcome in k.when and k.holds(pair)), None)


def _adults(life: Life) -> Iterable[Adult]:
    return (life.me, life.partner) if life.partner else (life.me,)


def _foreign_and_old(pair: Pair) -> bool:
    life = pair.life
    ten_years = life.residence == "refugee" or (life.residence == "permit" and life.permit_years >= 10)
    return ten_years and any(adult.age >= UNFIT_AGE for adult in _adults(life))


def _early(pair: Pair) -> bool:
    me = pair.life.me
    return UNFIT_AGE <= me.age < ASPA_AGE and (me.unfit or me.disability != "none")


def _old_partner(pair: Pair) -> bool:
    partner, me = pair.life.partner, pair.life.me
    return partner is not None and partner.age >= ASPA_AGE > me.age


def _grown_child(pair: Pair) -> bool:
    return any(age >= 20 for age in pair.life.children)


def _supported(pair: Pair) -> bool:
    """Where so little of the ASF is left beside the support that nothing is paid."""
    return 0 < ASF * len(pair.life.children) - pair.life.support <= LEAST_ASF


def _weighed(pair: Pair) -> bool:
    """Where the oracle counts the ASF beside a support otherwise in the RSA."""
    children = len(pair.life.children)
    return pair.life.support > 0 and pair.pays["asf"] > 0 and _gap(pair) <= COUNTED * children


def _twins(pair: Pair) -> bool:
    young = [age for age in pair.life.children if age < 20]
    return len(young) == 2 and len(set(young)) == 1


def _home_share(pair: Pair) -> bool:
    """Tenants whose housing aid is less than what our rules count for a home."""
    size = min(3, len(list(_adults(pair.life))) + len(pair.life.children))
    flat = {1: 0.12, 2: 0.16 * 1.5, 3: 0.165 * 1.8}[size] * 651.69
    return pair.life.housing == "tenant" and pair.pays["aide_logement"] < flat


def _works(life: Life) -> bool:
    return any(adult.wage for adult in _adults(life))


def _middle(pair: Pair) -> float:
    return sum(pair.amount) / 2 if pair.amount else 0.0


def _gap(pair: Pair) -> float:
    return abs(_middle(pair) - pair.paid)


def _rights(*names: str) -> frozenset[str]:
    return frozenset(names)


INCOME: Final = _rights("rsa", "prime_activite")
MINIMA: Final = INCOME | _rights("aspa")

KINDS: Final = (
    Kind(
        "Aspa with a residence permit", MINIMA, ANY, _foreign_and_old, "ours",
        "openfisca's `asi_aspa_condition_nationalite` calls `numpy.logical_or` with three conditions; the third "
        "is where numpy writes the result, so ten years of permit never count. Nobody from outside Europe gets "
        "the Aspa there, and they get the RSA instead. Art. L816-1 CSS gives it after ten years.",
    ),
    Kind(
        "Aspa from 62 when unfit or disabled", MINIMA, ANY, _early, "ours",
        "openfisca takes 64 (`age_legal_retraite` of the AAH) also for people unfit for work, and we 62 (art. "
        "L351-1-5 and D351-1-14 CSS, as the Caisse des dépôts tells them). Between the two ages we say yes to the "
        "Aspa; at 64 openfisca already counts it in the RSA, we only from 65 on.",
    ),
    Kind(
        "Aspa of the partner", MINIMA, ANY, _old_partner, "coarse",
        "The partner is 65 or older and may claim the Aspa, which then counts in the household. Our rules take pay "
        "for that of the person of the right age, and look for a partner's Aspa only from 50 on (told there).",
    ),
    Kind(
        "Unemployment benefit or pension beside pay, AAH", _rights("aah"), ANY,
        lambda p: p.life.me.unemployment > 0 or (p.life.me.pension > 0 and p.life.me.wage > 0), "coarse",
        "Who is given the AAH has 30 % taken off unemployment benefit (and off pay beside a pension); openfisca "
        "also takes off the 80 % and 40 % of pay, which art. D821-9 CSS names for pay alone. Whichever holds, we "
        "count these means whole in the amount; the verdict stays open.",
    ),
    Kind(
        "Pension in a couple, AAH", _rights("aah"), ANY,
        lambda p: p.life.partner is not None and not p.life.me.wage, "coarse",
        "In a couple only the person's own means count, and we treat them as pay (told in `coarse`): the amount "
        "is too high for pensions. Where nobody works it need not be.",
    ),
    Kind(
        "Children from 20 on", INCOME | _rights("asf", "aah", "aide_logement"), ANY, _grown_child, "coarse",
        "We only know how many children there are and the age of the youngest. Family benefits end at 20, the "
        "housing aid at 21, the RSA at 25; all children are taken for young enough.",
    ),
    Kind(
        "Support just under the allowance", _rights("asf"), frozenset({"wrong yes"}), _supported, "coarse",
        "`other_parent` is cut at 200 € a child. Up to 15 € of the allowance that the support would leave (one sum "
        "for all children, art. D523-3 CSS) are not paid: a yes too many, by less than 15 € (told in `coarse`).",
    ),
    Kind(
        "A small support in the RSA", INCOME, frozenset({"amount"}), _weighed, "coarse",
        "What counts of the ASF beside a support of the other parent is computed more simply than openfisca does.",
    ),
    Kind(
        "AAH as pay", _rights("prime_activite"), frozenset({"wrong yes", "amount"}),
        lambda p: p.facts.get("aah_paid") == "yes", "coarse",
        "From 29 hours of Smic of pay on, the AAH counts as pay (art. L842-8 and D843-4 CSS). The verdict takes "
        "the bonus whole; in a couple, the AAH of the amount is computed as where only the person works.",
    ),
    Kind(
        "Twins", _rights("allocations_familiales"), frozenset({"amount"}), _twins, "ours",
        "The supplement for older children goes to all but the eldest of two. openfisca finds the eldest by age, "
        "so that neither of two twins has it (its own comment says so).",
    ),
    Kind(
        "Raised complement", _rights("complement_familial"), frozenset({"amount"}),
        lambda p: _middle(p) < p.paid, "coarse",
        "Whether the complement is raised hangs on the income of two years ago, compared with a line that we draw "
        "on net pay of today, without the supplement for two earners: the amount is too low near it.",
    ),
    Kind(
        "Pupils of several ages", _rights("ars"), frozenset({"amount"}),
        lambda p: len(p.life.children) >= 2, "coarse",
        "The allowance grows with the age of each pupil; we know the youngest, their number, and whether one is at "
        "collège or lycée. A few euros too low.",
    ),
    Kind(
        "A birth expected in a couple under 25", INCOME, frozenset({"wrong yes"}),
        lambda p: p.life.me.pregnant and not p.life.children, "ours",
        "Art. L262-4 CASF opens the RSA to who has a child to come; openfisca only counts children born.",
    ),
    Kind(
        "Student in a couple", INCOME, ANY, lambda p: p.life.me.student and p.life.partner is not None, "coarse",
        "The other of the couple may claim, so a student in a couple passes with us; openfisca refuses where "
        "the other one does not work, or is under 25 too.",
    ),
    Kind(
        "Wages in the Aspa", _rights("aspa"), ANY, lambda p: _works(p.life), "coarse",
        "The Aspa counts gross pay, we know the net (told in docs/sources/first-nine.md): the amount is too high.",
    ),
    Kind(
        "Home counted whole", INCOME, ANY, _home_share, "coarse",
        "We take off the whole flat rate for a home from every tenant, whatever the rent; the law takes off the "
        "housing aid where that is less. Near the ceiling of the RSA the rent is read and the verdict stays open; "
        "the amount is up to the flat rate too low.",
    ),
    Kind(
        "Another zone of the housing aid", _rights("aide_logement"), ANY, lambda p: p.life.zone != 3, "coarse",
        "Highest rents are those of Joigny (zone 3) in the amount and of zone 2 in the verdict: in larger towns "
        "the amount is too low, and in Paris a high rent near the line gets a wrong no.",
    ),
    Kind(
        "High rent", _rights("aide_logement"), ANY, lambda p: p.life.rent > 680, "coarse",
        "The aid shrinks from 2.5 times the highest rent of the zone on and ends at 3.1 times. The verdict is "
        "told before the rent is known to the euro, and for the dearest towns: towards yes, with an amount of 0.",
    ),
    Kind(
        "Low rent", _rights("aide_logement"), frozenset({"wrong yes", "amount"}),
        lambda p: p.life.rent < 160, "coarse",
        "The verdict takes half the highest rent for the least anybody pays. With a rent below it and some means, "
        "the aid is under the 10 € below which nothing is paid.",
    ),
    Kind(
        "Least payment of the housing aid", _rights("aide_logement"), frozenset({"wrong yes", "wrong no"}),
        lambda p: max(p.paid, p.amount[1] if p.amount else 0) < 15, "coarse",
        "Around the 10 € below which nothing is paid.",
    ),
    Kind(
        "Rounding of the housing aid", _rights("aide_logement"), frozenset({"amount"}),
        lambda p: _gap(p) <= 12, "coarse",
        "Resources are rounded up to 100 € and the aid down to the euro; support for children and pensions get "
        "their own tax allowances. A few euros, towards yes.",
    ),
    Kind(
        "Bonus taken whole", _rights("prime_activite"), frozenset({"wrong yes"}),
        lambda p: p.amount is not None and p.amount[1] < 15, "coarse",
        "`bonus_one` stands for a whole bonus where pay is low: we say yes and show an amount of nearly 0.",
    ),
    Kind(
        "Rounding of the prime d'activité", INCOME, frozenset({"amount", "wrong yes", "wrong no"}),
        lambda p: _gap(p) <= 20, "coarse",
        "A few euros around the least payment, where small amounts differ by more than 5 %: the housing aid and "
        "the family benefits that count are computed more simply.",
    ),
    Kind(
        "Open on purpose", frozenset(VARIABLES), frozenset({"open"}), lambda _: True, "coarse",
        "The condition says `maybe`: it is left to who decides, so that less is asked (docs/rule-format.md).",
    ),
)  # fmt: skip
