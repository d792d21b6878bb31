"""What a search tells when it is done."""

import math

import optuna


def findings(search):
    """The last line of the protocol."""
    objective, trials = search.objective, search.trials
    best = trials.best()
    return {
        "best": told(objective, best) if best else None,
        "pareto": [] if objective.single else [told(objective, trial) for trial in trials.front()],
        "importance": importance(search),
        "noise": trials.noise(),
        "noise_measured": trials.noise_is_measured(),
        "cells": len(search.space.cells),
        "history": history(objective, trials),
    }


def told(objective, trial):
    row = {"trial": trial.number, "cell": trial.cell, "values": objective.values(trial.runs),
           "rounds": len(trial.runs), "feasible": objective.violation(trial.runs) <= 0}
    return row | {"limited": objective.limited.of(trial.runs)} if objective.limited else row


def history(objective, trials):
    """Every cell in the order it was asked for, and the best of the first goal up to then."""
    goal, best, rows = objective.goals[0], None, []
    for trial in trials.all:
        row = {"trial": trial.number, "cell": trial.cell, "failed": trial.failed, "hopeless": trial.hopeless,
               "rounds": len(trial.runs), "values": None, "feasible": False}
        if trial.runs and not trial.failed:
            row |= told(objective, trial)
            value = row["values"][0]
            if row["feasible"] and (best is None or goal.beats(value, best)):
                best = value
        rows.append(row | {"best": best})
    return rows


def importance(search):
    """Share of each key in what moves the first goal (fANOVA); empty where too little is known."""
    evaluator = optuna.importance.FanovaImportanceEvaluator(seed=0)
    try:
        found = optuna.importance.get_param_importances(
            search.study, evaluator=evaluator, target=lambda trial: math.log(max(trial.values[0], 1e-12)))
    except (ValueError, RuntimeError):
        return {}
    return {key: float(share) for key, share in found.items()}
