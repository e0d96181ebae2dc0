"""Pure decisions about communities, cells and roles."""
