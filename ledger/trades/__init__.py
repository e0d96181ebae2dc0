"""What members record: who gave what to whom for how much; imports of history."""
