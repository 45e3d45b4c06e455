"""Control of the core by registers: enable, bypass, size, events, and loading of tables."""
