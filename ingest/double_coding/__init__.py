"""The second, independent coding: matching, agreement, and the decisions where both differ."""
