"""Speed and size of the product, as ratios in one run. `make bench`; see README.md beside this file."""
