"""Where shards are run: here, in processes of this machine, on a cluster. The bytes are the same everywhere."""
