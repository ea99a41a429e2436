"""One person coding one document: what is proposed, what was decided, what a row would say. No page, no HTML."""
