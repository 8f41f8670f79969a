"""The two ways to the tools: the publishers' releases, or builds from package registries."""
