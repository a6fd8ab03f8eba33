"""Measures versions on labelled posters: figures with intervals, baselines beside them, plots and reports."""
