"""What `make bench` measures: the product against the machine's own limits, in one run."""
