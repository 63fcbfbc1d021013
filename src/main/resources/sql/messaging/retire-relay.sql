-- Takes a relay that stops out of the count.
DELETE FROM relay_instance WHERE instance = :instance
