"""Writes tables and what SDMetrics, SciPy and scikit-learn say of them, for GenTables to be held against.

Usage: python tables.py ../../Tests/GenTablesTests/Fixtures
"""
import json
import logging
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import scipy.stats
import sdmetrics
import sklearn.metrics
from sdmetrics.demos import load_demo
from sdmetrics.reports.single_table import DiagnosticReport, QualityReport

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)
folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)

# The kind of column in SDMetrics under each type of a column in Gen.
KINDS = {"number": "numerical", "whole": "numerical", "date": "datetime", "category": "categorical",
         "flag": "boolean", "identifier": "id", "text": "text"}


def plain(value):
    """What JSON can hold; infinities by name."""
    if value is None or value is pd.NaT or (isinstance(value, (float, np.floating)) and np.isnan(value)):
        return None
    if isinstance(value, (float, np.floating)) and np.isinf(value):
        return "inf" if value > 0 else "-inf"
    return value.item() if isinstance(value, np.generic) else value


def columns(table, types):
    """Columns as Gen keeps them: dates are days since 1970."""
    result = []
    for name in table:
        values, kind = table[name], types[name]
        if kind == "date":
            values = (values - pd.Timestamp("1970-01-01")) / pd.Timedelta(days=1)
        elif kind in ("flag", "category", "identifier", "text"):
            values = values.map(lambda value: value if pd.isna(value) else str(value).lower())
        result.append({"name": name, "type": kind, "values": [plain(value) for value in values]})
    return result


def details(report, name):
    rows = report.get_details(name).to_dict("records")
    return [{key: plain(value) for key, value in row.items() if key != "Error"} for row in rows]


def case(name, real, synthetic, types, key=None):
    metadata = {"columns": {column: {"sdtype": KINDS[types[column]]} for column in real}}
    if key:
        metadata["primary_key"] = key
    quality, loose, diagnostic = QualityReport(), QualityReport(), DiagnosticReport()
    loose.real_correlation_threshold = loose.real_association_threshold = 0
    for report in (quality, loose, diagnostic):
        report.generate(real, synthetic, metadata, verbose=False)
    score = lambda report: {row["Property"]: plain(row["Score"])
                            for row in report.get_properties().to_dict("records")}
    text = json.dumps({
        "sdmetrics": sdmetrics.__version__,
        "real": columns(real, types), "synthetic": columns(synthetic, types),
        "quality": {"score": plain(quality.get_score()), **score(quality)},
        "withoutThresholds": {"score": plain(loose.get_score()), **score(loose)},
        "diagnostic": {"score": plain(diagnostic.get_score()), **score(diagnostic)},
        "shapes": details(quality, "Column Shapes"),
        "pairs": details(quality, "Column Pair Trends"),
        "loosePairs": details(loose, "Column Pair Trends"),
        "validity": details(diagnostic, "Data Validity"),
    }, allow_nan=False)
    (folder / f"{name}.json").write_text(text + "\n")


def demo():
    """The pair of tables that SDMetrics shows itself with."""
    real, synthetic, metadata = load_demo(modality="single_table")
    if isinstance(real, dict):
        name, = real
        real, synthetic, metadata = real[name], synthetic[name], metadata["tables"][name]
    names = {"numerical": "number", "datetime": "date", "categorical": "category",
             "boolean": "flag", "id": "identifier"}
    types = {column: names[facts["sdtype"]] for column, facts in metadata["columns"].items()}
    for column, kind in types.items():
        if kind == "date":
            real[column], synthetic[column] = pd.to_datetime(real[column]), pd.to_datetime(synthetic[column])
    real = real[list(metadata["columns"])]
    case("demo", real, synthetic[list(real)], types, "student_id")


def hard():
    """What real tables do to a metric: gaps, ties, edges, constants, what was never seen."""
    random = np.random.default_rng(4)
    rows, others = 240, 175

    def table(count, shift, unseen):
        size = random.normal(170 + shift, 9, count)
        weight = size * 0.9 - 80 + random.normal(0, 5, count)
        weight[random.random(count) < 0.15] = np.nan
        town = random.choice(["ulm", "köln", "trier", "aix, the"] + unseen, count).astype(object)
        town[random.random(count) < 0.1] = None
        smoker = np.where(random.random(count) < 0.3 + shift / 40, True, False).astype(object)
        smoker[random.random(count) < 0.05] = None
        born = pd.Timestamp("1931-02-03") + pd.to_timedelta(random.integers(0, 30000, count), unit="D")
        born = pd.Series(born).mask(random.random(count) < 0.08)
        grades = random.integers(1, 11, count) / 10
        return pd.DataFrame({
            "id": [f"p{number:04}" for number in (random.permutation(count) if not unseen
                                                  else random.integers(0, count, count))],
            "size": size, "weight": weight, "town": town, "smoker": smoker, "born": born,
            "grade": grades, "sum": grades + 0.2, "visits": random.poisson(3, count),
            "constant": 7.0, "level": "only", "gone": np.nan, "same": town,
            "steps": np.repeat([0, 5, 10, 20], count // 4 + 1)[:count],
        })

    real, synthetic = table(rows, 0, []), table(others, 4, ["paris"])
    synthetic.loc[3, "visits"] = 99
    synthetic.loc[5, "size"] = np.inf
    synthetic.loc[synthetic["grade"] == 0.1, "sum"] = 0.1 + 0.2 + 1e-16
    synthetic.loc[7:9, "grade"] = np.nan
    types = {"id": "identifier", "size": "number", "weight": "number", "town": "category", "smoker": "flag",
             "born": "date", "grade": "number", "sum": "number", "visits": "whole", "constant": "number",
             "level": "category", "gone": "number", "same": "category", "steps": "whole"}
    case("hard", real, synthetic, types, "id")


def statistics():
    """Exact intervals of shares and areas under curves."""
    intervals = []
    for hits, count in [(0, 10), (10, 10), (1, 3), (7, 20), (499, 1000), (1, 100000), (50000, 100000), (0, 1)]:
        for level in (0.9, 0.95, 0.99):
            found = scipy.stats.binomtest(hits, count).proportion_ci(level, method="exact")
            intervals.append({"hits": hits, "count": count, "level": level, "low": found.low, "high": found.high})
    random = np.random.default_rng(11)
    areas = []
    for count in (4, 50, 400):
        labels = np.arange(count) % 2
        scores = np.round(random.normal(labels, 1), 1)
        areas.append({"labels": labels.tolist(), "scores": scores.tolist(),
                      "area": sklearn.metrics.roc_auc_score(labels, scores)})
    (folder / "statistics.json").write_text(json.dumps({
        "scipy": scipy.__version__, "sklearn": sklearn.__version__,
        "intervals": intervals, "areas": areas}) + "\n")


demo()
hard()
statistics()
