"""Installing, running and testing Anxun on a machine that has nothing but Python.

Everything here uses the standard library alone, because it runs before the virtual environment
exists. The one exception is `certificates`, which is started by the environment's own Python.
"""
