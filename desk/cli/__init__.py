"""The commands of the desk: ``read`` for a text, ``desk`` for the page. What they do is in the packages below."""
