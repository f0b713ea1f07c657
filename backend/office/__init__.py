"""The console's read side: boards, findings, scores with their reasons, desks. It never writes."""
