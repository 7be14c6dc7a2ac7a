"""The diagrams of the course, drawn as SVG."""
