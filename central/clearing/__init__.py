"""Settlement between shops: what points given by one and spent at another come to, from the entries alone."""
