"""The program behind `make`: from a bare machine to Tilt on minikube, and back.

Standard library only, because it runs before anything is installed.
"""
