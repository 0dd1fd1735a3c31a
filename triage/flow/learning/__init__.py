"""The loop that learns: labels, training sets, runs, comparison and promotion, the gate, and the trial in shadow."""
