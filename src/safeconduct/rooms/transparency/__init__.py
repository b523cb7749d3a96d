"""Transparency: half-years counted, reported, published as a static folder, and restated in the open."""
