"""Lists of orders, for pages, programs and spreadsheets: filtered, sorted, and as fast at a million orders as at ten."""
