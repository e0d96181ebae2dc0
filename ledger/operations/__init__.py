"""Running the house: demo, health, backup."""
