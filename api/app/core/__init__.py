"""What every domain uses: settings, database, security, errors, logs. Knows no domain."""
