module todo.local/toolchain/oci-shim

go 1.24.0
