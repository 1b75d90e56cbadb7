"""All that one service may know of another: shapes, typed clients, transport, events, errors."""
