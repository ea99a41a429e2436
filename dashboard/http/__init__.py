"""What lies between the network and a page: headers, hosts, limits, sign-in, errors, files, the server in front.

Not here: what a page or an answer of the API says.
"""
