"""The platform on SQL: SQLite beside the repository, or PostgreSQL. The only package that imports SQLAlchemy."""
