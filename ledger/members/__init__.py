"""Communities, cells, who acts for whom, and roles."""
