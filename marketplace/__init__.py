"""The Startup Collaboration Marketplace."""
