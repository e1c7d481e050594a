// Placeholder: the target's first file replaces this.
