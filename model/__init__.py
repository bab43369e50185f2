"""What a heat network is made of: components, water, scenarios, and what may go wrong."""
