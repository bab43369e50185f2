"""Exchange of networks with other programs: tables out, and tables in."""
