# Sourced by tests/run: private, throw-away database servers for the tests, stopped when the shell that sources this file ends.
#
#   servers_start      starts what there is; exports EPOS_TEST_MYSQL; says in `servers_missing` what there is not, and why
#   servers_stop       stops them, by process id, and removes their data

# `servers_pids` are files that hold the number of a process; `servers_mysql_again` kills the server and starts it again.
servers_folder='' servers_missing=() servers_pids=() servers_mysql_again=''

servers_start() {
  if [ -n "${EPOS_TEST_MYSQL:-}" ]; then
    echo "MySQL: the server of EPOS_TEST_MYSQL is used"
    return
  fi
  servers_folder=$(mktemp -d) || { servers_missing+=("MySQL: no place for its data"); return; }
  trap servers_stop EXIT
  servers_mariadb || servers_missing+=("MySQL: $servers_why")
}

servers_mariadb() {
  servers_why=''
  if ! command -v mariadbd >/dev/null || ! command -v mariadb-install-db >/dev/null; then
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
      servers_why='mariadbd is not installed, and only root can install it (package mariadb-server)'
      return 1
    fi
    echo "MySQL: installing mariadb-server"
    if ! DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends mariadb-server mariadb-client >"$servers_folder/apt.log" 2>&1; then
      servers_why="mariadb-server cannot be installed: $(tail -n 1 "$servers_folder/apt.log")"
      return 1
    fi
  fi
  local home=$servers_folder/mariadb port user
  user=$(id -un)
  mkdir -p "$home"
  if ! mariadb-install-db --no-defaults --user="$user" --datadir="$home/data" --auth-root-authentication-method=normal \
    --skip-test-db >"$home/install.log" 2>&1; then
    servers_why="its data folder cannot be made: $(tail -n 1 "$home/install.log")"
    return 1
  fi
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])') || return 1
  # Throw-away data need not survive the mains. The script starts the server, after killing the one that it started before.
  cat >"$home/again" <<END
#!/bin/sh
if [ -f "$home/own" ]; then
  kill -9 "\$(cat "$home/own")" 2>/dev/null
  while kill -0 "\$(cat "$home/own")" 2>/dev/null; do sleep 0.05; done
fi
mariadbd --no-defaults --user="$user" --datadir="$home/data" --socket="$home/s.sock" --pid-file="$home/pid" \
  --bind-address=127.0.0.1 --port="$port" --local-infile=1 --skip-name-resolve --skip-log-bin \
  --innodb-flush-log-at-trx-commit=0 --log-error="$home/err.log" >/dev/null 2>&1 </dev/null &
echo \$! >"$home/own"
for _ in \$(seq 300); do
  mariadb-admin --no-defaults --user=root --socket="$home/s.sock" ping >/dev/null 2>&1 && exit 0
  kill -0 "\$(cat "$home/own")" 2>/dev/null || exit 1
  sleep 0.1
done
exit 1
END
  chmod +x "$home/again"
  servers_pids+=("$home/own")
  if "$home/again"; then
    export EPOS_TEST_MYSQL="mysql://root@127.0.0.1:$port"
    servers_mysql_again=$home/again
    echo "MySQL: $(mariadbd --version | sed 's/.*Ver //; s/ for .*//') on port $port"
    return 0
  fi
  servers_why="mariadbd does not start: $(grep -m 1 -i error "$home/err.log" || echo 'no reason given')"
  return 1
}

servers_stop() {
  local file pid
  for file in ${servers_pids[@]+"${servers_pids[@]}"}; do
    pid=$(cat "$file" 2>/dev/null) && kill "$pid" 2>/dev/null || continue
    while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
  done
  servers_pids=()
  [ -z "$servers_folder" ] || rm -rf "$servers_folder"
  servers_folder=''
}
