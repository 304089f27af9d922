"""One pace for the processes of many machines, over Redis; see `worker`."""
