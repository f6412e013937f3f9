"""What the pipelines of this folder run on: a local Firehose, poison, and DuckDB in the place of Athena."""
