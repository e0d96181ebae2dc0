"""What may be booked, and the bytes that a seal covers: pure functions of values."""
