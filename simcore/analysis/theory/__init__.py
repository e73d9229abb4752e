"""What queueing theory, caching theory and reliability theory say exactly: closed forms in plain numbers.

`stations` has single queues, `networks` open and closed networks of them, `caches` replacement and time to live,
`replicas` quorums, retries, fan-out, availability and placement, `flows` fluid limits and maximum flow. They take SI
units, assume the steady state unless they say otherwise, and raise ValueError where none exists.
"""
