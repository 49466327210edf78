"""Archives: files of articles scored on every core or a cluster, and resumed where they were cut off.

An archive is read in chunks, each of them the same whenever it is planned. A chunk's rows are written under
a name of the chunk's own, reach the disk, and are then said to be there by a receipt; a chunk without its
receipt is done anew. So no article is lost or told twice, whatever is killed and when.
"""
