"""The classifier: labelled examples in, a calibrated and explained model out. The only place that imports scikit-learn."""
