"""The looks and the languages of the pages: templates, static files, catalogs, and what reads them."""
