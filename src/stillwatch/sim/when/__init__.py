"""When requests are sent: people's hours, schedules, bursts, one job stream dealt out."""
