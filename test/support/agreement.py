"""Figures of agreement by sklearn, statsmodels and krippendorff, for the ratings on standard input."""
import json
import sys

import krippendorff
import numpy as np
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import aggregate_raters, cohens_kappa, fleiss_kappa


def figures(world):
    size = world["categories"]
    two = np.array(world["pairs"])
    weights = np.array(world["weights"])
    counts = np.zeros((size, size))
    for (a, b), weight in zip(two, weights):
        counts[a, b] += weight
    # No rating is null; the matrix of krippendorff has a row for each rater.
    ratings = np.array([[np.nan if one is None else one for one in unit] for unit in world["units"]]).T
    whole = [unit for unit in world["units"] if None not in unit]
    return {
        "kappa": cohen_kappa_score(two[:, 0], two[:, 1], labels=list(range(size))),
        "weighted": [
            cohen_kappa_score(two[:, 0], two[:, 1], labels=list(range(size)), weights=kind, sample_weight=weights)
            for kind in (None, "linear", "quadratic")
        ],
        "statsmodels": [
            cohens_kappa(counts, wt=kind, return_results=False) for kind in (None, "linear", "quadratic")
        ],
        "fleiss": fleiss_kappa(aggregate_raters(np.array(whole), n_cat=size)[0], method="fleiss"),
        "alpha": [
            krippendorff.alpha(ratings, level_of_measurement=level, value_domain=list(range(size)))
            for level in ("nominal", "ordinal", "interval")
        ],
    }


json.dump([figures(world) for world in json.load(sys.stdin)], sys.stdout)
