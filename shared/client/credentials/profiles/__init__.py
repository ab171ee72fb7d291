"""Profile files of the vendors' tools, read on a developer's machine; bundles omit them."""
