"""`hushgate selftest`: a canary in every position of every published route, judged by what the provider received."""
