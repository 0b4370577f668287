"""What `delivery.py` measures with: a Bot API, the contestants, prepared databases."""
