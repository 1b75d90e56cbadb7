"""The proof that no money was created, lost or moved twice: everything that is kept, compared with the postings."""
