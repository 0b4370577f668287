"""What goes wrong in life, done to the real bot: see `catalogue.FAULTS`. Used by benchmarks/faults.py and the tests."""
