"""Tasks of one owner. `changes` knows what each write changed, undoes it, and recognizes a repeated one."""
