"""Commands for coders: begin an episode or a document, change a figure, compare two readings, review a change."""
