"""Other servers of models, each serving the bundled model's scikit-learn pipeline as its manual says to.

`served.py` is what they serve. Each script runs in an environment of its own, with the repository on the
path.
"""
