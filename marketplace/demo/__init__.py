"""The demonstration: people, challenges, pilots and case studies that were all invented, loaded by the real commands."""
