"""The audit: every call as one event, in append-only files whose records are chained by their hashes.

**When a record is safe.** A call that may change something is answered after its record is on disk (fdatasync).
Records of reads and of refusals are written within a tenth of a second and on disk within a second; a full queue makes
the callers wait, and where the disk takes no more, calls are refused before they do anything. Nothing is dropped.

**What the chain shows.** Each record holds the hash of the one before it: a record that was changed, taken out, put in
or moved breaks it. Who can write the files can compute a whole new chain; against that, note the hash that
`greenroom audit verify` prints, somewhere else, and let a later `verify --contains` look for it.
"""
