"""What must not be is seen and told: health, alerts, and the watch over the watch."""
