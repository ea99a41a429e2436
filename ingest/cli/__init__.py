"""One module a group of commands: arguments, what is printed, exit codes. What they do stands elsewhere."""
