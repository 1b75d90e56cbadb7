"""The one table collection that the features of this service add to."""

from sqlalchemy import MetaData

metadata = MetaData()
