"""Keys that are sent by mail: what a person can read at an address proves that it is theirs."""
