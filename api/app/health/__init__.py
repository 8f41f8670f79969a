"""What people and probes ask about this process."""
