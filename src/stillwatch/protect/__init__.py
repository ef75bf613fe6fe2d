"""What is done to a response: opaque reasoning blocks are bound to their conversation."""
