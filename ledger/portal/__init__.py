"""Pages that join several rooms: home and the community's public page."""
