"""The peers of Gen's tables for `scripts/bench tables`: SDV's synthesizers, SDMetrics and scikit-learn.

    tables_peer.py fit METHOD EPOCHS TABLE ROWS OUT.csv  seconds of the fit and of making rows
    tables_peer.py read TABLE                            seconds of reading it
    tables_peer.py score REAL MADE HELD TARGET           quality of rows, and what is learned from them

What is learned: the area under the curve of boosted trees for a column of two values, or for whether its number is
above 0, trained on made rows, tested on rows that were held back.
"""

import sys
import time
import warnings

import pandas as pd

warnings.filterwarnings("ignore")


def read(path):
    return pd.read_csv(path, skipinitialspace=True)


def kinds(table):
    """What SDV and SDMetrics take the columns for; a column named ID tells nothing, and is neither learned nor scored."""
    def kind(name):
        return "id" if name == "ID" else "numerical" if table[name].dtype.kind in "if" else "categorical"

    return {name: {"sdtype": kind(name)} for name in table}


def fit(method, epochs, path, rows, out):
    from sdv.metadata import Metadata
    from sdv.single_table import CTGANSynthesizer, GaussianCopulaSynthesizer, TVAESynthesizer

    table = read(path)
    metadata = Metadata.load_from_dict(
        {"METADATA_SPEC_VERSION": "V1", "relationships": [], "tables": {"table": {"columns": kinds(table)}}})
    if method == "copula":
        model = GaussianCopulaSynthesizer(metadata)
    else:
        kind = {"ctgan": CTGANSynthesizer, "tvae": TVAESynthesizer}[method]
        model = kind(metadata, epochs=int(epochs), enable_gpu=False)
    start = time.perf_counter()
    model.fit({"table": table})
    fitted = time.perf_counter()
    made = model.sample(int(rows))
    print(fitted - start, time.perf_counter() - fitted)
    made = made["table"] if isinstance(made, dict) else made
    made.head(len(table)).to_csv(out, index=False)


def time_reading(path):
    start = time.perf_counter()
    pd.read_csv(path)
    print(time.perf_counter() - start)


def score(real, made, held, target):
    from sdmetrics.reports.single_table import QualityReport
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.metrics import roc_auc_score

    real, held = read(real), read(held)
    made = read(made)[real.columns].head(len(real))
    report = QualityReport()
    report.generate(real, made, {"columns": kinds(real)}, verbose=False)

    def split(table):
        table = table.copy()
        for name in real:
            if real[name].dtype.kind not in "if":
                levels = {level: place for place, level in enumerate(sorted(real[name].astype(str).unique()))}
                table[name] = table[name].astype(str).map(levels).fillna(-1)
        return table.drop(columns=[target, "ID"], errors="ignore"), table[target] > 0

    trees = HistGradientBoostingClassifier(random_state=0).fit(*split(made))
    rows, truth = split(held)
    print(report.get_score(), roc_auc_score(truth, trees.predict_proba(rows)[:, 1]))


if __name__ == "__main__":
    {"fit": fit, "read": time_reading, "score": score}[sys.argv[1]](*sys.argv[2:])
