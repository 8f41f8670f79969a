"""The minikube cluster, its add-ons, and Tilt in it."""
