"""What an address or a body asks for: the view, the publication it is of, the day as recorded.

Not here: what answers it. The view written as an address stands here too, so that reading and writing stay together.
"""
