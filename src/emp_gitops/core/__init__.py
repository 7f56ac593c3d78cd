"""The pure heart: values in, values out. No input or output, no clock, no environment (a test enforces it)."""
