"""What a description wants: functions with their code, settings, secrets and alarms."""
