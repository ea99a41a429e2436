"""The shape of figures/: columns, CSV with the position of every cell, rules of a row and across rows."""
