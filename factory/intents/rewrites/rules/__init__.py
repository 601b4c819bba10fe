"""The rules, one module each: `rewrite(tree, database)` yields equivalent trees and leaves the one it got alone.

A rule that is found to be there is used. It yields only what is equivalent for any rows that the catalog allows, so it
asks `sources` what may be NULL; what it can't tell it leaves alone. `STRUCTURAL = True` marks rules that change the
plan of the query and not just its spelling.
"""
