"""What every domain uses: settings, database, security, errors, logs, metrics. Knows no domain."""
