"""The process that keeps one session of the local engine: outlives the server, needs only the standard library.

One shim runs for each session. It holds the session's namespaces, restarts the supervised command, and answers
on a control socket; when it is killed, the kernel ends everything inside.
"""
