#!/bin/sh
# Starts PostgreSQL as PID 1 on an empty or existing volume. It is as strict as a hosted one: network clients need TLS
# and a SCRAM password, and the application's role owns only its database.
#   POSTGRES_PASSWORD  password of the role `todo`, set at each start
#   PGDATA             the data directory; its parent must be writable
set -eu
umask 077

case ${POSTGRES_PASSWORD:-} in
'' | *[!A-Za-z0-9_-]*)
	echo 'POSTGRES_PASSWORD must be letters, digits, - and _. Create the Secret again: python3 -m dev secret' >&2
	exit 1
	;;
esac
home=${PGDATA%/*}
postgres=$(command -v postgres)

# A server that is being replaced may still use the data. The lock stays with PostgreSQL, and ends with it.
exec 9>"$home/lock"
flock 9
# A server that was killed leaves its own lock file. It names a process of the last container, and that number may be in
# use here.
rm -f "$PGDATA/postmaster.pid"

# Single-user mode reads statements from standard input, so the password is never a process argument.
single() {
	"$postgres" --single -D "$1" -c exit_on_error=on -c password_encryption=scram-sha-256 \
		-c log_min_error_statement=panic postgres >/dev/null
}

# The data directory gets its name only once it is complete, so an interrupted first start begins again.
if [ ! -d "$PGDATA" ]; then
	new=$PGDATA.new
	rm -rf "$new"
	initdb --pgdata="$new" --username="$(id -un)" --auth=reject --encoding=UTF8 --locale=C.UTF-8 >/dev/null
	printf '%s\n' 'CREATE ROLE todo LOGIN;' 'CREATE DATABASE todo OWNER todo;' | single "$new"
	mv "$new" "$PGDATA"
fi

has=$(cat "$PGDATA/PG_VERSION")
runs=$("$postgres" --version)
case $runs in
*" $has."* | *" $has"[!0-9]*) ;;
*)
	echo "the database was created by PostgreSQL $has, and this is $runs. Delete it: make down" >&2
	exit 1
	;;
esac
printf '%s\n' \
	'local   all   all                      peer' \
	'hostssl todo  todo  all                scram-sha-256' >"$PGDATA/pg_hba.conf"
printf '%s\n' "ALTER ROLE todo PASSWORD '$POSTGRES_PASSWORD';" | single "$PGDATA"
unset POSTGRES_PASSWORD

# A certificate for this start. No client needs to trust it, because sslmode=require encrypts without verifying.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 \
	-subj /CN=postgres.todo-standins -keyout "$home/tls.key" -out "$home/tls.crt" 2>/dev/null

# Small, because it shares two cores and little memory with everything else, but durable like a hosted one.
# The log holds no statements, parameters or DETAIL, which would contain user input and password hashes.
exec "$postgres" -D "$PGDATA" \
	-c listen_addresses='*' \
	-c unix_socket_directories="$home" \
	-c ssl=on -c ssl_cert_file="$home/tls.crt" -c ssl_key_file="$home/tls.key" \
	-c max_connections=120 -c shared_buffers=32MB -c work_mem=2MB -c maintenance_work_mem=16MB \
	-c max_wal_size=256MB -c jit=off \
	-c log_min_error_statement=panic -c log_parameter_max_length_on_error=0 -c log_error_verbosity=terse \
	-c timezone=UTC -c log_timezone=UTC
