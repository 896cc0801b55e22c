SELECT hash FROM erased WHERE hash IN (SELECT value FROM json_each(?1))
