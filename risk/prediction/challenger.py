"""The ceiling: gradient boosting by scikit-learn, when it is installed (extra `ml`). It never scores anybody."""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from risk.prediction.arrays import Bools, Floats

Predict = Callable[[Floats], Floats]
Train = Callable[[Floats, Bools], Predict]


def find() -> Train | None:
    """How to train the ceiling; None without scikit-learn."""
    return boosted if find_spec("sklearn") is not None else None


def boosted(values: Floats, labels: Bools) -> Predict:
    """Small trees and slow learning: the best of what was compared on OULAD."""
    ensemble: Any = import_module("sklearn.ensemble")
    model = ensemble.HistGradientBoostingClassifier(
        learning_rate=0.05, max_leaf_nodes=15, min_samples_leaf=40, l2_regularization=1.0, random_state=0
    ).fit(values, labels)

    def predict(rows: Floats) -> Floats:
        chances: Floats = model.predict_proba(rows)[:, 1]
        return chances

    return predict
