"""Pure decisions: what a contact, a password and a fair number of tries are."""
