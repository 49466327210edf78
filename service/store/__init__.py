"""What is kept: tables, sessions, migrations. Knows no use case."""
