"""The parts of the reading benchmark."""
