"""What openfisca-france says of lives: a program of its own, run by the Python that has openfisca-france.

JSON in ({"day": "2026-11", "lives": [...], "rights": {right: variable}}), JSON out: one object for each life.
It imports nothing of the project.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

BATCH = 1000
SPAN, MONTHS = "year:2022:5", 60
"""Incomes are the same for five years, so that last month, last year and the year before last agree."""
TOWNS = {3: "89206", 2: "21231", 1: "75101"}  # Joigny, Dijon, Paris 1er: the zones of the housing aid
NATIONS = {"french": "FR", "european": "DE", "refugee": "AF", "permit": "DZ"}
RATES = {"none": 0.0, "from_50": 0.6, "from_80": 0.85}
HOMES = {
    "tenant": "locataire_vide", "owner": "proprietaire", "hosted": "loge_gratuitement",
    "passing": "loge_gratuitement", "none": "sans_domicile",
}  # fmt: skip
MONEY = ("salaire_net", "chomage_net", "retraite_nette")
LONG_AGO = 20  # years of permit given to a refugee, whom openfisca knows no exemption for


def person(adult: dict[str, Any], life: dict[str, Any]) -> dict[str, Any]:
    """One adult's inputs. What is constant is given over the whole span, money as its sum."""
    years = {"refugee": LONG_AGO, "european": LONG_AGO}.get(life["residence"], life["permit_years"])
    activity = "etudiant" if adult["student"] else "retraite" if adult["pension"] else "actif"
    if adult["unemployment"] and not adult["wage"] and not adult["student"]:
        activity = "chomeur"
    return _given(
        born=adult["age"], salaire_de_base=adult["wage"] * MONTHS,
        chomage_brut=adult["unemployment"] * MONTHS, retraite_brute=adult["pension"] * MONTHS,
        categorie_salarie="prive_non_cadre", activite=activity, taux_incapacite=RATES[adult["disability"]],
        handicap=adult["disability"] != "none",
        aah_restriction_substantielle_durable_acces_emploi=adult["work_limited"],
        inapte_travail=adult["unfit"], enceinte=adult["pregnant"],
        nationalite=NATIONS[life["residence"]], duree_possession_titre_sejour=years,
    )  # fmt: skip


def child(age: int, life: dict[str, Any]) -> dict[str, Any]:
    """A child has its parents' nationality: a French child would open the prime d'activité to them."""
    years = {"refugee": LONG_AGO, "european": LONG_AGO}.get(life["residence"], life["permit_years"])
    return _given(born=age, nationalite=NATIONS[life["residence"]], duree_possession_titre_sejour=years)


def _given(born: int, **values: Any) -> dict[str, Any]:
    return {"date_naissance": {"ETERNITY": f"{2026 - born}-03-15"}} | {
        name: {SPAN: value} for name, value in values.items()
    }


def situation(lives: list[dict[str, Any]], *, aah: bool) -> dict[str, Any]:
    """The households as openfisca takes them; without `aah`, nobody has claimed it.

    Nobody has claimed the ASI or the complements of the AAH: our resources leave them out.
    """
    people: dict[str, Any] = {}
    families, taxed, homes = {}, {}, {}
    for number, life in enumerate(lives):
        adults = [f"me{number}"] + [f"partner{number}"] * (life["partner"] is not None)
        people[adults[0]] = person(life["me"], life)
        people[adults[0]]["pensions_alimentaires_percues"] = {SPAN: life["support"] * MONTHS}
        if life["partner"]:
            people[adults[1]] = person(life["partner"], life)
            for name in adults:
                people[name]["statut_marital"] = {SPAN: "marie"}
        unclaimed = ("asi", "caah") if aah else ("asi", "caah", "aah")
        for name in adults:
            people[name] |= {benefit: {SPAN: 0} for benefit in unclaimed}
        children = [f"child{number}_{place}" for place in range(len(life["children"]))]
        people |= {name: child(age, life) for name, age in zip(children, life["children"], strict=True)}
        families[f"f{number}"] = {"parents": adults, "enfants": children,
                                  "rsa_isolement_recent": {SPAN: life["newly_alone"]}}  # fmt: skip
        taxed[f"t{number}"] = {"declarants": adults, "personnes_a_charge": children}
        homes[f"h{number}"] = {
            "personne_de_reference": adults[:1], "conjoint": adults[1:], "enfants": children,
            "loyer": {SPAN: life["rent"] * MONTHS}, "depcom": {SPAN: TOWNS[life["zone"]]},
            "statut_occupation_logement": {SPAN: HOMES[life["housing"]]},
        }  # fmt: skip
    return {"individus": people, "familles": families, "foyers_fiscaux": taxed, "menages": homes}


class Oracle:
    """One country's law, ready to be asked."""

    def __init__(self, month: str, rights: dict[str, str]) -> None:
        from openfisca_france import FranceTaxBenefitSystem  # noqa: PLC0415 - only where it is installed

        self._system = FranceTaxBenefitSystem()
        self._month = month
        self._rights = rights

    def ask(self, lives: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """For each life: what each right pays a month, and each adult's net money."""
        claimed = self._answers(lives, aah=True)
        unclaimed = self._answers(lives, aah=False)
        for life, with_aah, without in zip(lives, claimed, unclaimed, strict=True):
            chosen = with_aah if life["claims_aah"] else without
            yield {"id": life["id"], **chosen, "aah": with_aah["aah"]}

    def _answers(self, lives: list[dict[str, Any]], *, aah: bool) -> list[dict[str, Any]]:
        from openfisca_core.simulation_builder import SimulationBuilder  # noqa: PLC0415

        simulation = SimulationBuilder().build_from_entities(self._system, situation(lives, aah=aah))
        place = {name: index for index, name in enumerate(simulation.populations["individu"].ids)}
        paid = {right: self._paid(simulation, variable, place) for right, variable in self._rights.items()}
        net = {name: simulation.calculate(name, self._month) for name in (*MONEY, "aah")}
        return [
            {
                "pays": {right: values(number) for right, values in paid.items()},
                "net": _net(net, place[f"me{number}"]),
                "partner_net": _net(net, place[f"partner{number}"]) if life["partner"] else None,
                "aah": float(net["aah"][place[f"me{number}"]]),
            }
            for number, life in enumerate(lives)
        ]

    def _paid(self, simulation: Any, variable: str, place: dict[str, int]) -> Any:
        """How much a household's claimant gets: one figure a family, or the asking person's own."""
        yearly = str(self._system.variables[variable].definition_period) == "year"
        period = self._month[:4] if yearly else self._month
        values = simulation.calculate(variable, period)
        if self._system.variables[variable].entity.key == "individu":
            return lambda number: float(values[place[f"me{number}"]])
        return lambda number: float(values[number])


def _net(values: dict[str, Any], index: int) -> dict[str, float]:
    return {name: round(float(values[name][index]), 2) for name in MONEY}


def main() -> None:
    asked = json.load(sys.stdin)
    oracle = Oracle(asked["month"], asked["rights"])
    answers: list[dict[str, Any]] = []
    for start in range(0, len(asked["lives"]), BATCH):
        answers += oracle.ask(asked["lives"][start : start + BATCH])
        print(f"{len(answers)} households", file=sys.stderr)
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
